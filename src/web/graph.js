// graph.js: the call graph: Graphviz's picture to be moved, zoomed and selected in, and a table of callers and callees.
import { bdi, button, counted, el, get, main, percent, plain } from './page.js';

const LEAST = 0.2, MOST = 10, STEP = 1.1;

export default async function graph({ selected }) {
  const svg = main.querySelector('svg'), chosen = new Set();
  const names = () => [...chosen];
  if (!svg) return { ...await table(chosen, selected), names };

  // the full names are in the titles that Graphviz makes of tooltips: "NAME (VALUE)"
  const nodes = [...svg.querySelectorAll('g.node')].filter(g => /^node\d+$/.test(g.id)).map(g => {
    const a = g.querySelector('a'), [, name, value] = /^(.*) \((.*)\)$/s.exec((a && a.getAttributeNS('http://www.w3.org/1999/xlink', 'title')) || '') || [];
    return { g, name: name || '', value: value || '' };
  }).filter(n => n.name);
  for (const t of svg.querySelectorAll('title')) t.remove();
  nodes.forEach((n, i) => {
    n.g.dataset.name = n.name;
    for (const [k, v] of [['role', 'button'], ['aria-pressed', 'false'], ['tabindex', i ? '-1' : '0']]) n.g.setAttribute(k, v);
    const t = document.createElementNS(svg.namespaceURI, 'title');
    t.textContent = plain(n.name) + ' (' + n.value + ')';
    n.g.prepend(t);
  });
  for (const a of svg.querySelectorAll('a')) a.removeAttributeNS('http://www.w3.org/1999/xlink', 'title');
  svg.setAttribute('role', 'group');
  svg.setAttribute('aria-label', 'Call graph');

  const [, , w, h] = svg.getAttribute('viewBox').split(/[\s,]+/).map(Number);
  for (const k of ['width', 'height']) svg.removeAttribute(k);
  const board = el('div', { class: 'board', tabindex: 0, role: 'group', 'aria-label': 'Picture: arrows move it, + and − zoom' }, svg), list = el('div', { class: 'below', hidden: true });
  const tools = el('div', { class: 'tools' }, button('−', 'Zoom out', () => zoom(1 / STEP / STEP)), button('+', 'Zoom in', () => zoom(STEP * STEP)), button('Fit', 'Show the whole graph', () => fit()), button('Full size', 'Natural size', () => zoom(natural() / at.k)),
    button('Table', 'Show callers and callees as a table', e => showTable(e.currentTarget), { 'aria-pressed': 'false' }));
  main.replaceChildren(el('div', { class: 'graph' }, tools, board), list);

  const at = { x: 0, y: 0, k: 1 }; // the left upper corner in the picture's units, and the scale: 1 fits the whole
  const unit = () => Math.max(w / board.clientWidth, h / board.clientHeight, 1e-9); // picture units in a pixel at scale 1
  const natural = () => unit() * 4 / 3;
  function draw() {
    const u = unit() / at.k;
    svg.setAttribute('viewBox', `${at.x} ${at.y} ${board.clientWidth * u} ${board.clientHeight * u}`);
  }
  function fit() {
    at.k = 1;
    at.x = (w - board.clientWidth * unit()) / 2;
    at.y = Math.min(0, (h - board.clientHeight * unit()) / 2);
    draw();
  }
  function zoom(by, px = board.clientWidth / 2, py = board.clientHeight / 2) {
    const k = Math.min(MOST, Math.max(LEAST, at.k * by)), before = unit() / at.k, after = unit() / k;
    at.x += px * (before - after);
    at.y += py * (before - after);
    at.k = k;
    draw();
  }
  function pan(dx, dy) { const u = unit() / at.k; at.x += dx * u; at.y += dy * u; draw(); }
  function reveal(n) {
    const r = n.g.getBoundingClientRect(), b = board.getBoundingClientRect();
    if (r.left < b.left || r.right > b.right || r.top < b.top || r.bottom > b.bottom) pan((r.left + r.right - b.left - b.right) / 2, (r.top + r.bottom - b.top - b.bottom) / 2);
  }
  function toggle(n) {
    const on = !chosen.delete(n.name);
    if (on) chosen.add(n.name);
    n.g.setAttribute('aria-pressed', String(on));
    selected();
  }
  function focus(n) {
    for (const m of nodes) m.g.setAttribute('tabindex', m === n ? '0' : '-1');
    n.g.focus({ preventScroll: true });
    reveal(n);
  }

  const fingers = new Map();
  let moved = 0;
  const nodeOf = e => { const g = e.target.closest('g.node'); return g && nodes.find(n => n.g === g); };
  board.addEventListener('wheel', e => {
    const b = board.getBoundingClientRect();
    e.preventDefault();
    zoom(e.deltaY < 0 ? STEP : 1 / STEP, e.clientX - b.left, e.clientY - b.top);
  }, { passive: false });
  board.addEventListener('pointerdown', e => { if (e.button) return; fingers.set(e.pointerId, e); if (fingers.size === 1) moved = 0; });
  board.addEventListener('pointermove', e => {
    const held = fingers.get(e.pointerId), other = [...fingers.values()].find(p => p.pointerId !== e.pointerId);
    if (!held) return;
    const dx = e.clientX - held.clientX, dy = e.clientY - held.clientY;
    if (!other && !moved && Math.hypot(dx, dy) <= 2) return;
    moved += Math.hypot(dx, dy);
    if (!board.hasPointerCapture(e.pointerId)) board.setPointerCapture(e.pointerId);
    if (other) {
      const b = board.getBoundingClientRect(), before = Math.hypot(held.clientX - other.clientX, held.clientY - other.clientY), after = Math.hypot(e.clientX - other.clientX, e.clientY - other.clientY);
      if (before > 10 && after > 10) zoom(after / before, (e.clientX + other.clientX) / 2 - b.left, (e.clientY + other.clientY) / 2 - b.top);
    } else pan(-dx, -dy);
    fingers.set(e.pointerId, e);
  });
  for (const end of ['pointerup', 'pointercancel']) board.addEventListener(end, e => fingers.delete(e.pointerId));
  board.addEventListener('click', e => { const n = nodeOf(e); if (n && moved <= 2) { toggle(n); focus(n); } });
  board.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const n = nodeOf(e), k = n ? nodes.indexOf(n) : -1, way = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (n && (e.key === 'Enter' || e.key === ' ')) toggle(n);
    else if (n && way) focus(nodes[(k + way + nodes.length) % nodes.length]);
    else if (way) pan(...{ ArrowDown: [0, 60], ArrowUp: [0, -60], ArrowRight: [60, 0], ArrowLeft: [-60, 0] }[e.key]);
    else if (e.key === '+' || e.key === '=') zoom(STEP * STEP);
    else if (e.key === '-') zoom(1 / STEP / STEP);
    else if (e.key === '0') fit();
    else return;
    e.preventDefault();
  });
  async function showTable(b) {
    list.hidden = !list.hidden;
    b.setAttribute('aria-pressed', String(!list.hidden));
    if (!list.hidden && !list.firstChild) await table(chosen, selected, list);
    if (!list.hidden) list.scrollIntoView();
  }
  new ResizeObserver(draw).observe(board);
  fit();

  let hits = [], hit = -1;
  return {
    names,
    find(re) {
      hits = re ? nodes.filter(n => re.test(n.name)) : []; hit = -1;
      for (const n of nodes) n.g.classList.toggle('match', hits.includes(n));
      return re ? counted(hits.length, 'function') : '';
    },
    step(way) {
      if (!hits.length) return '';
      hit = hit < 0 && way < 0 ? hits.length - 1 : (hit + way + hits.length) % hits.length;
      focus(hits[hit]);
      return `${hit + 1} of ${counted(hits.length, 'function')}`;
    },
    keys: [['↑ ↓ ← →', 'Move the picture, or from function to function by weight'], ['+ − 0', 'Zoom in, out, fit'], ['Enter', 'Select the function or not'], ['Wheel, two fingers, drag', 'Zoom, move']],
  };
}

