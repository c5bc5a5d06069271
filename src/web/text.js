// text.js: peek, tree, traces, source and disassembly: the report's text, with links on names, instructions folded, and search in it.
import { about, counted, el, link, main, peeked, plain } from './page.js';

const ROW = /^([^|]*\| +)(\S.*?)((?: \((?:partial-)?inline\))?)$/, FRAME = /^((?: {10}| *\S+) {3})(\S.*?)((?: \((?:partial-)?inline\))?)$/;
const NAMES = { peek: ROW, tree: ROW, traces: FRAME };
const PIECE = 200; // lines that the browser lays out together, when they come into sight
const MOST_RANGES = 20000;

// the function of "0000000000401000 main.f /src/f.go:12"
const functionOf = name => name.replace(/^[0-9a-f]{16} /, '').replace(/ \S+:\d+$/, '');

function linked(pre, form) {
  const lines = pre.textContent.replace(/\n$/, '').split('\n'), out = [];
  for (let at = 0; at < lines.length; at += PIECE) {
    const piece = el('div', { class: 'piece' });
    for (const line of lines.slice(at, at + PIECE)) {
      const m = form && form.exec(line);
      if (!m) { piece.append(plain(line, '\t') + '\n'); continue; }
      const name = functionOf(m[2]), a = el('a', { href: link('peek', { f: peeked([name]), q: '' }) }, plain(m[2]));
      a.dataset.name = name;
      piece.append(plain(m[1], '\t'), a, m[3] + '\n');
    }
    piece.style.containIntrinsicSize = 'auto ' + Math.min(PIECE, lines.length - at) * 1.125 + 'rem';
    out.push(piece);
  }
  pre.replaceChildren(...out);
}

// The time or size that a listing's column shows, to compare lines of one function
const UNITS = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, mins: 60, hrs: 3600, days: 86400, B: 1, kB: 1024, MB: 1048576, GB: 1073741824, TB: 1099511627776 };
function amount(text) {
  const m = /^(-?\d[\d.]*)([a-zA-Z]*)$/.exec(text); // "." is nothing
  return m ? Math.abs(Number(m[1])) * (UNITS[m[2]] || 1) : 0;
}

function listing() {
  for (const pre of main.querySelectorAll('pre')) {
    const lines = [...pre.querySelectorAll('.livesrc, .deadsrc')], shares = lines.map(l => { const [, flat = '', cum = ''] = /^\s*(\S+)\s+(\S+)/.exec(l.textContent) || []; return Math.max(amount(flat), amount(cum)); });
    const most = Math.max(...shares, 0);
    lines.forEach((l, i) => {
      if (shares[i]) { l.classList.add('share'); l.style.setProperty('--share', 100 * shares[i] / most + '%'); }
      const asm = l.nextElementSibling;
      if (!asm || !asm.classList.contains('asm')) return;
      for (const [k, v] of [['role', 'button'], ['tabindex', '0'], ['aria-expanded', 'false'], ['title', 'Show or hide the instructions']]) l.setAttribute(k, v);
      asm.hidden = true;
    });
  }
  const toggle = l => { const asm = l.nextElementSibling; asm.hidden = !asm.hidden; l.setAttribute('aria-expanded', String(!asm.hidden)); };
  main.addEventListener('click', e => { const l = e.target.closest('[aria-expanded]'); if (l && !String(getSelection())) toggle(l); });
  main.addEventListener('keydown', e => { if ((e.key === 'Enter' || e.key === ' ') && e.target.matches('[aria-expanded]')) { toggle(e.target); e.preventDefault(); } });
  for (const h of main.querySelectorAll('h2')) h.dataset.name = h.textContent;
  // texts come from files and profiles: what could reorder a line is shown by its number
  for (let walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), n; (n = walk.nextNode());) { const safe = plain(n.data, '\t\n'); if (safe !== n.data) n.data = safe; }
}

export default function text() {
  main.classList.add('text');
  const pre = main.querySelector('pre');
  if (about.view === 'source') listing();
  else if (pre) linked(pre, NAMES[about.view]);
  for (const p of main.querySelectorAll('pre')) p.setAttribute('tabindex', '0');

  let ranges = [], at = -1;
  const marks = window.Highlight && CSS.highlights;
  return {
    names: () => [],
    find(re) {
      ranges = []; at = -1;
      if (marks) { CSS.highlights.delete('found'); CSS.highlights.delete('at'); }
      if (!re) return '';
      const each = new RegExp(re.source, re.flags + 'g');
      for (let walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), n; ranges.length < MOST_RANGES && (n = walk.nextNode());)
        for (const line of n.data.matchAll(each)) if (line[0]) { const r = new Range(); r.setStart(n, line.index); r.setEnd(n, line.index + line[0].length); ranges.push(r); }
      if (marks) CSS.highlights.set('found', new Highlight(...ranges));
      return counted(ranges.length, 'match', 'matches');
    },
    step(way) {
      if (!ranges.length) return '';
      at = (at + way + ranges.length) % ranges.length;
      if (at < 0) at = 0;
      if (marks) CSS.highlights.set('at', new Highlight(ranges[at]));
      const asm = ranges[at].startContainer.parentElement.closest('.asm[hidden]');
      if (asm) asm.hidden = false;
      ranges[at].startContainer.parentElement.scrollIntoView({ block: 'center', inline: 'nearest' });
      return `${at + 1} of ${counted(ranges.length, 'match', 'matches')}`;
    },
  };
}
