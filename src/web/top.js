// top.js: all functions as a table, drawn where it is visible, sorted and filtered in the browser.
import { bdi, button, counted, el, get, link, main, param, percent, plain } from './page.js';

const COLUMNS = [['flat', 'Flat'], ['flat_percent', 'Flat%'], ['', 'Sum%'], ['cum', 'Cum'], ['cum_percent', 'Cum%'], ['name', 'Name']];
const SORTS = { flat: 'flat', flat_percent: 'flat', cum: 'cum', cum_percent: 'cum', name: 'name' };
const AROUND = 20, MOST = 180; // rows drawn beyond the visible ones, and at most

export default async function top({ selected }) {
  const data = await get('report/top', { n: '500', all: 't' }), all = data.rows.map((r, at) => ({ ...r, at, shown: plain(r.name), inlined: r.inline ? '(inline)' : r.partial_inline ? '(partial-inline)' : '' })), chosen = new Set();
  let by = param('sort') === 'cum' ? 'cum' : 'flat', down = true, matching = null, rows = all, active = 0, anchor = 0, height = 24, sums = [];

  const body = el('tbody', {}), above = el('tbody', { role: 'presentation', 'aria-hidden': 'true' }, el('tr', {}, el('td', {}))), below = above.cloneNode(true);
  const heads = COLUMNS.map(([key, text]) => el('th', { scope: 'col', class: key === 'name' ? 'names' : null, 'data-column': text },
    key ? el('button', { type: 'button', tabindex: 0, onclick: () => order(key) }, text, el('span', { class: 'arrow', 'aria-hidden': 'true' })) : text));
  const table = el('table', { id: 'toptable', role: 'grid', 'aria-multiselectable': 'true', 'aria-label': 'Functions', tabindex: 0, 'aria-rowcount': all.length + 1 }, el('thead', {}, el('tr', {}, heads)), above, body, below);
  const scroll = el('div', { class: 'scroll' }, table), foot = el('div', { class: 'foot' });
  if (!all.length) scroll.append(el('p', { class: 'empty' }, 'No samples match.'));
  main.replaceChildren(scroll, foot);

  function arrange() {
    const key = SORTS[by], sign = down ? -1 : 1;
    rows = (matching ? all.filter(r => matching.test(r.name)) : all.slice()).sort((a, b) => key === 'name' ? sign * (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) || a.at - b.at
      : sign * (Math.abs(a[key]) - Math.abs(b[key])) || a.at - b.at);
    let sum = 0;
    sums = rows.map(r => sum += r.flat_percent);
    heads.forEach((th, i) => {
      const mine = COLUMNS[i][0] === by;
      if (mine) th.setAttribute('aria-sort', down ? 'descending' : 'ascending'); else th.removeAttribute('aria-sort');
      const arrow = th.querySelector('.arrow');
      if (arrow) arrow.textContent = mine ? (down ? ' ▼' : ' ▲') : '';
    });
    table.setAttribute('aria-rowcount', rows.length + 1);
    active = Math.max(0, Math.min(active, rows.length - 1));
    draw();
  }
  function order(key) {
    if (by === key) down = !down; else { by = key; down = key !== 'name'; }
    active = anchor = 0;
    scroll.scrollTop = 0;
    arrange();
  }

  const cell = (value, share) => { const td = el('td', { class: share === undefined ? null : 'share' }, value); if (share !== undefined) td.style.setProperty('--share', Math.min(100, Math.abs(share) || 0) + '%'); return td; };
  function row(r, i) {
    return el('tr', { id: 'node' + r.at, 'aria-rowindex': i + 2, 'aria-selected': String(chosen.has(r.at)), 'data-at': i, 'data-name': r.name, class: i === active ? 'active' : null },
      cell(r.flat_text), cell(percent(r.flat_percent), r.flat_percent), cell(percent(sums[i])), cell(r.cum_text), cell(percent(r.cum_percent), r.cum_percent),
      el('td', { class: 'names', title: r.shown.length > 40 ? r.shown.slice(0, 1000) : null }, bdi(r.name), r.inlined && el('span', { class: 'cf-muted' }, ' ' + r.inlined)));
  }
  function draw() {
    const visible = Math.ceil(scroll.clientHeight / height), from = Math.max(0, Math.min(rows.length - 1, Math.floor(scroll.scrollTop / height) - AROUND)), to = Math.min(rows.length, from + Math.min(MOST, visible + 2 * AROUND));
    body.replaceChildren(...rows.slice(from, to).map((r, k) => row(r, from + k)));
    above.hidden = !from;
    below.hidden = to >= rows.length;
    above.firstChild.style.height = from * height + 'px';
    below.firstChild.style.height = (rows.length - to) * height + 'px';
    if (rows[active]) table.setAttribute('aria-activedescendant', 'node' + rows[active].at); else table.removeAttribute('aria-activedescendant');
  }
  function tell() {
    const dropped = data.dropped_nodes ? counted(data.dropped_nodes, 'function') + ' left out by the options. ' : '';
    const sum = [...chosen].reduce((s, at) => s + all[at].flat_percent, 0);
    foot.replaceChildren(`${counted(all.length, 'function')} of ${data.total_text}. ${dropped}`, chosen.size ? `${counted(chosen.size, 'function')} selected, ${percent(sum)} flat. ` : '',
      chosen.size ? button('Select none', 'Select none', () => { chosen.clear(); draw(); tell(); }) : '',
      el('a', { href: '../api/v1/report/top' + link('', { format: 'csv' }).slice(2), download: 'top.csv' }, 'CSV'));
  }
  function goTo(i, extend) {
    if (!rows.length) return;
    active = Math.max(0, Math.min(rows.length - 1, i));
    if (extend) { chosen.clear(); for (let k = Math.min(active, anchor); k <= Math.max(active, anchor); k++) chosen.add(rows[k].at); } else anchor = active;
    const head = table.tHead.offsetHeight, y = active * height;
    if (y < scroll.scrollTop) scroll.scrollTop = y;
    else if (y + height + head > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = y + height + head - scroll.clientHeight;
    draw();
    if (extend) { selected(); tell(); }
  }
  function toggle(i) {
    const at = rows[i].at;
    if (!chosen.delete(at)) chosen.add(at);
    active = anchor = i;
    selected(); draw(); tell();
  }
  body.addEventListener('click', e => {
    const tr = e.target.closest('tr');
    if (!tr || String(getSelection())) return;
    if (e.shiftKey) goTo(Number(tr.dataset.at), true); else toggle(Number(tr.dataset.at));
    table.focus({ preventScroll: true });
  });
  body.addEventListener('mousedown', e => { if (e.shiftKey) e.preventDefault(); });
  table.addEventListener('keydown', e => {
    if (e.target !== table || e.ctrlKey || e.metaKey || e.altKey) return;
    const page = Math.max(1, Math.floor(scroll.clientHeight / height) - 2);
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: rows.length - 1 }[e.key];
    if (to !== undefined) goTo(to, e.shiftKey);
    else if (e.key === ' ' && rows.length) toggle(active);
    else if (e.key === 'Escape' && chosen.size) { chosen.clear(); draw(); tell(); }
    else return;
    e.preventDefault();
  });
  let frame = 0;
  scroll.addEventListener('scroll', () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); });
  new ResizeObserver(draw).observe(scroll);

  arrange();
  if (body.firstChild) height = body.firstChild.getBoundingClientRect().height || height;
  draw(); tell();
  return {
    names: () => chosen.size ? all.filter(r => chosen.has(r.at)).map(r => r.name) : [],
    find(re) {
      matching = re; active = anchor = 0; scroll.scrollTop = 0;
      arrange();
      return re ? `${counted(rows.length, 'function')}, ${percent(rows.reduce((s, r) => s + r.flat_percent, 0))} flat` : '';
    },
    keys: [['↑ ↓ Page Home End', 'Move in the table; with Shift select'], ['Space, click', 'Select the function or not']],
  };
}
