// flame.js: cprof's flame graph. cprofFlame(element, data, options) builds one in `element` from a "cprof-flame" object.
// Options, all optional:
// load(how): promises the "cprof-flame" object of other stacks than `data` holds, with the parameters of the API: node, the hash
//   of a path (see hashPaths), inv, rec, p and cut;
// actions: more entries of a frame's menu, each {label, key, run(name)}; keys: more rows of the help, each [keys, what they do];
// file(): the URL of the chart as a page; peers: a list of the charts beside this one, which zoom, search and outline together;
// caption: says which of them this is.
(() => {
'use strict';

const BIG_TREE = 20000;         // a tree of more nodes is cut again where another view is made of it
const DERIVED_CUT = 1 / 20000;  // what such a view leaves out, as a share of the whole
const DERIVED_NODES = 400000;   // and how many nodes it has at most
const TEXT_FROM = 24;           // px: narrower boxes have no text
const LEFT_OUT = -1;            // in place of a frame: small children that the tree does not hold

const LIGHT = {
  bg: '#ffffff', text: '#1b1f24', inverse: '#ffffff', small: '#b9c0ca', rest: '#e3e6ea', accent: '#0b57d0', line: '#1b1f24',
  saturation: 0.45, lightness: 0.82, frameText: '#1b1f24',
  diff: ['#2166ac', '#67a9cf', '#c6dcec', '#e3e3e3', '#f8d3ae', '#ee9b52', '#b35806'], diffText: 'wdddddw',
  share: ['#e9e6ef', '#d4c9ea', '#b9a5dd', '#9478c4', '#6a3fa0'], shareText: 'ddddw',
};
const DARK = {
  bg: '#14171b', text: '#e8eaed', inverse: '#14171b', small: '#4b535e', rest: '#2c323a', accent: '#8ab4f8', line: '#e8eaed',
  saturation: 0.28, lightness: 0.30, frameText: '#f1f3f4',
  diff: ['#8ec5ff', '#4f93d2', '#2f5f8f', '#4a4f57', '#8a5a2a', '#cf8238', '#ffb86b'], diffText: 'ddwwwdd',
  share: ['#353841', '#4a4066', '#66529a', '#9b82d6', '#d3c2ff'], shareText: 'wwwdd',
};
const DIFF_STEPS = ['≤ −50%', '−10%', '−2%', '±2%', '+2%', '+10%', '≥ +50%'];
const SHARE_LIMITS = [0.001, 0.01, 0.05, 0.2];
const SHARE_STEPS = ['< 0.1%', '< 1%', '< 5%', '< 20%', '≥ 20%'];
const MARK = '#ffd54a', INK = { d: '#1b1f24', w: '#ffffff' };

// Text from a profile. Anyone may have made it: what could hide, reorder or break a line is shown by its number.

const UNSAFE = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb]' +
  '|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]', 'g');
const plain = (s, kept = '') => s.replace(UNSAFE, c => kept.includes(c) ? c : '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
const clip = (s, most = 300) => s.length <= most ? s : s.slice(0, most) + '… (' + grouped(s.length) + ' characters)';
const grouped = n => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const counted = (n, one, many = one + 's') => grouped(n) + ' ' + (n === 1 ? one : many);

// An expression that means the same in JavaScript and in cprof; fails where there is none. It may begin with (?i).
function expression(text) {
  const [, flag, rest] = /^(\(\?i\))?(.*)$/s.exec(text);
  if (/\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</.test(rest)) throw new Error('cprof’s expressions have no look-around and no back-references.');
  if (/\(\?(?:P<|[imsU-]+[:)])|\\[QEAzCpP]|\[\[:/.test(rest)) throw new Error('The search in a page knows no (?P<…>), no flags but a leading (?i), no classes such as [[:alpha:]] or \\pL, no \\Q, \\A and \\z.');
  for (const u of ['u', '']) try { return new RegExp(rest, u + (flag ? 'i' : '')); } catch { /* once more without u, which allows more */ }
  throw new Error('This is not a regular expression.');
}
const escapeName = n => n.replace(/[\\.?+*[\](){}|^$]/g, '\\$&');

const tidy = x => String(+x.toFixed(2));

// A value in the largest unit that does not exceed it. `kind` is the object or one of its types.
function amount(value, kind) {
  const x = value * kind.scale, units = kind.units || [];
  if (!x) return '0' + kind.unit;
  let [unit, factor] = units.length ? units[0] : [kind.unit, 1];
  for (const u of units) if (u[1] <= Math.abs(x) * (1 + 1e-12)) [unit, factor] = u;
  return tidy(x / factor) + unit;
}

function percent(part, all) {
  const p = all ? 100 * part / all : 0;
  return p && Math.abs(p) < 0.05 ? (p < 0 ? '>-0.1%' : '<0.1%') : +p.toFixed(1) + '%';
}

const utf8 = new TextEncoder();

// The first four bytes, little-endian, of the SHA-256 of a text: the number that pprof takes its colours from.
const sha32 = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p)) primes.push(n);
  const fraction = x => (x - Math.floor(x)) * 2 ** 32 | 0;
  const K = primes.map(p => fraction(Math.cbrt(p))), H = primes.slice(0, 8).map(p => fraction(Math.sqrt(p)));
  const turn = (x, n) => x >>> n | x << 32 - n;
  return text => {
    const bytes = utf8.encode(text), size = (bytes.length + 72 >> 6) * 64, block = new DataView(new ArrayBuffer(size)), w = new Int32Array(64);
    bytes.forEach((b, i) => block.setUint8(i, b));
    block.setUint8(bytes.length, 128);
    block.setUint32(size - 8, bytes.length / 2 ** 29);
    block.setUint32(size - 4, bytes.length << 3);
    const h = H.slice();
    for (let at = 0; at < size; at += 64) {
      let [a, b, c, d, e, f, g, z] = h;
      for (let i = 0; i < 64; i++) {
        if (i < 16) w[i] = block.getInt32(at + 4 * i);
        else {
          const p = w[i - 15], q = w[i - 2];
          w[i] = w[i - 16] + w[i - 7] + (turn(p, 7) ^ turn(p, 18) ^ p >>> 3) + (turn(q, 17) ^ turn(q, 19) ^ q >>> 10);
        }
        const t = z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
        const u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
        [z, g, f, e, d, c, b, a] = [g, f, e, d + t | 0, c, b, a, t + u | 0];
      }
      [a, b, c, d, e, f, g, z].forEach((x, i) => { h[i] = h[i] + x | 0; });
    }
    const v = h[0];
    return (v >>> 24 | v >>> 8 & 0xff00 | v << 8 & 0xff0000 | v << 24) >>> 0;
  };
})();

// pprof's hue of a package (or file), in degrees
const hueOf = text => (sha32(text) % 1048576 + 1) * 1.618033988 * 360 % 360;

function hsl(hue, saturation, lightness) {
  const a = saturation * Math.min(lightness, 1 - lightness);
  return '#' + [0, 8, 4].map(n => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1)))).toString(16).padStart(2, '0');
  }).join('');
}

// Trees. A draft has nodes in any order that puts parents first: parent, frame, self, total, and self2, total2 for the
// base of a difference; `more` maps a node to [count, sum, sum of the base] of children left out. arrange() makes a tree of it:
// columns in preorder, `end` being the node after a subtree. w is a node's width: the larger side of its own
// value and the widths of its children, so that children always fit, with differences and negative values too.

const draft = () => ({ parent: [], frame: [], self: [], total: [], self2: [], total2: [], more: new Map() });

function leaveOut(d, node, count, sum, sum2) {
  const m = d.more.get(node);
  if (m) { m[0] += count; m[1] += sum; m[2] += sum2; } else d.more.set(node, [count, sum, sum2]);
}

// The tree as the object holds it, for one of its sample types.
function read(data, type) {
  const { depth, frame } = data.nodes, n = depth.length, path = [], parent = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    path[depth[i]] = i;
    parent[i] = depth[i] ? path[depth[i] - 1] : -1;
  }
  const from = type ? [type.self, type.total_of, type.self2, type.total2_of] : ['self', 'total', 'self2', 'total2'].map(c => data.nodes[c]);
  const [self, total, self2, total2] = from.map(c => new Float64Array(c || n)); // texts become numbers
  const more = (type || data).more || [];
  return { parent, frame, self, total, self2, total2, more: new Map(more.map(m => [m[0], [m[1], Number(m[2]), Number(m[3] || 0)]])) };
}

function arrange(d, rank, byName) {
  const held = d.parent.length, rest = [...d.more], n = held + rest.length;
  const parent = i => i < held ? d.parent[i] : rest[i - held][0];
  const larger = (a, b) => Math.max(Math.abs(a), Math.abs(b));
  const width = new Float64Array(n), start = new Int32Array(n + 1);
  for (let i = n - 1; i >= 0; i--) {
    width[i] += i < held ? larger(d.self[i], d.self2[i]) : larger(rest[i - held][1][1], rest[i - held][1][2]);
    if (i) { width[parent(i)] += width[i]; start[parent(i) + 1]++; }
  }
  for (let i = 0; i < n; i++) start[i + 1] += start[i];
  const kids = new Int32Array(Math.max(0, n - 1)), at = start.slice();
  for (let i = 1; i < n; i++) kids[at[parent(i)]++] = i;
  const before = (a, b) => (a >= held) - (b >= held) || a < held && ((byName ? 0 : width[b] - width[a]) || rank[d.frame[a]] - rank[d.frame[b]]) || a - b;

  const t = { n: 0, parent: new Int32Array(n), end: new Int32Array(n), frame: new Int32Array(n), depth: new Int32Array(n), count: new Int32Array(n),
    self: new Float64Array(n), total: new Float64Array(n), self2: new Float64Array(n), total2: new Float64Array(n), w: new Float64Array(n) };
  const stack = [0], above = [-1];
  while (n && stack.length) {
    const i = stack.pop(), p = above.pop(), id = t.n++, m = i < held ? null : rest[i - held][1];
    t.parent[id] = p;
    t.depth[id] = p < 0 ? 0 : t.depth[p] + 1;
    t.frame[id] = m ? LEFT_OUT : d.frame[i];
    t.count[id] = m ? m[0] : 0;
    t.self[id] = m ? m[1] : d.self[i];
    t.total[id] = m ? m[1] : d.total[i];
    t.self2[id] = m ? m[2] : d.self2[i];
    t.total2[id] = m ? m[2] : d.total2[i];
    t.w[id] = width[i];
    const run = kids.subarray(start[i], start[i + 1]);
    if (run.length > 1) run.sort(before);
    for (let k = run.length - 1; k >= 0; k--) if (width[run[k]] > 0) { stack.push(run[k]); above.push(id); }
  }
  for (let i = t.n - 1; i >= 0; i--) {
    if (!t.end[i]) t.end[i] = i + 1;
    if (i && t.end[t.parent[i]] < t.end[i]) t.end[t.parent[i]] = t.end[i];
  }
  return t;
}

