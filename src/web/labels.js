// labels.js: the labels of samples as facets: a click keeps the samples of a value, Alt-click leaves them out, "as root" puts the label at the root.
import { about, bdi, button, clip, complain, counted, el, escapeName, get, go, kept, link, main, param, percent, plain } from './page.js';

const MOST = 100; // values shown of a label

// An expression for one value; a comma would separate two
const quoted = value => escapeName(value).replaceAll(',', '\\x2c');
const isNumber = value => /^-?\d+[a-zA-Z]*$/.test(value);

// The tag filter that keeps a value: of the same label, any of its values; of another, both must match.
export function focusOn(old, key, value) {
  if (isNumber(value)) return key + '=' + value.toLowerCase();
  const mine = '^' + quoted(value) + '$', at = old.indexOf('='), oldKey = old.slice(0, at), same = at > 0 && oldKey === key && old.includes('^');
  if (same) return old.slice(at + 1).split(',').includes(mine) ? old : old + ',' + mine;
  const both = `^${quoted(key)}:${quoted(value)}$`;
  if (at > 0 && /^\^.*\$$/.test(old.slice(at + 1))) return `^${quoted(oldKey)}:(?:${old.slice(at + 1).split(',').map(v => v.slice(1, -1)).join('|')})$,${both}`;
  if (at < 0 && old.startsWith('^')) return old + ',' + both;
  return key + '=' + mine;
}
// The one that drops it, beside what is dropped already
export function ignoreAlso(old, key, value) {
  if (isNumber(value)) return key + '=' + value.toLowerCase();
  const both = `^${quoted(key)}:${quoted(value)}$`, at = old.indexOf('=');
  if (!old) return key + '=^' + quoted(value) + '$';
  if (at > 0 && old.slice(0, at) === key && old.includes('^')) return old + ',^' + quoted(value) + '$';
  if (at > 0 && /^\^[^,]*\$$/.test(old.slice(at + 1))) return `^${quoted(old.slice(0, at))}:${old.slice(at + 2, -1)}$|${both}`;
  return at < 0 && old.startsWith('^') ? old + '|' + both : key + '=^' + quoted(value) + '$';
}

function valueRow(key, v) {
  const keep = link(about.view, { tf: focusOn(param('tf'), key.name, v.name) }), drop = link(about.view, { ti: ignoreAlso(param('ti'), key.name, v.name) });
  const onclick = e => { if (e.altKey) { e.preventDefault(); go(drop); } };
  const row = el('li', { class: 'share' }, el('a', { href: keep, onclick, title: 'Only these samples; with Alt: all but these' }, bdi(v.name, 120)), el('span', { class: 'number' }, v.total_text + ' ', el('span', { class: 'cf-muted' }, percent(v.total_percent))),
    el('a', { href: drop, class: 'drop', 'aria-label': 'Leave out ' + clip(plain(v.name), 100), title: 'Leave these out' }, '−'));
  row.style.setProperty('--share', Math.min(100, Math.abs(v.total_percent)) + '%');
  row.dataset.value = v.name;
  return row;
}
const group = key => el('section', { class: 'facet', 'aria-label': plain(key.name) }, el('h2', {}, bdi(key.name, 80), ' ', el('span', { class: 'cf-muted' }, key.total_text), el('a', { href: link(about.view, { tagroot: key.name }), title: 'Put a frame for each value at the root' }, 'as root')),
  el('ul', {}, key.values.slice(0, MOST).map(v => valueRow(key, v))), key.values.length > MOST && el('p', { class: 'cf-muted' }, counted(key.values.length - MOST, 'more value')));

export default async function labels() {
  const { keys } = await get('report/tags');
  main.replaceChildren(el('div', { class: 'facets page' }, keys.length ? keys.map(group) : el('p', { class: 'empty' }, 'No sample has a label.')));
  return {
    find(re) {
      let n = 0;
      for (const li of main.querySelectorAll('.facet li')) { li.hidden = Boolean(re) && !re.test(li.dataset.value); n += !li.hidden; }
      return re ? counted(n, 'value') : '';
    },
  };
}

// The panel on the left of other pages, closed at first
export function panel(profile) {
  if (!profile || !profile.labels || !profile.labels.length || ['labels', 'compare'].includes(about.view)) return;
  const side = el('aside', { class: 'facets', id: 'facets', 'aria-label': 'Labels', tabindex: 0, hidden: true });
  const opener = button('Labels', 'Show or hide the labels of samples', () => toggle(!side.hidden), { 'aria-controls': 'facets', 'aria-expanded': 'false' });
  async function toggle(close) {
    side.hidden = close;
    kept.set('facets', close ? '' : 'open');
    opener.setAttribute('aria-expanded', String(!close));
    if (close || side.firstChild) return;
    try { side.replaceChildren(...(await get('report/tags')).keys.map(group)); if (!side.firstChild) side.append(el('p', { class: 'cf-muted' }, 'No sample here has a label.')); } catch (error) { complain(error, () => toggle(false)); }
  }
  main.before(side);
  document.querySelector('nav[aria-label=Menus]').append(opener);
  if (kept.get('facets') === 'open' && innerWidth >= 900) toggle(false);
}
