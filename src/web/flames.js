// flames.js: the flame graph, and the comparison of two queries as a differential flame graph and as a table.
import './flame.js';
import { about, apiUrl, bdi, button, counted, el, exactly, get, go, link, main, message, param, percent, plain, refined } from './page.js';

// What the frame asks a page whose search is the flame graph's own.
function flameView() {
  let last = false;
  main.addEventListener('input', e => { if (e.target.matches('.cf-input')) last = true; });
  for (const type of ['pointerdown', 'keydown']) main.addEventListener(type, e => { if (!e.target.matches('.cf-input')) last = false; });
  return {
    own: true,
    typed: () => (main.querySelector('.cf-input') || {}).value || '',
    typedLast: () => last,
    names: () => cprofFlame.boxes().filter(b => b.selected && b.node > 0).slice(0, 1).map(b => b.frame.replace(/ \(inlined\)$/, '').replace(/:\d+$/, '')),
  };
}
const where = name => exactly([name.replace(/:\d+$/, '')]);
const actions = page => [['Source', '', n => link('source', { f: where(n), q: '' })], ['Focus', 'F', n => link(page, { f: where(n) })], ['Ignore', 'X', n => link(page, refined('i', where(n)))],
  ['Hide', 'H', n => link(page, refined('h', where(n)))], ['Show from', 'S', n => link(page, { sf: where(n) })]].map(([label, key, to]) => ({ label, key, run: n => go(to(n)) }));

const keys = [['1 … 6', 'Top, Graph, Flame Graph, Peek, Source, Labels']];

export default async function flames() {
  if (about.view === 'compare') return compare();
  const data = JSON.parse(document.getElementById('data').textContent);
  cprofFlame(main, data, { keys, file: () => apiUrl('text/flamegraph'), actions: actions('flamegraph'), load: how => get('flame', how) });
  return flameView();
}

// Two trees as one: `b` is the base. Nodes are the same where the frames of their paths are. One of the two may be null.
export function difference(a, b) {
  const either = a || b;
  const strings = new Map(), frames = { name: [], file: [], line: [], pkg: [], flags: [] }, ids = new Map();
  const id = s => { if (!strings.has(s)) strings.set(s, strings.size); return strings.get(s); };
  const root = { frame: -1, kids: new Map(), v: [0, 0, 0, 0], rest: null };
  for (const [side, d] of [a, b].entries()) if (d) {
    const map = d.frames.name.map((_, i) => {
      const row = [d.strings[d.frames.name[i]], d.strings[d.frames.file[i]], d.frames.line[i], d.strings[d.frames.pkg[i]], d.frames.flags[i]], key = row.join('\0');
      if (!ids.has(key)) { ids.set(key, frames.name.length); frames.name.push(id(row[0])); frames.file.push(id(row[1])); frames.line.push(row[2]); frames.pkg.push(id(row[3])); frames.flags.push(row[4]); }
      return ids.get(key);
    });
    const path = [root], at = [];
    d.nodes.depth.forEach((depth, i) => {
      const up = depth ? path[depth - 1] : null, f = map[d.nodes.frame[i]];
      let n = root;
      if (up) { n = up.kids.get(f); if (!n) up.kids.set(f, n = { frame: f, kids: new Map(), v: [0, 0, 0, 0], rest: null }); } else root.frame = f;
      n.v[side * 2] += Number(d.nodes.self[i]); n.v[side * 2 + 1] += Number(d.nodes.total[i]);
      path[depth] = at[i] = n;
    });
    for (const [i, count, sum] of d.more || []) { const r = at[i].rest || (at[i].rest = [0, 0, 0]); r[0] = Math.max(r[0], count); r[1 + side] += Number(sum); }
  }
  const out = { depth: [], frame: [], self: [], total: [], self2: [], total2: [] }, left = [], stack = [[root, 0]];
  while (stack.length) {
    const [n, depth] = stack.pop(), i = out.depth.length;
    out.depth.push(depth); out.frame.push(n.frame);
    ['self', 'total', 'self2', 'total2'].forEach((c, k) => out[c].push(n.v[k]));
    if (n.rest) left.push([i, ...n.rest]);
    for (const kid of [...n.kids.values()].reverse()) stack.push([kid, depth + 1]);
  }
  const callers = either.callers && { callers: difference(a && a.callers, b && b.callers) };
  return { ...either, types: undefined, types_left_out: undefined, diff: true, total: b && b.total, strings: [...strings.keys()], frames, nodes: out, more: left, ...callers };
}

// Two queries, whose parameters begin with "a." and "b."; what both share has no prefix.
function side(letter) {
  const query = new URLSearchParams();
  for (const [k, v] of new URLSearchParams(location.search)) if (!/^[ab]\./.test(k)) query.append(k, v);
  for (const [k, v] of new URLSearchParams(location.search)) if (k.startsWith(letter + '.')) query.set(k.slice(2), v);
  return query;
}
const CHOICES = [['tf', 'Tag'], ['f', 'Focus'], ['i', 'Ignore']];