// Merges paths of `base` by frame, level by level: from each seed [node, value, value of the base] to its callers (`up`),
// or to its callees. `fold` makes a frame one with a parent of the same frame. Callers end before the root, or with it.
function merge(base, frames, seeds, { up = false, fold = false, withRoot = false }) {
  const d = draft(), cut = base.n > BIG_TREE && !fold ? DERIVED_CUT * base.w[0] : 0;
  const put = (parent, frame) => {
    d.parent.push(parent); d.frame.push(frame);
    for (const c of ['self', 'total', 'self2', 'total2']) d[c].push(0);
    return d.parent.length - 1;
  };
  put(-1, base.frame[0]);
  let level = [], index = new Map();
  const add = (parent, at, v, v2) => {
    const key = parent * (frames + 1) + base.frame[at];
    let id = index.get(key);
    if (id === undefined) index.set(key, id = put(parent, base.frame[at]));
    d.total[id] += v; d.total2[id] += v2;
    level.push([id, at, v, v2]);
  };
  for (const [at, v, v2] of seeds) { d.total[0] += v; d.total2[0] += v2; add(0, at, v, v2); }
  while (level.length) {
    const now = level;
    level = []; index = new Map();
    for (const [id, at, v, v2] of now) {
      const small = Math.abs(d.total[id]) + Math.abs(d.total2[id]) < cut || d.parent.length > DERIVED_NODES && !fold;
      if (up) {
        const p = base.parent[at];
        if (p < 0 || p === 0 && !withRoot) { d.self[id] += v; d.self2[id] += v2; }
        else if (small) leaveOut(d, id, 1, v, v2);
        else add(id, p, v, v2);
        continue;
      }
      const same = [at];
      while (same.length) {
        const i = same.pop();
        d.self[id] += base.self[i]; d.self2[id] += base.self2[i];
        for (let c = i + 1; c < base.end[i]; c = base.end[c]) {
          if (fold && base.frame[c] === d.frame[id]) same.push(c);
          else if (small || base.frame[c] === LEFT_OUT) leaveOut(d, id, base.count[c] || 1, base.total[c], base.total2[c]);
          else add(id, c, base.total[c], base.total2[c]);
        }
      }
    }
  }
  return d;
}

// The tree with each frame made one with a parent of the same frame.
function folded(base, frames) {
  const seeds = [];
  for (let c = 1; c < base.n; c = base.end[c]) if (base.frame[c] !== LEFT_OUT) seeds.push([c, base.total[c], base.total2[c]]);
  const d = merge(base, frames, seeds, { fold: true });
  for (const c of ['self', 'total', 'self2', 'total2']) d[c][0] = base[c][0];
  for (let c = 1; c < base.n; c = base.end[c]) if (base.frame[c] === LEFT_OUT) leaveOut(d, 0, base.count[c], base.total[c], base.total2[c]);
  return d;
}

// The tree of leaves and their callers.
function inverted(base, frames) {
  const seeds = [];
  let rest = null;
  for (let i = 0; i < base.n; i++) {
    if (base.frame[i] === LEFT_OUT) {
      rest = rest || [0, 0, 0];
      rest[0] += base.count[i]; rest[1] += base.total[i]; rest[2] += base.total2[i];
    } else if (i && (base.self[i] || base.self2[i])) seeds.push([i, base.self[i], base.self2[i]]);
  }
  const d = merge(base, frames, seeds, { up: true });
  for (const c of ['self', 'total', 'self2', 'total2']) d[c][0] = base[c][0];
  if (rest) leaveOut(d, 0, ...rest);
  return d;
}

// Places the nodes: x in the unit of w. Children follow their parent's own value, as in pprof.
function place(t) {
  const next = new Float64Array(t.n);
  t.x = new Float64Array(t.n);
  for (let i = 0; i < t.n; i++) {
    const p = t.parent[i];
    if (p >= 0) { t.x[i] = next[p]; next[p] += t.w[i]; }
    next[i] = t.x[i] + Math.max(Math.abs(t.self[i]), Math.abs(t.self2[i]));
  }
  return t;
}

// One list of nodes per row, from left to right; `row` says where a node is, -1 for nowhere.
function rowsOf(view) {
  const size = [];
  for (let i = 0; i < view.n; i++) if (view.row[i] >= 0) size[view.row[i]] = (size[view.row[i]] || 0) + 1;
  view.rows = Array.from(size, s => new Int32Array(s || 0));
  const at = new Int32Array(size.length);
  for (let i = 0; i < view.n; i++) if (view.row[i] >= 0) view.rows[view.row[i]][at[view.row[i]]++] = i;
  return view;
}

// The callees and the callers of the frames that `matches` names, as drafts whose first level is these frames
function pivotDrafts(base, frames, matches) {
  const seeds = [];
  for (let i = 1; i < base.n;) {
    if (base.frame[i] !== LEFT_OUT && matches[base.frame[i]]) { seeds.push([i, base.total[i], base.total2[i]]); i = base.end[i]; } else i++;
  }
  return [merge(base, frames, seeds, {}), merge(base, frames, seeds, { up: true, withRoot: true })];
}
// The same from an object that holds both: there the callers end before the root.
function loadedDrafts(part) {
  const up = read(part.callers), d = draft();
  for (const c of ['parent', 'frame', 'self', 'total', 'self2', 'total2']) d[c] = [...up[c]];
  up.self.forEach((v, i) => {
    if (!i || !v && !up.self2[i]) return;
    d.parent.push(i); d.frame.push(up.frame[0]);
    for (const c of ['self', 'total']) { d[c].push(v); d[c + '2'].push(up.self2[i]); }
    d.self[i] = d.self2[i] = 0;
  });
  return [read(part), { ...d, more: up.more }];
}

// Two such trees joined into one view: callers above, callees below
function pivoted([callees, callers_], rank, byName) {
  const down = arrange(callees, rank, byName), up = arrange(callers_, rank, byName);
  // in differences the two can have other widths: the wider one decides
  const twin = new Map();
  for (let i = 1; i < up.n; i = up.end[i]) twin.set(up.frame[i], i);
  let x = 0, deepest = 0;
  place(down);
  up.x = new Float64Array(up.n);
  const v = { n: down.n + up.n, pivot: true, parts: [[down, 0, 0], [up, down.n, 1]], up: new Map(), row: new Int32Array(down.n + up.n).fill(-1) };
  for (let i = 1; i < down.n; i = down.end[i]) {
    const u = twin.get(down.frame[i]), wide = Math.max(down.w[i], u ? up.w[u] : 0), shift = x - down.x[i];
    for (let k = i; k < down.end[i]; k++) down.x[k] += shift;
    down.w[i] = wide;
    if (u) { up.x[u] = x; v.up.set(i, u + down.n); }
    x += wide;
  }
  down.w[0] = x;
  const next = Float64Array.from(up.x);
  for (let i = 1; i < up.n; i++) if (up.parent[i] > 0) { up.x[i] = next[i] = next[up.parent[i]]; next[up.parent[i]] += up.w[i]; }
  for (let i = 0; i < up.n; i++) deepest = Math.max(deepest, up.depth[i]);
  const callers = Math.max(0, deepest - 1);
  for (const c of ['parent', 'end', 'frame', 'depth', 'count', 'self', 'total', 'self2', 'total2', 'w', 'x']) {
    v[c] = new down[c].constructor(v.n);
    v[c].set(down[c].subarray(0, down.n));
    v[c].set(up[c].subarray(0, up.n), down.n);
  }
  for (let i = 1; i < down.n; i++) v.row[i] = callers + down.depth[i] - 1;
  const back = new Map([...v.up].map(([a, b]) => [b, a]));
  for (let i = down.n; i < v.n; i++) {
    v.end[i] += down.n;
    v.parent[i] += down.n;
    if (up.depth[i - down.n] > 1) v.row[i] = callers + 1 - up.depth[i - down.n];
    if (back.has(v.parent[i])) v.parent[i] = back.get(v.parent[i]);
  }
  v.parent[0] = v.parent[down.n] = -1;
  v.callers = callers;
  return rowsOf(v);
}

// Hashes of paths, two lanes of 32 bits: they name a node in URLs and to load(). A frame counts by the UTF-8 of its name, NUL, its
// file, NUL, its line, and NUL if it is inlined, hashed by FNV-1a (lane b: with other constants). The root's hash is 0; a path is its parent's, mixed with that.
const LANES = [[0x811c9dc5, 0x01000193], [0x1b873593, 0x85ebca6b]];
const hash32 = (bytes, [offset, prime]) => { let h = offset; for (const b of bytes) h = Math.imul(h ^ b, prime); return h; };
const stir = (h, x, prime) => { h = Math.imul(h ^ x, prime); return h ^ h >>> 15; };
const hex = (a, b) => [a, b].map(x => (x >>> 0).toString(16).padStart(8, '0')).join('');

// Gives a tree the columns a and b; `hash` maps a frame to its two lanes. Another root keeps the callers of a pivot apart.
function hashPaths(t, hash, root = 0) {
  t.a = new Int32Array(t.n);
  t.b = new Int32Array(t.n);
  for (let i = 0; i < t.n; i++) {
    const p = t.parent[i], h = t.frame[i] === LEFT_OUT ? [1, 1] : hash(t.frame[i]);
    t.a[i] = p < 0 ? root : stir(t.a[p], h[0], LANES[0][1]);
    t.b[i] = p < 0 ? root : stir(t.b[p], h[1], LANES[1][1]);
  }
  return t;
}

// Elements

function el(tag, props, ...kids) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props || {})) {
    if (v === undefined || v === null || v === false) continue;
    if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else e.setAttribute(k, v === true ? '' : v);
  }
  e.append(...kids.flat(9).filter(k => k !== null && k !== undefined && k !== false));
  return e;
}
const button = (text, label, run, more) => el('button', { type: 'button', class: 'cf-button', title: label, 'aria-label': /\p{L}/u.test(text) ? null : label, onclick: run, ...more }, text);
const name = (s, most = 4000) => el('bdi', { class: 'cf-name', dir: 'ltr' }, clip(plain(s), most));

// drawn by attributes of SVG: in a page that a browser has saved the policy refuses attributes of style
function swatch(colour) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), r = document.createElementNS(svg.namespaceURI, 'rect');
  for (const [k, v] of [['width', 12], ['height', 12], ['class', 'cf-swatch'], ['aria-hidden', 'true']]) svg.setAttribute(k, v);
  for (const [k, v] of [['width', 12], ['height', 12], ['rx', 2], ['fill', colour]]) r.setAttribute(k, v);
  svg.append(r);
  return svg;
}

// The theme is a matter of the reader, not of the page: it is kept in the browser, not in the URL.
const theme = {
  get() { try { return localStorage.getItem('cprof-theme') || 'system'; } catch { return theme.kept || 'system'; } },
  set(t) {
    theme.kept = t;
    try { localStorage.setItem('cprof-theme', t); } catch { /* a file may have no storage: then it holds until the page is left */ }
    theme.apply();
  },
  apply() { document.documentElement.dataset.theme = theme.get(); },
  next() { theme.set({ system: 'dark', dark: 'light', light: 'system' }[theme.get()]); },
  showOn(button) {
    button.textContent = { system: '◐', dark: '●', light: '○' }[theme.get()];
    button.title = 'Colours: ' + theme.get();
    button.setAttribute('aria-label', button.title);
  },
};
theme.apply();

