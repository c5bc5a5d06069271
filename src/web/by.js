// by.js: the functions of top with a column for each value of a label; a column's head has the share of its samples, and keeps these alone.
import { bdi, clip, counted, el, get, link, main, param, peeked, percent, plain } from './page.js';

const quoted = text => '"' + text.replace(/["\\]/g, '\\$&') + '"';
// the expression of -where that selects the samples of a group
const selects = labels => labels.map(l => l.value === null ? '!' + quoted(l.key) : quoted(l.key) + '=' + quoted(l.value)).join(' & ');
const called = group => group.labels.length ? group.labels.map(l => l.value === null ? `(no ${l.key})` : l.value === '' ? '(empty)' : l.value).join(', ') : group.name;

export default async function by({ selected }) {
  const data = await get('report/top', { n: '500', bycolumns: 't' }), groups = data.groups, chosen = new Set();
  let column = -1, down = true, matching = null; // -1: all samples
  const valueOf = row => column < 0 ? row.value : row.groups[column].value;

  const head = (at, name, text, share, href) => el('th', { scope: 'col', 'data-column': name },
    el('button', { type: 'button', title: clip(plain(name), 1000), onclick: () => order(at) }, bdi(name, 60), el('span', { class: 'arrow', 'aria-hidden': 'true' })),
    href ? el('a', { href, title: 'Only these samples', 'aria-label': `Only the samples of ${clip(plain(name), 200)}: ${text}, ${share}` }, text, ' ', share) : el('span', {}, text, ' ', share));
  const only = g => { const mine = g.labels.length && selects(g.labels); return mine && link('top', { by: '', bycolumns: '', where: param('where') ? `(${param('where')}) & ${mine}` : mine }); };
  const heads = [el('th', { scope: 'col', class: 'names' }, 'Name'), head(-1, 'All', data.total_text, '', null),
    ...groups.map((g, k) => head(k, called(g), g.value_text, percent(g.value_percent), only(g)))];
  const body = el('tbody', {}), table = el('table', { id: 'bytable', 'aria-label': `Functions by ${data.by.map(k => plain(k)).join(', ')}` }, el('thead', {}, el('tr', {}, heads)), body);
  table.style.setProperty('--columns', groups.length + 1);
  const foot = el('div', { class: 'foot' });

  const cell = c => { const td = el('td', { class: 'share', title: c.value ? percent(c.value_percent) : null }, c.value ? c.value_text : '·'); td.style.setProperty('--share', Math.min(100, Math.abs(c.value_percent) || 0) + '%'); return td; };
  const lines = data.rows.map((row, at) => {
    const tr = el('tr', { 'aria-selected': 'false' }, el('th', { scope: 'row', class: 'names', title: row.name.length > 40 ? clip(plain(row.name), 1000) : null }, el('a', { href: link('peek', { f: peeked([row.name]), q: '' }) }, bdi(row.name))), cell(row), row.groups.map(cell));
    tr.dataset.name = row.name;
    tr.dataset.at = at;
    return tr;
  });
  function arrange() {
    const all = data.rows.map((row, at) => at);
    body.replaceChildren(...all.sort((a, b) => (down ? -1 : 1) * (Math.abs(valueOf(data.rows[a])) - Math.abs(valueOf(data.rows[b]))) || a - b).map(at => lines[at]));
    heads.slice(1).forEach((th, i) => {
      const mine = i - 1 === column;
      if (mine) th.setAttribute('aria-sort', down ? 'descending' : 'ascending'); else th.removeAttribute('aria-sort');
      th.querySelector('.arrow').textContent = mine ? (down ? ' ▼' : ' ▲') : '';
    });
  }
  function order(at) {
    down = at !== column || !down;
    column = at;
    arrange();
  }
  body.addEventListener('click', e => {
    const tr = e.target.closest('tr');
    if (!tr || e.target.closest('a') || String(getSelection())) return;
    const at = Number(tr.dataset.at);
    if (!chosen.delete(at)) chosen.add(at);
    tr.setAttribute('aria-selected', String(chosen.has(at)));
    selected();
  });

  const other = data.sort === 'cum' ? 'flat' : 'cum';
  foot.append(`${counted(data.rows.length, 'function')}, ${data.sort === 'cum' ? 'cumulative' : 'flat'} values of ${data.total_text}. `,
    el('a', { href: link('top', { sort: other }) }, other === 'cum' ? 'Show cumulative values' : 'Show flat values'));
  main.replaceChildren(el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Functions' }, data.rows.length ? table : el('p', { class: 'empty' }, 'No samples match.')), foot);
  arrange();
  return {
    names: () => [...chosen].map(at => data.rows[at].name),
    find(re) {
      matching = re;
      let n = 0;
      for (const tr of lines) { tr.hidden = Boolean(matching) && !matching.test(tr.dataset.name); n += !tr.hidden; }
      return re ? counted(n, 'function') : '';
    },
  };
}