async function compare() {
  const how = ['table', 'sides'].find(k => param(k) === 't') || '', choice = (key, text, title) => button(text, title, () => go(link('compare', { table: '', sides: '', ...(key && { [key]: 't' }) })), { 'aria-pressed': String(how === key) });
  const fields = letter => el('fieldset', {}, el('legend', {}, letter === 'a' ? 'Compare' : 'with the base'), CHOICES.map(([key, text]) => el('label', { class: 'cf-field' }, el('span', {}, text), el('input', { class: 'cf-input', name: letter + '.' + key, value: param(letter + '.' + key), spellcheck: 'false', autocomplete: 'off', placeholder: key === 'tf' ? 'key=value' : null }))));
  const form = el('form', { class: 'compare', onsubmit: e => { e.preventDefault(); go(link('compare', { ...Object.fromEntries([...new FormData(form)]), z: '', p: '' })); } }, fields('a'), fields('b'),
    el('div', { class: 'cf-actions' }, button('Compare', 'Compare', null, { type: 'submit' }), button('Swap', 'Make the other side the base', () => { const c = {}; for (const [k, v] of new FormData(form)) c[(k[0] === 'a' ? 'b' : 'a') + k.slice(1)] = v; go(link('compare', { ...c, z: '', p: '' })); }),
      choice('', 'Difference', 'As one flame graph'), choice('sides', 'Two charts', 'A flame graph for each, side by side'), choice('table', 'Table', 'Functions side by side')));
  const host = el('div', { class: 'host' });
  main.replaceChildren(form, host);
  if (!/[?&][ab]\./.test(location.search)) {
    host.append(el('p', { class: 'empty' }, 'Choose two parts of the profile, for example two values of a label: endpoint=/search and endpoint=/checkout.'), ...await suggestions());
    return {};
  }
  if (how === 'table') return sideBySide(host);
  const both = how => Promise.all(['a', 'b'].map(s => get('flame', how, side(s))));
  const [a, b] = await both({});
  if (a.unit !== b.unit) { message('The two sides have different units: ' + plain(a.type) + ' and ' + plain(b.type) + '.', [], 'cf-error'); return {}; }
  if (how === 'sides') return charts(host, a, b);
  // a node may be on one side only
  const part = (how, s) => get('flame', how, side(s)).catch(error => { if (!how.node) throw error; return null; });
  const load = async how => { const [x, y] = await Promise.all([part(how, 'a'), part(how, 'b')]); if (!x && !y) throw new Error('Neither side has this frame.'); return difference(x, y); };
  cprofFlame(host, difference(a, b), { keys, actions: actions('compare'), load });
  return flameView();
}

// Labels with two values or more
async function suggestions() {
  const tags = (await get('labels')).keys.filter(k => k.values.length > 1).slice(0, 8);
  return tags.length ? [el('h2', {}, 'The two heaviest values of a label'), el('ul', { class: 'suggestions' }, tags.map(k => el('li', {}, el('a', { href: link('compare', { 'a.tf': k.values[0].filter, 'b.tf': k.values[1].filter }) },
    bdi(k.key, 80), ': ', bdi(k.values[0].name, 80), ' with ', bdi(k.values[1].name, 80)))))] : [];
}

// Two flame graphs that zoom and search together
function charts(host, a, b) {
  const peers = [], said = s => [...side(s)].filter(([k]) => param(s + '.' + k)).map(([k, v]) => (k === 'tf' ? '' : k === 'f' ? 'focus ' : k === 'i' ? 'ignore ' : k + ' ') + plain(v)).join(', ') || 'all';
  host.classList.add('two');
  [['a', a, ''], ['b', b, 'base: ']].forEach(([s, data, what]) => {
    const half = el('div', { class: 'half' });
    host.append(half);
    cprofFlame(half, data, { keys, actions: actions('compare'), load: query => get('flame', query, side(s)), peers, caption: what + said(s) });
  });
  return flameView();
}

async function sideBySide(host) {
  const [a, b] = await Promise.all(['a', 'b'].map(s => get('report/top', { n: '0', nf: '0' }, side(s)))), rows = new Map(), none = { flat: 0, cum: 0, flat_text: '0', cum_text: '0' };
  for (const [k, d] of [a, b].entries()) for (const r of d.rows) { const pair = rows.get(r.name) || [none, none]; pair[k] = r; rows.set(r.name, pair); }
  const share = (v, d) => percent(Number(d.total) ? 100 * v / d.total : 0), all = [...rows].sort(([, x], [, y]) => Math.abs(y[0].flat - y[1].flat) - Math.abs(x[0].flat - x[1].flat)).slice(0, 500);
  const covered = d => percent(d.rows.reduce((s, r) => s + r.flat_percent, 0));
  const change = ([x, y]) => !y.flat ? (x.flat ? 'new' : '=') : !x.flat ? 'gone' : x.flat === y.flat ? '=' : (x.flat > y.flat ? '▲ +' : '▼ −') + Math.abs(100 * (x.flat - y.flat) / y.flat).toFixed(0) + '%';
  const body = el('tbody', {}, all.map(([n, p]) => { const tr = el('tr', {}, p.flatMap((r, k) => [el('td', {}, r.flat_text), el('td', {}, share(r.flat, [a, b][k])), el('td', {}, r.cum_text)]), el('td', {}, change(p)), el('td', { class: 'names' }, bdi(n))); tr.dataset.name = n; return tr; }));
  host.append(el('p', { class: 'note' }, `${covered(a)} of ${a.total_text}, with ${covered(b)} of ${b.total_text}: the ${counted(all.length, 'function')} whose flat value differs most.`),
    el('div', { class: 'scroll wide', tabindex: 0, role: 'region', 'aria-label': 'Side by side' }, el('table', { id: 'sides' }, el('thead', {}, el('tr', {}, ['Flat', 'Flat%', 'Cum', 'Base flat', 'Base flat%', 'Base cum', 'Change', 'Name'].map(t => el('th', { scope: 'col', class: t === 'Name' ? 'names' : null }, t)))), body)));
  return { find(re) { let n = 0; for (const tr of body.rows) { tr.hidden = Boolean(re) && !re.test(tr.dataset.name); n += !tr.hidden; } return re ? counted(n, 'function') : ''; } };
}