let charts = 0;
function cprofFlame(host, data, options = {}) {
  if (host.cprofEnd) host.cprofEnd();
  const life = new AbortController(), on = (target, event, run, how) => target.addEventListener(event, run, { signal: life.signal, ...how });
  host.cprofEnd = () => life.abort();
  const unique = 'cf' + ++charts, peers = options.peers || [], me = { follow, outline };
  peers.push(me);
  if (!peers.active) peers.active = me;
  const others = () => peers.filter(p => p !== me);
  const { strings, frames } = data;
  const kinds = [data, ...(data.types || [])];
  const nameOf = f => f < 0 ? '' : strings[frames.name[f]];
  const state = { si: data.type, p: '', z: '', q: '', inv: false, up: false, order: '', color: '', rec: false, share: false };
  const reduced = matchMedia('(prefers-reduced-motion: reduce)'), forced = matchMedia('(forced-colors: active)'), darkScheme = matchMedia('(prefers-color-scheme: dark)');
  const rowHeight = matchMedia('(pointer: coarse)').matches ? 20 : 18;

  let kind = data;            // the sample type that is shown: the object itself or one of its types
  let base, view;             // the tree of that type, and what is drawn
  let from = 0, to = 1;       // the part of the view that fills the width, in its unit
  let zoomed = 0, selected = -1, hovered = -1;
  let outlined = LEFT_OUT;    // the frame under the mouse in a chart beside
  let drawn = [];             // the boxes of the last picture
  let matches = null;         // per frame whether the search finds it, and the nodes found
  let found = [], counts = [];
  let printing = false;

  // order by name, ties by file and line: as the bytes of UTF-8, but for letters beyond U+FFFF
  let rank;
  function rankFrames() {
    const by = (a, b) => a < b ? -1 : a > b ? 1 : 0;
    rank = new Int32Array(frames.name.length);
    [...rank.keys()].sort((a, b) => by(nameOf(a), nameOf(b)) || by(strings[frames.file[a]], strings[frames.file[b]]) || frames.line[a] - frames.line[b] || a - b)
      .forEach((f, i) => { rank[f] = i; });
  }
  rankFrames();

  const frameHashes = [];
  const frameHash = f => frameHashes[f] || (frameHashes[f] = (bytes => LANES.map(lane => hash32(bytes, lane)))(
    utf8.encode(nameOf(f) + '\0' + strings[frames.file[f]] + '\0' + frames.line[f] + (frames.flags[f] & 1 ? '\0' : ''))));
  const stackOf = i => {
    const p = []; // root first; in inverted views and among callers the way to the root is the way from the leaf
    for (let k = i; k > 0 && view.parent[k] >= 0; k = view.parent[k]) p.push(view.frame[k]);
    return (view.leafFirst || isCaller(i) ? p : p.reverse()).filter(f => f >= 0);
  };
  const isCaller = i => Boolean(view.pivot) && view.row[i] < view.callers;
  function hashed() { // the view with the columns a and b
    if (!view.a) {
      const parts = view.parts || [[view, 0, 0]], a = new Int32Array(view.n), b = new Int32Array(view.n);
      for (const [t, at, root] of parts) { hashPaths(t, frameHash, root); a.set(t.a, at); b.set(t.b, at); }
      Object.assign(view, { a, b });
    }
    return view;
  }
  const pathHash = i => hex(hashed().a[i], view.b[i]);
  function nodeOfHash(hash) { // the node, or 0
    hashed();
    const a = parseInt(hash.slice(0, 8), 16) | 0, b = parseInt(hash.slice(8), 16) | 0;
    for (let i = 1; i < view.n; i++) if (view.a[i] === a && view.b[i] === b && view.row[i] >= 0) return i;
    return 0;
  }

  // Values as text

  const whole = () => [kind.diff || data.diff ? base.total[0] : Math.abs(Number(kind.total)) || Math.abs(base.total[0]), base.total2[0]];
  // how much more than in the base, as a share of it: a number, 'new' or 'gone'
  function change(v, v2, byShare) {
    const [all, all2] = whole();
    if (!v2) return v ? 'new' : 0;
    if (!v) return 'gone';
    return byShare ? (all && all2 ? v / all / (v2 / all2) - 1 : 0) : (v - v2) / Math.abs(v2);
  }
  const changeText = c => typeof c === 'string' ? c : Math.abs(c) < 0.0005 ? '= 0' : (c > 0 ? '▲ ' : '▼ ') + (c >= 10 ? '×' + (1 + c).toFixed(0) : (c > 0 ? '+' : '−') + +(100 * Math.abs(c)).toFixed(Math.abs(c) < 0.1 ? 1 : 0) + '%');
  const valueText = (v, v2) => {
    const [all, all2] = whole();
    if (!data.diff) return `${amount(v, kind)} (${percent(v, all)})`;
    return `${amount(v2, kind)} (${percent(v2, all2)}) → ${amount(v, kind)} (${percent(v, all)}) ${changeText(change(v, v2, state.share))}`;
  };
  const ownText = i => view.self[i] && !data.diff && !state.inv && !isCaller(i) && view.frame[i] >= 0 ? ', own ' + amount(view.self[i], kind) : '';
  const title = i => view.frame[i] === LEFT_OUT ? counted(view.count[i], 'more frame', 'more frames') : titleOf(view.frame[i]);
  const titles = [], titleOf = f => titles[f] || (titles[f] = (plain(nameOf(f)) || '(no name)') + (frames.flags[f] & 1 ? ' (inlined)' : ''));

  // Colours

  const isDark = () => !printing && (theme.get() === 'dark' || theme.get() === 'system' && darkScheme.matches);
  const hues = new Map();
  const hue = text => { let h = hues.get(text); if (h === undefined) hues.set(text, h = hueOf(text)); return h; };
  const colourBy = () => state.color || (data.diff ? 'diff' : 'package');
  const groupOf = f => colourBy() === 'file' ? strings[frames.file[f]] : strings[frames.pkg[f]];
  let fills = new Map(), ownShare = null;

  // the step of a box on the scale of differences (0…6) or own share (0…4)
  function step(i) {
    if (colourBy() === 'share') return SHARE_LIMITS.filter(l => ownShare[view.frame[i]] >= l).length;
    const c = change(view.total[i], view.total2[i], state.share);
    if (c === 'new') return 6;
    if (c === 'gone') return 0;
    const a = Math.abs(c), s = a < 0.02 ? 0 : a < 0.1 ? 1 : a < 0.5 ? 2 : 3;
    return c < 0 ? 3 - s : 3 + s;
  }
  function fill(i, P) { // [colour, text colour]
    if (view.frame[i] === LEFT_OUT || i === 0 && colourBy() !== 'diff') return [P.rest, P.text];
    const by = colourBy();
    if (by === 'diff' || by === 'share') { const s = step(i); return [P[by][s], INK[P[by + 'Text'][s]]]; }
    const key = (by === 'file' ? frames.file : frames.pkg)[view.frame[i]] * 3 + view.shade[i];
    let c = fills.get(key);
    if (!c) fills.set(key, c = hsl(hue(groupOf(view.frame[i])), P.saturation, P.lightness + [0, 0.04, -0.04][view.shade[i]]));
    return [c, P.frameText];
  }
  // siblings of different groups whose hues are close differ in lightness
  function shades() {
    const n = view.n, last = new Int32Array(n).fill(-1);
    view.shade = new Uint8Array(n);
    fills = new Map();
    ownShare = null;
    if (colourBy() === 'share') {
      ownShare = new Float64Array(frames.name.length);
      const all = whole()[0] || 1;
      for (let i = 0; i < base.n; i++) if (base.frame[i] >= 0) ownShare[base.frame[i]] += Math.abs(base.self[i]) / all;
    } else if (colourBy() !== 'diff') {
      for (let i = 1; i < n; i++) {
        const p = view.parent[i], f = view.frame[i];
        if (p < 0 || f < 0) continue;
        const b = last[p];
        last[p] = i;
        if (b < 0) continue;
        const g = groupOf(f), h = groupOf(view.frame[b]), apart = Math.abs(hue(g) - hue(h));
        if (g === h) view.shade[i] = view.shade[b];
        else if (Math.min(apart, 360 - apart) < 20) view.shade[i] = view.shade[b] === 1 ? 2 : 1;
      }
    }
  }

  // Building the view from the state

  function build() {
    kind = kinds.find(k => k.type === state.si) || data;
    const byName = state.order === 'name';
    const F = frames.name.length, pivot = state.p && regexp(state.p), part = turned();
    base = arrange(read(data, kind === data ? null : kind), rank, byName);
    if (state.rec) base = arrange(part && !pivot && !state.inv ? read(part) : folded(base, F), rank, byName);
    if (pivot) {
      const is = frames.name.map((n, f) => f !== base.frame[0] && (pivot.test(clip(strings[n], 2000)) || pivot.test(strings[frames.file[f]])));
      view = pivoted(part ? loadedDrafts(part) : pivotDrafts(base, F, is), rank, byName);
    } else {
      view = place(state.inv ? arrange(part ? read(part) : inverted(base, F), rank, byName) : base);
      view.row = view.depth;
      view.leafFirst = state.inv;
      rowsOf(view);
    }
    zoomed = 0; hovered = -1; selected = -1;
    shades();
    findMatches();
  }

  let wrong = ''; // what is wrong with the last expression
  const regexp = text => { try { wrong = ''; return expression(text); } catch (e) { wrong = e.message; return null; } };

  function findMatches() {
    const re = state.q && regexp(state.q);
    matches = null; found = []; counts = [];
    if (!re) return;
    matches = frames.name.map((n, f) => f !== base.frame[0] && re.test(clip(strings[n], 2000)));
    for (let i = 0; i < view.n; i++) if (view.row[i] >= 0 && view.frame[i] >= 0 && matches[view.frame[i]]) found.push(i);
    counts = view.rows.map(row => { const c = new Int32Array(row.length + 1); row.forEach((i, k) => { c[k + 1] = c[k] + (view.frame[i] >= 0 && matches[view.frame[i]] ? 1 : 0); }); return c; });
  }
  function matchedSum() { // each stack once
    let sum = 0, sum2 = 0;
    for (let i = 0; i < base.n;) {
      if (base.frame[i] >= 0 && matches[base.frame[i]]) { sum += base.total[i]; sum2 += base.total2[i]; i = base.end[i]; } else i++;
    }
    return valueText(sum, sum2);
  }

  // The page

  const sheet = new CSSStyleSheet(); // positions that only the script knows; as a sheet of its own they are neither saved nor refused
  const root = el('div', { class: 'cf ' + unique });
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  on(life.signal, 'abort', () => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter(s => s !== sheet); });
  const places = {};
  function position(selector, css) {
    if (places[selector] === css) return;
    places[selector] = css;
    sheet.replaceSync(Object.entries(places).map(([s, c]) => `.${unique} ${s}{${c}}`).join('\n'));
  }

  const canvas = el('canvas', { class: 'cf-canvas', 'aria-hidden': 'true' }), pen = canvas.getContext('2d');
  const tree = el('div', { class: 'cf-tree', role: 'tree', tabindex: 0, 'aria-label': 'Frames' + (options.caption ? ' of ' + options.caption : '') });
  const message = el('p', { class: 'cf-message', hidden: true });
  const chart = el('div', { class: 'cf-chart' }, tree, canvas, message, el('div', { class: 'cf-space' }));
  const search = el('input', { type: 'search', class: 'cf-input', 'aria-label': 'Search with a regular expression', placeholder: 'Search (regular expression)', spellcheck: 'false', autocomplete: 'off', 'aria-describedby': unique + '-result' });
  const result = el('span', { class: 'cf-result', id: unique + '-result' });
  const status = el('div', { class: 'cf-status', role: 'status', 'aria-live': 'polite' });
  const line = el('div', { class: 'cf-line' }), chips = el('div', { class: 'cf-chips' }), lineName = el('span', { class: 'cf-line-name' }), lineValue = el('span', { class: 'cf-line-value' });
  const details = el('section', { class: 'cf-details', 'aria-label': 'Details', tabindex: 0 });
  const legend = el('div', { class: 'cf-legend', role: 'group', 'aria-label': 'Legend' }), legendItems = el('ul', {}), notes = el('div', { class: 'cf-notes' });
  const tip = el('div', { class: 'cf-tip', 'aria-hidden': 'true', hidden: true });

  const select = (label, key, choices, change) => {
    const s = el('select', { 'aria-label': label, onchange: () => change(s.value) }, choices.map(([v, t]) => el('option', { value: v }, t)));
    s.dataset.key = key;
    return el('label', { class: 'cf-field' }, el('span', {}, label), s);
  };
  const toggle = (text, label, key) => button(text, label, () => set({ [key]: !state[key] }), { 'data-toggle': key, 'aria-pressed': 'false' });

  const viewButton = button('View', 'Show or hide the choices of the view', () => root.classList.toggle('cf-open'), { class: 'cf-button cf-narrow' });
  const exportButton = button('Export', 'Export as SVG, PNG or JSON', () => exportMenu(), { 'aria-haspopup': 'menu' });
  const themeButton = button('◐', 'Colours', () => nextTheme());
  const detailsButton = button('Details', 'Show or hide the details', () => showDetails(!root.classList.contains('cf-with-details')), { 'aria-pressed': 'false' });
  const previous = button('‹', 'Previous match', () => walk(-1)), next = button('›', 'Next match', () => walk(1));
  const fields = [
    kinds.length > 1 && select('Sample', 'si', kinds.map(k => [k.type, k.type]), v => set({ si: v })),
    select('Colour', 'color', [...(data.diff ? [['', 'difference']] : []), [data.diff ? 'package' : '', 'package'], ['file', 'file'], ['share', 'own share']], v => set({ color: v })),
    select('Order', 'order', [['', 'by value'], ['name', 'by name']], v => set({ order: v })),
    data.diff && select('Change', 'share', [['', 'by value'], ['t', 'by share']], v => set({ share: v === 't' })),
    toggle('Inverted', 'Leaves first: what the time is spent in, and who calls it', 'inv'),
    toggle('Root below', 'Root at the bottom', 'up'),
    toggle('Fold recursion', 'Make a frame one with a caller of the same name', 'rec'),
  ];
  const heading = el('h1', { title: clip(plain(data.title || ''), 4000) }, name(data.title || 'Flame graph', 200));
  root.append(
    el('div', { class: 'cf-bar' }, heading,
      el('div', { class: 'cf-search', role: 'search' }, search, result, previous, next),
      el('div', { class: 'cf-buttons' }, viewButton, exportButton, detailsButton, themeButton, button('?', 'Keys and help', () => showHelp()))),
    el('div', { class: 'cf-options', role: 'group', 'aria-label': 'View' }, fields),
    line,
    el('div', { class: 'cf-body' }, chart, details),
    el('div', { class: 'cf-foot' }, legend, notes), status, tip);
  line.append(chips, lineName, lineValue);
  legend.append(legendItems);

  // Drawing

  const widths = new Map();
  const FONT = '12px system-ui, -apple-system, "Segoe UI", sans-serif';
  function textWidth(text) {
    let w = widths.get(text);
    if (w === undefined) {
      if (widths.size > 60000) widths.clear();
      widths.set(text, w = pen.measureText(text).width);
    }
    return w;
  }

  // What a box may say, longest first: the whole name, then what follows the path and each separator outside of brackets
  const labels = [];
  function labelsOf(f) {
    if (labels[f]) return labels[f];
    const text = plain(nameOf(f).slice(0, 2000)), cuts = [];
    let nested = 0;
    for (let k = 0; k < text.length - 1; k++) {
      const c = text[k];
      if ('(<[{'.includes(c)) nested++;
      else if (')>]}'.includes(c)) nested = Math.max(0, nested - 1);
      else if (c === '/' && !nested && k) cuts.push(k + 1);
      else if (c === '.' && !nested && k && text[k + 1] !== '.') cuts.push(k + 1);
      else if (c === ':' && !nested && text[k + 1] === ':') cuts.push(k + 2);
    }
    const slash = cuts.filter(k => text[k - 1] === '/').pop() || 0;
    const suffixes = cuts.filter(k => k >= slash && k < text.length).slice(-12).map(k => text.slice(k)).filter(t => /\p{L}/u.test(t));
    return labels[f] = [text + (frames.flags[f] & 1 ? ' (inlined)' : ''), text, ...suffixes].filter((t, k, all) => all.indexOf(t) === k && t.length <= 500);
  }
  const shortName = f => labelsOf(f).find(t => !t.includes('/')) || labelsOf(f).pop() || nameOf(f);
  function label(i, room) {
    const f = view.frame[i];
    const texts = f === LEFT_OUT ? [`${title(i)}, ${amount(view.total[i], kind)}`, `${grouped(view.count[i])} more`] : labelsOf(f);
    if (data.diff && f !== LEFT_OUT) {
      const change_ = '  ' + changeText(change(view.total[i], view.total2[i], state.share)), both = texts.find(t => textWidth(t) + textWidth(change_) <= room);
      if (both) return both + change_;
    }
    let text = texts.find(t => textWidth(t) <= room);
    if (text === undefined) {
      const last = texts.length ? texts[texts.length - 1] : plain(nameOf(f).slice(-200));
      let keep = Math.min(last.length - 1, Math.floor(room / 5));
      while (keep > 0 && textWidth('…' + last.slice(-keep)) > room) keep--;
      text = keep > 1 ? '…' + last.slice(-keep) : '';
    }
    return text;
  }

  const chartHeight = () => view.rows.length * rowHeight;
  // where the first row of the chart is in the window; a chart that grows upward stands on the lower edge
  const shift = () => printing ? 0 : (state.up ? Math.max(0, canvas.clientHeight - chartHeight()) : 0) - chart.scrollTop;
  const placeOf = row => state.up ? view.rows.length - 1 - row : row;

  // The first place in a row whose box ends beyond x
  function firstAfter(row, x, low = 0) {
    let high = low;
    for (let step = 1; high < row.length && view.x[row[high]] + view.w[row[high]] <= x; step *= 2) { low = high + 1; high += step; }
    high = Math.min(high, row.length);
    while (low < high) { const m = low + high >> 1; if (view.x[row[m]] + view.w[row[m]] > x) high = m; else low = m + 1; }
    return low;
  }

  // The boxes of a picture: {x, y, w, h, i, fill, ink, text, tx, mark, faded}. Boxes under a pixel become one column (i is the first of them, `merged` how many).
  function layout(width, height, top, dpr) {
    const P = isDark() ? DARK : LIGHT, k = width / (to - from), out = [], sharp = v => Math.round(v * dpr) / dpr, gap = Math.max(1, Math.floor(dpr)) / dpr;
    const first = Math.max(0, Math.floor(-top / rowHeight)), last = Math.min(view.rows.length - 1, Math.floor((height - top - 1) / rowHeight));
    for (let place = first; place <= last; place++) {
      const r = placeOf(place), row = view.rows[r], y = sharp(place * rowHeight + top), high = sharp((place + 1) * rowHeight + top) - y, found = counts[r];
      for (let j = firstAfter(row, from); j < row.length; j++) {
        const i = row[j], left = (view.x[i] - from) * k;
        if (left >= width) break;
        if (view.w[i] * k < 1) {
          const column = Math.floor(Math.max(0, left));
          let end = firstAfter(row, from + (column + 1) / k, j);
          if (end === j) end++;
          const marked = matches && found[end] > found[j];
          const before = out[out.length - 1];
          if (before && before.merged && before.row === r && before.x + before.w >= column && before.mark === marked) { before.w = column + 1 - before.x; before.merged += end - j; }
          else out.push({ x: column, y: y + (state.up ? 0 : gap), w: 1, h: high - gap, i, fill: marked ? MARK : P.small, ink: P.text, text: '', mark: marked, merged: end - j, row: r });
          j = end - 1;
          continue;
        }
        const right = left + view.w[i] * k, a = sharp(Math.max(left, -2)), b = sharp(Math.min(right, width + 2));
        const w = Math.max(1 / dpr, b - a - (b - a > 2 ? gap : 0));
        const inlined = view.frame[i] >= 0 && frames.flags[view.frame[i]] & 1 && view.row[i] > 0;
        const marked = matches !== null && view.frame[i] >= 0 && matches[view.frame[i]];
        const [colour, ink] = marked ? [MARK, INK.d] : fill(i, P);
        const tx = Math.max(a, 0) + 4, room = Math.min(b, width) - 4 - tx;
        out.push({ x: a, y: y + (inlined || state.up ? 0 : gap), w, h: high - (inlined ? 0 : gap), i, fill: colour, ink, tx,
          text: Math.min(b, width) - Math.max(a, 0) >= TEXT_FROM ? label(i, room) : '', mark: marked, faded: ancestors.has(i) });
      }
    }
    return out;
  }
  // the frames that lead to the zoomed one
  let ancestors = new Set();

  function draw() {
    frame = 0;
    const dpr = printing ? 2 : devicePixelRatio || 1;
    const [cssWidth, cssHeight] = [chart.clientWidth, printing ? Math.min(chartHeight(), 8000) : chart.clientHeight];
    const pw = Math.floor(cssWidth * dpr), ph = Math.floor(cssHeight * dpr), width = pw / dpr, height = ph / dpr;
    if (canvas.width !== pw || canvas.height !== ph) { canvas.width = pw; canvas.height = ph; }
    position('.cf-canvas', `width:${width}px;height:${height}px`);
    position('.cf-space', `height:${Math.max(0, chartHeight() - height)}px`);
    pen.setTransform(dpr, 0, 0, dpr, 0, 0);
    pen.font = FONT;
    drawn = view.w[0] > 0 && width > 0 ? layout(width, height, shift(), dpr) : [];
    paint(pen, width, height);
    later(showLegend);
  }
  function paint(c, width, height) {
    const system = forced.matches && !printing, P = isDark() ? DARK : LIGHT, text = system ? 'CanvasText' : P.text;
    let colour = null;
    const use = v => { if (v !== colour) c.fillStyle = colour = v; };
    c.globalAlpha = 1;
    use(system ? 'Canvas' : P.bg);
    c.fillRect(0, 0, width, height);
    use(system ? 'GrayText' : P.small);
    for (const b of drawn) if (b.merged && !b.mark) c.fillRect(b.x, b.y, b.w, b.h);
    for (const b of drawn) {
      if (b.merged && !b.mark) continue;
      if (b.faded) c.globalAlpha = 0.6;
      use(system ? b.mark ? 'Highlight' : 'Canvas' : b.fill);
      c.fillRect(b.x, b.y, b.w, b.h);
      if (b.faded) c.globalAlpha = 1;
    }
    c.lineWidth = 1;
    if (system) { c.strokeStyle = 'CanvasText'; for (const b of drawn) if (!b.merged) c.strokeRect(b.x + 0.5, b.y + 0.5, Math.max(0, b.w - 1), b.h - 1); }
    c.font = FONT; c.textBaseline = 'middle'; c.direction = 'ltr';
    for (const b of drawn) if (b.text) { use(system ? b.mark ? 'HighlightText' : 'CanvasText' : b.ink); c.fillText(b.text, b.tx, b.y + b.h / 2 + 0.5); }
    const outline = (b, style, w) => { c.strokeStyle = style; c.lineWidth = w; c.strokeRect(b.x + w / 2, b.y + w / 2, Math.max(0, b.w - w), Math.max(0, b.h - w)); };
    for (const b of drawn) {
      if (b.mark && b.w > 4) { outline(b, text, b.w > 12 ? 2 : 1); if (b.text) { use(system ? 'HighlightText' : INK.d); c.fillRect(b.tx, b.y + b.h - 4, Math.min(textWidth(b.text), b.w - 8), 1); } }
    }
    const f = hovered >= 0 ? view.frame[hovered] : outlined;
    for (const b of drawn) {
      if ((hovered >= 0 || f !== LEFT_OUT) && !b.merged && (f === LEFT_OUT ? b.i === hovered : view.frame[b.i] === f)) outline(b, text, 2);
    }
    for (const b of drawn) if (b.i === selected && !b.merged) outline(b, system ? 'Highlight' : P.accent, 3);
    if (view.pivot) {
      const y = (state.up ? view.rows.length - view.callers : view.callers) * rowHeight + shift();
      use(text);
      c.fillRect(0, y - 1, width, 2);
    }
  }
  let frame = 0;
  const redraw = () => { if (!frame) frame = requestAnimationFrame(draw); };
  const waiting = new Map();
  function later(what, ms = 120) { clearTimeout(waiting.get(what)); waiting.set(what, setTimeout(what, ms)); }

  // Moving about

  let motion = 0;
  function moveTo(a, b, still) {
    cancelAnimationFrame(motion);
    const [a0, b0] = [from, to], began = performance.now();
    if (still || reduced.matches) { [from, to] = [a, b]; redraw(); return; }
    const tick = now => {
      const t = Math.min(1, Math.max(0, now - began) / 150), e = t * (2 - t);
      [from, to] = t < 1 ? [a0 + (a - a0) * e, b0 + (b - b0) * e] : [a, b];
      draw();
      if (t < 1) motion = requestAnimationFrame(tick);
    };
    motion = requestAnimationFrame(tick);
  }
  function window_(a, b) { // the part shown, kept inside of the whole
    const all = view.w[0] || 1, size = Math.min(all, Math.max(b - a, all * 1e-9));
    a = Math.min(Math.max(0, a), all - size);
    return [a, a + size];
  }
  const span = i => i > 0 ? [view.x[i], view.x[i] + view.w[i]] : [0, view.w[0] || 1];
  function zoomBy(factor, at = 0.5, still = false) {
    const size = (to - from) / factor, fix = from + (to - from) * at;
    moveTo(...window_(fix - size * at, fix + size * (1 - at)), still);
  }
  const pan = dx => { [from, to] = window_(from + dx, to + dx); redraw(); };
  function showRow(i) {
    const y = placeOf(view.row[i]) * rowHeight, high = chart.clientHeight;
    if (y < chart.scrollTop) chart.scrollTop = Math.max(0, y - rowHeight);
    else if (y + 2 * rowHeight > chart.scrollTop + high) chart.scrollTop = y + 2 * rowHeight - high;
  }
  // brings a node into sight: where it is too narrow, the nearest node around it that leaves it wide enough fills the width
  function reveal(i) {
    const px = chart.clientWidth || 1;
    if (view.x[i] < from || view.x[i] + view.w[i] > to || view.w[i] / (to - from) * px < TEXT_FROM) {
      let a = i;
      while (view.parent[a] > 0 && view.w[i] / view.w[view.parent[a]] * px >= TEXT_FROM) a = view.parent[a];
      moveTo(...span(view.parent[a] === 0 && view.w[i] / view.w[0] * px >= TEXT_FROM ? 0 : a));
    }
    choose(i);
  }
  function home() { chart.scrollTop = view.pivot ? Math.max(0, (state.up ? view.rows.length - view.callers : view.callers) * rowHeight - chart.clientHeight / 2) : state.up ? 1e9 : 0; }

  // State and URL

  const isFlag = k => typeof state[k] === 'boolean';
  function fromUrl() {
    const q = new URLSearchParams(location.search || location.hash.slice(1));
    for (const k of Object.keys(state)) state[k] = isFlag(k) ? q.get(k) === 't' : (q.get(k) || (k === 'si' ? data.type : ''));
    if (!kinds.some(k => k.type === state.si)) state.si = data.type;
    if (!['', 'name'].includes(state.order)) state.order = '';
    if (!['file', 'share', 'package', 'diff'].includes(state.color) || state.color === 'diff' && !data.diff || state.color === 'package' && !data.diff) state.color = '';
  }
  function toUrl(replace) {
    const q = new URLSearchParams(location.search || location.hash.slice(1));
    for (const k of Object.keys(state)) {
      const v = isFlag(k) ? (state[k] ? 't' : '') : k === 'si' && state.si === data.type ? '' : state[k];
      if (v) q.set(k, v); else q.delete(k);
    }
    const steps = (history.state && history.state.cprof || 0) + (replace ? 0 : 1), text = q.toString();
    const write = url => history[replace ? 'replaceState' : 'pushState']({ ...history.state, cprof: steps }, '', url);
    try { write(location.pathname + (text ? '?' + text : '')); } catch { try { write('#' + text); } catch { /* where a page may not change its URL it works without */ } }
  }
  const REBUILD = ['si', 'p', 'inv', 'rec', 'order', 'up'];
  function set(patch, { replace = false, still = false } = {}) {
    const rebuild = REBUILD.some(k => k in patch && patch[k] !== state[k]);
    const kept = rebuild && selected > 0 && !('p' in patch || 'inv' in patch) ? pathHash(selected) : '';
    if (('p' in patch && patch.p !== state.p) || ('inv' in patch && patch.inv !== state.inv)) patch = { z: '', ...patch };
    if (patch.inv) patch.p = '';
    Object.assign(state, patch);
    toUrl(replace);
    if (rebuild) { build(); if (kept) selected = nodeOfHash(kept) || -1; } else if ('color' in patch || 'share' in patch) shades();
    else if ('q' in patch) findMatches();
    apply(rebuild, rebuild || still);
    for (const p of others()) p.follow(rebuild);
  }
  // a chart beside has changed the state
  function follow(whole) {
    const q = state.q;
    fromUrl();
    if (whole) build(); else { shades(); if (q !== state.q) findMatches(); }
    apply(whole, whole);
  }
  function outline(key) {
    outlined = key === null ? LEFT_OUT : frames.name.findIndex((_, f) => keyOf(f) === key);
    redraw();
  }
  const keyOf = f => nameOf(f) + '\0' + strings[frames.file[f]];
  // makes the page show the state
  function apply(whole, still) {
    zoomed = state.z ? nodeOfHash(state.z) : 0;
    ancestors = new Set();
    for (let i = zoomed; i > 0; i = view.parent[i]) ancestors.add(view.parent[i]);
    for (const s of root.querySelectorAll('select')) s.value = isFlag(s.dataset.key) ? (state[s.dataset.key] ? 't' : '') : state[s.dataset.key];
    for (const b of root.querySelectorAll('[data-toggle]')) b.setAttribute('aria-pressed', state[b.dataset.toggle]);
    if (search.value !== state.q && document.activeElement !== search) search.value = state.q;
    showResult(); showChips(); showNotes(); showLine();
    draw(); showLegend();
    if (whole) { home(); showTree(); }
    moveTo(...span(zoomed), still);
    if (zoomed) showRow(zoomed);
    later(showDetailsOf, 0);
  }
  const zoom = i => {
    if (view.frame[i] === LEFT_OUT) {
      // the smaller ones of the parent's children, which then fill the width
      const p = isCaller(i) && view.up.get(view.parent[i]) || view.parent[i], at = span(i);
      load(p, view.w[i] / view.count[i] / view.w[p] / 4, () => moveTo(...window_(...at), true));
      return;
    }
    if (i <= 0) { set({ z: '', p: '' }); choose(-1); return; }
    if (view.pivot && view.frame[i] === base.frame[0]) { set({ z: '', p: '' }); return; }
    choose(i, true);
    set({ z: pathHash(i) });
    load(i);
  };
  const pivotOn = i => {
    if (i <= 0 || view.frame[i] < 0 || view.frame[i] === base.frame[0]) return;
    set({ p: '^' + escapeName(nameOf(view.frame[i])) + '$', z: '', inv: false });
    say('Callers and callees of ' + plain(nameOf(base.frame[0] >= 0 && view.n > 1 ? view.frame[1] : base.frame[0])));
  };
  const everything = () => { set({ z: '', p: '' }); moveTo(...span(0)); };

  // Stacks that the object leaves out. A view that is made of what it holds is exact only if it holds all; else an exact one is
  // loaded, and shown once it is there.

  const parts = new Map(); // what load() gave, by its parameters
  const failed = new Map(); // messages, by the same
  const isWhole = () => !(data.more || []).length && !(data.callers && data.callers.more.length);
  const turnOf = () => ({ ...(state.inv && { inv: 't' }), ...(state.rec && { rec: 't' }), ...(state.p && { p: state.p }) });
  const canLoad = () => Boolean(options.load) && kinds.length === 1;
  // the object of the view, with frames of this chart; null: it is `data`, or not there yet
  function turned() {
    const turn = turnOf(), key = JSON.stringify(turn);
    if (key === '{}' || !canLoad() || isWhole() || state.p && !regexp(state.p)) return null;
    const part = parts.get(key);
    if (part === undefined) ask(turn, object => { parts.set(key, adopt(object)); });
    return part || null;
  }
  const isExact = () => isWhole() || !Object.keys(turnOf()).length || Boolean(parts.get(JSON.stringify(turnOf())));
  function ask(how, use, then = () => {}) {
    const key = JSON.stringify(how);
    if (parts.has(key)) return;
    parts.set(key, null);
    failed.delete(key);
    say('Loading');
    options.load(how).then(object => {
      use(object);
      parts.set(key, parts.get(key) || object);
      if (how.node && !loadedNodes().some(h => JSON.stringify(h) === key)) history.replaceState({ ...history.state, loaded: [...loadedNodes(), how] }, '');
      renew();
      then();
    }).catch(error => { parts.delete(key); failed.set(key, [String(error.message || error), () => ask(how, use, then)]); showNotes(); });
  }
  const loadedNodes = () => history.state && history.state.loaded || [];
  const hasRest = i => canLoad() && isExact() && view.frame.subarray(i, view.end[i]).includes(LEFT_OUT);
  function load(i, cut, then) {
    const hash = pathHash(i), part = turned() || data;
    if (hasRest(i)) ask({ ...turnOf(), node: hash, ...(cut && { cut }) }, object => graft(part, hash, adopt(object)), then);
  }
  // What was loaded before the page was left or loaded again is loaded once more, in the same order: a node may be below another.
  function loadAgain(list = [...loadedNodes()]) {
    const how = list.shift();
    if (how && canLoad() && isExact()) ask(how, object => graft(turned() || data, how.node, adopt(object)), () => loadAgain(list));
  }
  // Makes the frames of a loaded object those of this chart.
  function adopt(part) {
    const texts = new Map(strings.map((s, i) => [s, i]));
    const key = r => [r.name, r.file, r.line, r.flags].join(), row = f => ({ name: frames.name[f], file: frames.file[f], line: frames.line[f], flags: frames.flags[f] });
    const have = new Map(frames.name.map((_, f) => [key(row(f)), f]));
    for (const tree of [part, part.callers].filter(Boolean)) {
      const text = i => { const s = tree.strings[i]; if (!texts.has(s)) texts.set(s, strings.push(s) - 1); return texts.get(s); }, theirs = tree.frames;
      const ids = theirs.name.map((n, f) => {
        const r = { name: text(n), file: text(theirs.file[f]), line: theirs.line[f], pkg: text(theirs.pkg[f]), flags: theirs.flags[f] };
        if (!have.has(key(r))) { have.set(key(r), frames.name.length); for (const c of Object.keys(r)) frames[c].push(r[c]); }
        return have.get(key(r));
      });
      tree.nodes.frame = tree.nodes.frame.map(f => ids[f]);
    }
    rankFrames();
    return part;
  }
  // Puts the rows of a loaded subtree in the place of those held.
  function graft(whole, hash, part) {
    for (const [to, root] of [[whole, 0], [whole.callers, 1]]) if (to) {
      const { depth, frame } = to.nodes, held = hashPaths({ n: depth.length, ...read(to) }, frameHash, root);
      let at = 0;
      while (at < held.n && hex(held.a[at], held.b[at]) !== hash) at++;
      if (at === held.n) continue;
      let end = at + 1;
      while (end < held.n && depth[end] > depth[at]) end++;
      const grown = part.nodes.depth.length - (end - at), splice = (old, rows) => [...old.slice(0, at), ...rows, ...old.slice(end)];
      to.nodes.frame = splice(frame, [frame[at], ...part.nodes.frame.slice(1)]);
      to.nodes.depth = splice(depth, part.nodes.depth.map(x => x + depth[at]));
      for (const c of ['self', 'total', 'self2', 'total2']) if (to.nodes[c]) to.nodes[c] = splice(to.nodes[c], part.nodes[c]);
      to.more = [...to.more.filter(m => m[0] < at), ...part.more.map(([i, ...m]) => [i + at, ...m]), ...to.more.filter(m => m[0] >= end).map(([i, ...m]) => [i + grown, ...m])];
      return;
    }
  }
  // shows the state with what was loaded meanwhile
  function renew() {
    const kept = selected > 0 ? pathHash(selected) : '', scroll = chart.scrollTop;
    quiet();
    build();
    if (kept) selected = nodeOfHash(kept) || -1;
    apply(false, true);
    chart.scrollTop = scroll;
    showTree();
  }

  // What is said about the chart

  const say = text => { status.textContent = text; later(quiet, 4000); };
  const quiet = () => { status.textContent = ''; };

  function showResult() {
    const bad = state.q && !regexp(state.q);
    search.setAttribute('aria-invalid', Boolean(bad));
    result.classList.toggle('cf-error', Boolean(bad));
    if (!state.q) result.textContent = '';
    else if (bad) result.textContent = wrong;
    else result.textContent = counted(found.length, 'frame', 'frames') + ', ' + matchedSum();
    previous.hidden = next.hidden = !found.length;
  }
  function walk(direction) {
    if (!found.length) return;
    let at = found.indexOf(selected);
    if (at < 0) at = direction > 0 ? -1 : found.length;
    at = (at + direction + found.length) % found.length;
    reveal(found[at]);
    say(`${at + 1} of ${grouped(found.length)}: ${title(found[at])}`);
  }
  const chip = (text, value, drop) => el('span', { class: 'cf-chip' }, text + ' ', name(value, 120), button('×', 'Drop: ' + text, drop));
  function showChips() {
    chips.replaceChildren(...[
      state.p && chip('pivot', state.p, () => set({ p: '' })),
      zoomed > 0 && chip('zoom', nameOf(view.frame[zoomed]), () => set({ z: '' })),
    ].filter(Boolean));
  }
  function showLine() {
    const i = hovered >= 0 ? hovered : selected > 0 ? selected : zoomed;
    lineName.replaceChildren(i > 0 ? name(title(i), 1000) : el('span', { class: 'cf-muted' }, options.caption ? name(options.caption, 300) : kind.type || '', options.caption && state.q ? ': ' + result.textContent : ''));
    lineValue.textContent = view.n ? valueText(view.total[Math.max(0, i)], view.total2[Math.max(0, i)]) + (i > 0 ? ownText(i) : '') : '';
  }
  function showNotes() {
    let rest = 0, below = 0, above = 0;
    for (const t of isExact() && view !== base ? [view] : [base]) for (let i = 0; i < t.n; i++) rest += t.count[i];
    for (let i = 0; i < base.n; i++) {
      if (base.self[i] < 0) below++; else if (base.self[i] > 0) above++;
    }
    const texts = [
      data.note,
      below && !data.diff && (above ? 'Some' : 'All') + ' values are negative: the widths show their size.',
      rest > 0 && counted(rest, 'small frame is', 'small frames are') + ' not shown' + (canLoad() && isExact() ? ': zoom in to load them.' : state.inv || state.p ? '; what they hold is missing from this view.' : '.'),
      (data.types_left_out || []).length && 'Left out to keep the file small: ' + data.types_left_out.join(', ') + '.',
      state.p && !regexp(state.p) && 'The pivot is not a regular expression.',
    ].filter(Boolean);
    notes.replaceChildren(...[...failed.values()].map(([why, retry]) => el('span', { class: 'cf-error' }, 'The small frames could not be loaded: ', name(why, 200), ' ', button('Retry', 'Retry', retry))), ...texts.map(t => el('span', {}, name(t, 500))));
    const nothing = !(base.w[0] > 0) ? `Nothing to draw: ${data.nodes.depth.length > 1 ? 'every value is zero' : options.load ? 'no samples match' : 'the profile has no samples'}. Total ${amount(0, kind)} (0%).`
      : !(view.w[0] > 0) ? 'No frame matches the pivot.' : '';
    message.hidden = !nothing;
    message.textContent = nothing;
  }

  function showLegend() {
    const P = isDark() ? DARK : LIGHT, by = colourBy();
    let items;
    if (by === 'diff') items = P.diff.map((c, k) => [c, DIFF_STEPS[k]]);
    else if (by === 'share') items = P.share.map((c, k) => [c, SHARE_STEPS[k]]);
    else {
      const seen = new Map();
      for (const b of drawn) if (!b.merged && view.frame[b.i] >= 0 && !(view.frame[b.i] === base.frame[0] && !frames.pkg[view.frame[b.i]])) {
        const g = groupOf(view.frame[b.i]);
        seen.set(g, (seen.get(g) || 0) + b.w);
      }
      const sorted = [...seen].sort((a, b) => b[1] - a[1]);
      items = sorted.slice(0, 40).map(([g]) => [hsl(hue(g), P.saturation, P.lightness), g || (by === 'file' ? 'no file' : 'no package')]);
      if (sorted.length > 40) items.push([P.small, counted(sorted.length - 40, 'more', 'more')]);
    }
    if (drawn.some(b => b.merged)) items.push([P.small, 'boxes under a pixel']);
    const head = by === 'diff' ? (state.share ? 'Change of share' : 'Change of value') : by === 'share' ? 'Own share' : by === 'file' ? 'File' : 'Package';
    const now = JSON.stringify([head, items]);
    if (legend.now === now) return;
    legend.now = now;
    legendItems.replaceChildren(el('li', { class: 'cf-muted' }, head), ...items.map(([c, t]) => el('li', {}, swatch(c), name(t, 80))));
  }

  // The tree for those who do not see the canvas: the selected frame, its parent, siblings and children
  function showTree() {
    const kidsOf = p => {
      const all = [];
      if (p < 0) return all;
      for (let c = p + 1; c < view.end[p]; c = view.end[c]) if (view.row[c] >= 0) all.push(c);
      return all;
    };
    const children = i => [...kidsOf(i), ...(view.up && view.up.has(i) ? kidsOf(view.up.get(i)) : [])];
    const at = Math.max(0, selected), p = at ? view.parent[at] : -1, near = p >= 0 ? children(p) : [at];
    const low = Math.max(0, near.indexOf(at) - 25), kids = children(at);
    const item = (i, list) => el('div', { role: 'treeitem', id: unique + '-node-' + i, 'aria-level': (view.depth[i] || 0) + 1, 'aria-posinset': list.indexOf(i) + 1 || 1, 'aria-setsize': Math.max(1, list.length),
      'aria-selected': i === at ? 'true' : 'false', 'aria-expanded': view.end[i] > i + 1 ? String(i === at || i === p) : null }, clip(title(i), 1000) + ', ' + valueText(view.total[i], view.total2[i]));
    const rows = [];
    if (p >= 0) rows.push(item(p, [p]));
    for (const s of near.slice(low, low + 50)) {
      rows.push(item(s, near));
      if (s === at) for (const k of kids.slice(0, 50)) rows.push(item(k, kids));
    }
    tree.replaceChildren(...rows);
    tree.setAttribute('aria-activedescendant', unique + '-node-' + at);
  }

  function choose(i, silent) {
    selected = i > 0 ? i : -1;
    showTree(); showLine(); redraw();
    if (selected > 0) {
      showRow(selected);
      if (!silent) say(clip(title(i), 500) + ', ' + valueText(view.total[i], view.total2[i]));
    }
    later(showDetailsOf, 0);
  }

  const row = (f, v, v2, run) => el('li', {}, el('button', { type: 'button', class: 'cf-row', onclick: run, title: clip(plain(nameOf(f)), 1000) }, name(shortName(f), 200), el('span', { class: 'cf-number' }, data.diff ? amount(v2, kind) + ' → ' + amount(v, kind) : amount(v, kind) + ' ', data.diff ? '' : el('span', { class: 'cf-muted' }, percent(v, whole()[0])))));
  const largest = (f, ok = () => true) => { let best = -1; for (let i = 1; i < view.n; i++) if (view.frame[i] === f && view.row[i] >= 0 && ok(i) && (best < 0 || view.w[i] > view.w[best])) best = i; return best; };
  const list = (head, sums, reach) => {
    const top = [...sums].map(([f, v]) => [f, v, Math.max(Math.abs(v[0]), Math.abs(v[1]))]).filter(e => e[2]).sort((a, b) => b[2] - a[2] || rank[a[0]] - rank[b[0]]).slice(0, 12);
    return [el('h3', {}, head), top.length ? el('ul', { class: 'cf-list' }, top.map(([f, v]) => row(f, v[0], v[1], () => { const i = reach(f); if (i > 0) reveal(i); }))) : el('p', { class: 'cf-muted' }, 'none')];
  };
  const tally = (m, f, v, v2) => { const s = m.get(f); if (s) { s[0] += v; s[1] += v2; } else m.set(f, [v, v2]); };

  function showDetailsOf() {
    if (!root.classList.contains('cf-with-details')) return;
    const i = selected, now = [view, i, zoomed, state.share];
    if (details.now && now.every((x, k) => x === details.now[k])) return;
    details.now = now;
    details.scrollTop = 0;
    if (i <= 0) {
      const own = new Map();
      for (let k = 1; k < base.n; k++) if (base.frame[k] >= 0 && (base.self[k] || base.self2[k])) tally(own, base.frame[k], base.self[k], base.self2[k]);
      details.replaceChildren(el('h2', {}, name(data.title || 'Profile', 400)),
        el('ul', { class: 'cf-header' }, (data.header || []).map(l => el('li', {}, name(l, 1000)))),
        el('p', {}, 'Total ', el('span', { class: 'cf-number' }, valueText(base.total[0], base.total2[0]))),
        ...list('Largest own values' + (isWhole() ? '' : ' in the frames shown') + (data.diff ? ', before → after' : ''), own, largest));
      return;
    }
    const f = view.frame[i], [all, all2] = whole(), pair = (label, v, v2) => [el('dt', {}, label), el('dd', { class: 'cf-number' }, valueText(v, v2))];
    if (f === LEFT_OUT) { details.replaceChildren(el('h2', {}, title(i)), el('dl', {}, pair('Their sum', view.total[i], view.total2[i])), el('p', {}, 'Each of them is too small for this page.')); return; }
    // the function wherever it occurs, each stack once
    const callers = new Map(), callees = new Map(), until = new Map(), sum = [0, 0, 0, 0];
    let places = 0, end = 0;
    for (let k = 1; k < base.n; k++) if (base.frame[k] === f) {
      places++;
      sum[2] += base.self[k]; sum[3] += base.self2[k];
      if (k >= end) {
        end = base.end[k];
        sum[0] += base.total[k]; sum[1] += base.total2[k];
        if (base.parent[k] > 0) tally(callers, base.frame[base.parent[k]], base.total[k], base.total2[k]);
      }
      for (let c = k + 1; c < base.end[k]; c = base.end[c]) {
        const g = base.frame[c];
        if (g < 0 || c < (until.get(g) || 0)) continue;
        until.set(g, base.end[c]);
        tally(callees, g, base.total[c], base.total2[c]);
      }
    }
    const file = strings[frames.file[f]], lineNo = frames.line[f], pkg = strings[frames.pkg[f]];
    const within = zoomed > 0 && zoomed !== i && i > zoomed && i < view.end[zoomed];
    details.replaceChildren(
      el('h2', {}, name(nameOf(f)), frames.flags[f] & 1 ? ' (inlined)' : ''),
      el('p', { class: 'cf-muted' }, file && name(file + (lineNo ? ':' + lineNo : ''), 1000), file && pkg && el('br'), pkg && name(pkg, 400)),
      el('div', { class: 'cf-actions' }, button('Zoom', 'Zoom to this frame', () => zoom(i)), button('Pivot', 'Callers and callees', () => pivotOn(i)), button('Copy name', 'Copy name', () => copyName(i)), button('Copy stack', 'Copy stack', () => copyStack(i)),
        (options.actions || []).map(a => button(a.label, a.label, () => a.run(nameOf(f))))),
      el('dl', {}, pair('This box', view.total[i], view.total2[i]), state.inv || isCaller(i) ? [] : pair('Own', view.self[i], view.self2[i]),
        within ? [el('dt', {}, 'Of the zoom'), el('dd', { class: 'cf-number' }, percent(view.total[i], view.total[zoomed]))] : [],
        places > 1 ? [pair(counted(places, 'place', 'places') + ', total', sum[0], sum[1]), pair(counted(places, 'place', 'places') + ', own', sum[2], sum[3])] : [],
        data.diff ? [el('dt', {}, 'Change'), el('dd', { class: 'cf-number' }, `${amount(view.total[i] - view.total2[i], kind)}, by value ${changeText(change(view.total[i], view.total2[i], false))}, by share ${changeText(change(view.total[i], view.total2[i], true))}`)] : []),
      ...list('Callers', callers, largest), ...list('Callees', callees, largest));
  }
  function showDetails(open) {
    root.classList.toggle('cf-with-details', open);
    detailsButton.setAttribute('aria-pressed', open);
    showDetailsOf();
    redraw();
  }

  async function copy(text, what) {
    try { await navigator.clipboard.writeText(text); }
    catch {
      const area = el('textarea', { class: 'cf-hidden', 'aria-label': 'Text to copy' }), focus = document.activeElement;
      area.value = text;
      root.append(area);
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      if (focus) focus.focus();
      if (!done) { say('The browser refuses to copy'); return; }
    }
    say('Copied ' + what);
  }
  const copyName = i => i > 0 && view.frame[i] >= 0 && copy(plain(nameOf(view.frame[i])), 'the name');
  const copyStack = i => i > 0 && copy(stackOf(i).map(f => plain(nameOf(f))).join('\n'), 'the stack');

  // Menus and help

  let menu = null, opener = null;
  function openMenu(label, items, x, y) {
    closeMenu();
    opener = document.activeElement && document.activeElement !== document.body ? document.activeElement : tree;
    menu = el('div', { class: 'cf-menu', role: 'menu', 'aria-label': label }, items.map(([text, key, run]) =>
      el('button', { type: 'button', role: 'menuitem', tabindex: -1, onclick: () => { closeMenu(); run(); } }, el('span', {}, text), key ? el('kbd', { 'aria-hidden': 'true' }, key) : null)));
    position('.cf-menu', 'left:0;top:0');
    root.append(menu);
    const { width, height } = menu.getBoundingClientRect();
    position('.cf-menu', `left:${Math.max(4, Math.min(x, innerWidth - width - 4))}px;top:${Math.max(4, Math.min(y, innerHeight - height - 4))}px`);
    menu.firstChild.focus();
    hideTip();
  }
  function closeMenu() {
    if (!menu) return false;
    menu.remove();
    menu = null;
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
    return true;
  }
  function frameMenu(i, x, y) {
    if (i <= 0) return;
    choose(i, true);
    openMenu('Frame ' + clip(title(i), 200), [['Zoom to this frame', 'Enter', () => zoom(i)], ['Callers and callees', 'P', () => pivotOn(i)],
      ['Find all of this name', '', () => { search.value = '^' + escapeName(nameOf(view.frame[i])) + '$'; set({ q: search.value }, { still: true }); }],
      ['Copy name', 'C', () => copyName(i)], ['Copy stack', 'Shift+C', () => copyStack(i)], ['Details', '', () => showDetails(true)],
      ...(options.actions || []).map(a => [a.label, a.key, () => a.run(nameOf(view.frame[i]))])].slice(0, view.frame[i] < 0 ? 1 : undefined), x, y);
  }
  function exportMenu() {
    const at = exportButton.getBoundingClientRect();
    openMenu('Export', [['Picture as SVG', '', exportSvg], ['Picture as PNG', '', exportPng], ['Data as JSON', '', () => save(new Blob([JSON.stringify(data)], { type: 'application/json' }), 'json')],
      ...(options.file ? [['Page as HTML', '', () => download(options.file(), 'html')]] : [])], at.left, at.bottom + 4);
  }
  function showHelp() {
    const close = () => help.close();
    const help = el('dialog', { class: 'cf-help', 'aria-labelledby': 'cf-help-title', onclose: () => help.remove(), onclick: e => { if (e.target === help) close(); } },
      el('div', {}, el('h2', { id: 'cf-help-title' }, 'Flame graph'),
        el('p', {}, 'Each box is a function; its width is the value of all stacks through it. The boxes on the root’s side are its callers. Click a box to zoom, double-click it for callers and callees, right-click it for more. The gap to the left of a box’s children is its own value.'),
        data.diff ? el('p', {}, 'The chart compares two profiles. A box is as wide as its larger side: blue means less than in the base, orange means more; “new” and “gone” are frames of one side only.') : null,
        el('table', {}, el('caption', { class: 'cf-hidden' }, 'Keys'), el('tbody', {}, [...keys, ...(options.keys || [])].filter(k => k[0]).map(([k, t]) => el('tr', {}, el('th', { scope: 'row' }, k), el('td', {}, t))))),
        el('p', {}, 'Drag moves a zoomed chart, Ctrl + wheel zooms.'), button('Close', 'Close', close)));
    root.append(help);
    help.showModal();
  }
  function nextTheme() {
    theme.next();
    showTheme();
    say('Colours: ' + theme.get());
  }
  function showTheme() {
    theme.showOn(themeButton);
    shades(); redraw();
  }

  // Export of what is seen

  function download(href, extension) {
    const a = el('a', { href, download: (plain(data.title || 'flame').replace(/[^\w.-]+/g, '-').slice(0, 80) || 'flame') + '.' + extension });
    a.click();
    say('Saved as ' + a.download);
  }
  function save(blob, extension) {
    const url = URL.createObjectURL(blob);
    download(url, extension);
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }
  function svg() {
    const P = isDark() ? DARK : LIGHT, w = canvas.width / (devicePixelRatio || 1), h = canvas.height / (devicePixelRatio || 1);
    const text = s => plain(clip(s, 4000)).replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]), px = v => +v.toFixed(2);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${px(w)}" height="${px(h)}" viewBox="0 0 ${px(w)} ${px(h)}" font-family="system-ui, sans-serif" font-size="12">\n` +
      `<title>${text(data.title || '')}</title>\n<path d="M0 0H${px(w)}V${px(h)}H0z" fill="${P.bg}"/>\n` +
      drawn.map(b => `<g><title>${b.merged ? counted(b.merged, 'box', 'boxes') + ' under a pixel' : text(title(b.i) + ': ' + valueText(view.total[b.i], view.total2[b.i]))}</title>` +
        `<rect x="${px(b.x)}" y="${px(b.y)}" width="${px(b.w)}" height="${px(b.h)}" fill="${b.fill}"${b.faded ? ' fill-opacity="0.6"' : ''}${b.mark ? ` stroke="${P.text}"` : ''}/>` +
        (b.text ? `<text x="${px(b.tx)}" y="${px(b.y + 13)}" fill="${b.ink}">${text(b.text)}</text>` : '') + '</g>\n').join('') + '</svg>\n';
  }
  const exportSvg = () => save(new Blob([svg()], { type: 'image/svg+xml' }), 'svg');
  function exportPng() {
    const dpr = devicePixelRatio || 1, w = canvas.width / dpr, h = canvas.height / dpr, big = el('canvas', { width: Math.round(w * 2), height: Math.round(h * 2) }), c = big.getContext('2d');
    c.scale(2, 2);
    paint(c, w, h);
    big.toBlob(b => save(b, 'png'), 'image/png');
  }

  // Mouse, touch, keys

  function nodeAt(x, y) {
    const row = view.rows[placeOf(Math.floor((y - shift()) / rowHeight))];
    if (!row || !(view.w[0] > 0)) return -1;
    const at = from + x / canvas.getBoundingClientRect().width * (to - from), j = firstAfter(row, at);
    return j < row.length && view.x[row[j]] <= at ? row[j] : -1;
  }
  const nodeOf = e => { const r = canvas.getBoundingClientRect(); return e.clientX < r.left || e.clientX > r.right ? -1 : nodeAt(e.clientX - r.left, e.clientY - r.top); };
  const hideTip = () => { tip.hidden = true; };
  function hover(i, e) {
    if (i !== hovered) {
      hovered = i; showLine(); draw(); canvas.classList.toggle('cf-over', i >= 0);
      for (const p of others()) p.outline(i >= 0 && view.frame[i] >= 0 ? keyOf(view.frame[i]) : null);
    }
    if (i < 0 || !e || e.pointerType !== 'mouse') { hideTip(); return; }
    tip.hidden = false;
    tip.replaceChildren(name(title(i), 300), el('br'), valueText(view.total[i], view.total2[i]), ownText(i));
    const { width, height } = tip.getBoundingClientRect();
    const x = Math.max(4, Math.min(e.clientX + 12, innerWidth - width - 4)), y = e.clientY + 20 + height > innerHeight ? e.clientY - height - 10 : e.clientY + 20;
    position('.cf-tip', `left:${x}px;top:${Math.max(4, y)}px`);
  }
  const fingers = new Map();
  let drag = null, clicked = -1;
  on(canvas, 'pointerdown', e => {
    fingers.set(e.pointerId, e);
    tree.focus({ preventScroll: true });
    if (e.button === 0) drag = { x: e.clientX, y: e.clientY, from, to, scroll: chart.scrollTop, moved: false };
  });
  on(canvas, 'pointermove', e => {
    const held = fingers.get(e.pointerId), other = [...fingers.values()].find(p => p.pointerId !== e.pointerId);
    if (held && other) {
      const r = canvas.getBoundingClientRect(), before = Math.abs(held.clientX - other.clientX), after = Math.abs(e.clientX - other.clientX);
      fingers.set(e.pointerId, e);
      drag = null;
      if (before > 10 && after > 10) zoomBy(after / before, ((e.clientX + other.clientX) / 2 - r.left) / r.width, true);
      return;
    }
    if (!drag || !held) { hover(nodeOf(e), e); return; }
    const dx = e.clientX - drag.x, dy = e.clientY - drag.y;
    if (!drag.moved && Math.hypot(dx, dy) <= 3) return;
    if (!drag.moved) { drag.moved = true; cancelAnimationFrame(motion); canvas.setPointerCapture(e.pointerId); hover(-1); }
    const k = (drag.to - drag.from) / canvas.clientWidth;
    [from, to] = window_(drag.from - dx * k, drag.to - dx * k);
    if (e.pointerType === 'mouse') chart.scrollTop = drag.scroll - dy;
    redraw();
  });
  const release = e => { fingers.delete(e.pointerId); };
  on(canvas, 'pointerup', release);
  on(canvas, 'pointercancel', e => { release(e); drag = null; });
  on(canvas, 'pointerleave', () => hover(-1));
  on(canvas, 'click', e => {
    const moved = drag && drag.moved;
    drag = null;
    if (moved || e.detail > 1) return;
    clicked = nodeOf(e);
    hideTip();
    if (clicked >= 0) zoom(clicked);
  });
  on(canvas, 'dblclick', () => pivotOn(clicked));
  on(canvas, 'contextmenu', e => { const i = nodeOf(e); if (i > 0) { e.preventDefault(); frameMenu(i, e.clientX, e.clientY); } });
  on(chart, 'wheel', e => {
    if (e.ctrlKey || e.metaKey) {
      const r = canvas.getBoundingClientRect();
      e.preventDefault();
      zoomBy(Math.exp(-e.deltaY * 0.005), (e.clientX - r.left) / r.width, true);
    } else if (e.deltaX || e.shiftKey) {
      e.preventDefault();
      pan((e.deltaX || e.deltaY) / canvas.clientWidth * (to - from));
    }
  }, { passive: false });
  on(chart, 'scroll', () => { hideTip(); redraw(); });
  on(document, 'pointerdown', e => { if (menu && !menu.contains(e.target)) closeMenu(); }, { capture: true });

  on(search, 'input', () => later(searchNow, 300));
  function searchNow() {
    clearTimeout(waiting.get(searchNow));
    if (search.value !== state.q) { set({ q: search.value }, { replace: true, still: true }); if (state.q && regexp(state.q)) say(result.textContent); }
  }
  on(search, 'keydown', e => {
    if (e.key === 'Enter') { searchNow(); if (state.q && regexp(state.q) && found.length) set({ p: state.q, inv: false }); }
    if (e.key === 'Escape') { search.value = ''; searchNow(); tree.focus({ preventScroll: true }); e.preventDefault(); e.stopPropagation(); }
  });

  // the frame in a direction: 1 away from the root, -1 towards it; among the callers of a pivot the other way round
  function step_(i, way) {
    if (i <= 0) return (view.pivot || way > 0) && view.n > 1 && view.row[1] >= 0 ? 1 : -1;
    const caller = isCaller(i), up = view.up && view.up.get(i);
    if (!caller && way < 0 && view.pivot && up !== undefined && view.end[up] > up + 1) return up + 1;
    const inward = caller ? -way : way;
    if (inward > 0) return view.end[i] > i + 1 ? i + 1 : i;
    return view.parent[i] > 0 ? view.parent[i] : view.pivot ? i : 0;
  }
  function sibling(i, way) {
    if (i <= 0) return 0;
    const row = view.rows[view.row[i]], j = firstAfter(row, view.x[i]) + way;
    return j >= 0 && j < row.length && view.parent[row[j]] === view.parent[i] ? row[j] : i;
  }
  const arrow = i => { if (i > 0 || i === 0) { choose(i); if (i > 0 && (view.x[i] < from - 1e-9 * view.w[0] || view.x[i] + view.w[i] > to * (1 + 1e-9))) moveTo(...window_(Math.min(from, view.x[i]), Math.min(from, view.x[i]) + Math.max(to - from, view.w[i]))); } };
  const flip = () => state.up ? -1 : 1;
  // a row per key: what the help shows, the names of the key, what it does
  const keys = [
    ['↑ ↓ ← →', 'Select caller, callee, siblings'],
    ['', '', 'ArrowUp', () => arrow(step_(selected, -flip()))], ['', '', 'ArrowDown', () => arrow(step_(selected, flip()))],
    ['', '', 'ArrowLeft', () => arrow(sibling(selected, -1))], ['', '', 'ArrowRight', () => arrow(sibling(selected, 1))],
    ['Enter', 'Zoom to the selected frame', 'Enter', () => { if (selected > 0) zoom(selected); }],
    ['Backspace', 'One step back', 'Backspace', () => { if (history.state && history.state.cprof > 0) history.back(); else everything(); }],
    ['0', 'Whole chart again', '0', everything],
    ['Escape', 'Close menu, clear search, leave zoom, drop selection', 'Escape', escape_],
    ['/ or Ctrl+F', 'Search with a regular expression; Enter shows callers and callees of what matches', '/', () => { search.focus(); search.select(); }],
    ['n, N', 'Next, previous match', 'n', () => walk(1)], ['', '', 'N', () => walk(-1)],
    ['P', 'Callers and callees of the selected frame', 'p', () => pivotOn(selected)],
    ['I', 'Inverted: leaves first', 'i', () => set({ inv: !state.inv })],
    ['O', 'Order by value or by name', 'o', () => set({ order: state.order ? '' : 'name' })],
    ['U', 'Root at the top or at the bottom', 'u', () => set({ up: !state.up })],
    ['+ −', 'Zoom in, out', '+', () => zoomBy(1.5)], ['', '', '=', () => zoomBy(1.5)], ['', '', '-', () => zoomBy(1 / 1.5)],
    ['Home, End', 'Left, right end', 'Home', () => moveTo(...window_(0, to - from))], ['', '', 'End', () => moveTo(...window_(view.w[0] - (to - from), view.w[0]))],
    ['C, Shift+C', 'Copy name, copy stack', 'c', () => copyName(selected)], ['', '', 'C', () => copyStack(selected)],
    ['E', 'Export', 'e', exportMenu], ['D', 'Dark, light, system colours', 'd', nextTheme],
    ['Shift+F10', 'Menu of the selected frame'], ['?', 'This help', '?', showHelp],
    ...(options.actions || []).map(a => [a.key, a.label, a.key, () => { if (selected > 0 && view.frame[selected] >= 0) a.run(nameOf(view.frame[selected])); }]),
  ];
  function escape_() {
    if (state.q) { search.value = ''; set({ q: '' }, { replace: true, still: true }); }
    else if (state.z || state.p || to - from < view.w[0]) everything();
    else choose(-1);
  }
  on(document, 'keydown', e => {
    const at = e.target, inMenu = menu && menu.contains(at);
    if (peers.active && peers.active !== me) return;
    if (inMenu) {
      const items = [...menu.children], k = items.indexOf(at), to = { ArrowDown: k + 1, ArrowUp: k - 1 + items.length, Home: 0, End: items.length - 1 }[e.key];
      if (to !== undefined) { items[to % items.length].focus(); e.preventDefault(); }
      else if (e.key === 'Escape' || e.key === 'Tab') { closeMenu(); e.preventDefault(); }
      return;
    }
    if (document.querySelector('dialog[open]')) return;
    if ((e.ctrlKey || e.metaKey) && e.key === 'f' && at !== search) { e.preventDefault(); search.focus(); search.select(); return; }
    if (e.key === 'F10' && e.shiftKey || e.key === 'ContextMenu') {
      const b = drawn.find(d => d.i === selected);
      if (selected > 0 && !at.matches('input')) { const r = canvas.getBoundingClientRect(); e.preventDefault(); frameMenu(selected, r.left + (b ? Math.max(0, b.x) + 8 : 8), r.top + (b ? b.y + rowHeight : 8)); }
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || at.matches('input, textarea') || at.matches('select') && e.key !== 'Escape') return;
    if (at.matches('button, a, summary') && (e.key === 'Enter' || e.key === ' ')) return;
    if (at === details && e.key.startsWith('Arrow')) return;
    const k = keys.find(k => k[2] === e.key) || keys.find(k => k[2] && k[2].toLowerCase() === e.key.toLowerCase());
    if (k) { e.preventDefault(); k[3](); }
  });

  on(window, 'popstate', () => { fromUrl(); build(); search.value = state.q; apply(true, false); });
  on(window, 'beforeprint', () => { printing = true; root.classList.add('cf-printing'); shades(); draw(); });
  on(window, 'afterprint', () => { printing = false; root.classList.remove('cf-printing'); shades(); draw(); });
  for (const q of [darkScheme, forced]) on(q, 'change', () => { shades(); redraw(); });

  host.replaceChildren(root);
  fromUrl();
  const wide = innerWidth >= 1100 && !options.peers;
  root.classList.toggle('cf-with-details', wide);
  detailsButton.setAttribute('aria-pressed', wide);
  build();
  showTheme();
  apply(true, true);
  const resized = new ResizeObserver(() => {
    if (printing) return;
    const before = canvas.clientHeight;
    draw();
    if (state.up) { chart.scrollTop += before - canvas.clientHeight; redraw(); } // the lower edge stays where it is
  });
  resized.observe(chart);
  on(life.signal, 'abort', () => resized.disconnect());
  loadAgain();

  // what tests look at: the boxes of the last picture, of the chart that was used last
  const boxes = () => drawn.map(b => ({ x: b.x, y: b.y, w: b.w, h: b.h, frame: b.merged ? '' : title(b.i), text: b.text, value: view.total[b.i], base: view.total2[b.i], own: view.self[b.i],
    node: b.i, parent: view.parent[b.i], fill: b.fill, mark: Boolean(b.mark), faded: Boolean(b.faded), merged: b.merged || 0, selected: b.i === selected, hovered: hovered >= 0 && view.frame[b.i] === view.frame[hovered] }));
  host.cprofBoxes = boxes;
  const activate = () => { peers.active = me; Object.assign(window.cprofFlame, { boxes, svg, draw, pan, search: q => set({ q }, { replace: true, still: true }) }); };
  for (const type of ['pointerdown', 'focusin']) on(root, type, activate, { capture: true });
  if (peers.active === me || !peers.active) activate();
}
window.cprofFlame = cprofFlame;
// what the other scripts of the web interface share
cprofFlame.tools = { el, plain, clip, grouped, counted, expression, escapeName, button, theme };

// A page that holds an element "flame" and an element "data" needs nothing more. What is in "flame" already, because a browser
// has saved the page, is built again.
function start() {
  const host = document.getElementById('flame'), data = document.getElementById('data');
  if (host && data) cprofFlame(host, JSON.parse(data.textContent));
}
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
})();