// The same graph without a picture
async function table(chosen, selected, host = main) {
  const data = await get('graph'), rows = data.nodes.map(() => ({ from: [], to: [] }));
  for (const e of data.edges) { rows[e.to].from.push([e.from, e.weight_text]); rows[e.from].to.push([e.to, e.weight_text]); }
  if (!data.svg) host.append(el('p', { class: 'note' }, data.has_dot ? `Graphviz could not draw this graph: ${plain(data.reason || 'it gives no reason')}. ` : 'There is no picture: Graphviz (dot) is not installed. ', 'This is the same graph as a table.'));
  const share = v => percent(data.total ? 100 * v / data.total : 0);
  const links = list => el('ul', {}, list.map(([i, weight]) => el('li', {}, el('span', { class: 'number' }, weight), ' ', el('a', { href: '#function' + i }, bdi(data.nodes[i].name)))));
  const body = el('tbody', {}, data.nodes.map((n, i) => {
    const box = el('input', { type: 'checkbox', 'aria-label': 'Select ' + plain(n.function), onchange: () => { if (!chosen.delete(n.function)) chosen.add(n.function); selected(); } });
    const tr = el('tr', { id: 'function' + i, tabindex: -1 }, el('td', {}, box), el('td', { class: 'number' }, n.flat_text, el('br'), el('span', { class: 'cf-muted' }, share(n.flat))), el('td', { class: 'number' }, n.cum_text, el('br'), el('span', { class: 'cf-muted' }, share(n.cum))),
      el('th', { scope: 'row' }, bdi(n.name)), el('td', {}, links(rows[i].from)), el('td', {}, links(rows[i].to)));
    tr.dataset.name = n.function;
    return tr;
  }));
  host.append(el('div', { class: 'scroll wide', tabindex: 0, role: 'region', 'aria-label': 'Callers and callees' }, el('table', { class: 'calls' }, el('thead', {}, el('tr', {}, ['', 'Flat', 'Cum', 'Function', 'Callers', 'Callees'].map(t => t ? el('th', { scope: 'col' }, t) : el('td', {})))), body)));
  host.addEventListener('click', e => { const a = e.target.closest('a[href^="#"]'); if (a) { const tr = document.getElementById(a.hash.slice(1)); e.preventDefault(); tr.scrollIntoView({ block: 'center' }); tr.focus({ preventScroll: true }); } });
  return {
    find(re) {
      let n = 0;
      for (const tr of body.rows) { tr.hidden = Boolean(re) && !re.test(tr.dataset.name); n += !tr.hidden; }
      return re ? counted(n, 'function') : '';
    },
  };
}
