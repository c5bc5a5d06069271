// labels.js: the labels of samples as facets: a click keeps the samples of a value, Alt-click leaves them out, "as root" puts the label at the root.
import { about, bdi, button, clip, complain, counted, el, escapeName, get, go, kept, link, main, param, percent, plain } from './page.js';

// A tag filter is "key=value", where a value is "^text$" or a number with its unit, or an expression for "key:value".
const split = filter => { const at = filter.indexOf('='); return at < 0 ? ['', filter] : [filter.slice(0, at), filter.slice(at + 1)]; };
const isExact = value => /^\^.*\$$/.test(value);
const withKey = (key, value) => '^' + escapeName(key) + ':' + value.slice(1);

// The filter that keeps a value, beside the old one: of the same label, any of its values; of another, both must match.
export function focusOn(old, filter) {
  const [key, value] = split(filter), [oldKey, values] = split(old);
  if (!isExact(value) || !isExact(values)) return filter;
  if (oldKey === key) return values.split(',').includes(value) ? old : old + ',' + value;
  return (oldKey ? withKey(oldKey, '^(?:' + values.split(',').map(v => v.slice(1, -1)).join('|') + ')$') : values) + ',' + withKey(key, value);
}
// The one that drops it, beside what is dropped already
export function ignoreAlso(old, filter) {
  const [key, value] = split(filter), [oldKey, values] = split(old);
  if (!isExact(value) || !isExact(values)) return filter;
  if (oldKey === key) return old + ',' + value;
  return (oldKey ? values.split(',').map(v => withKey(oldKey, v)).join('|') : values) + '|' + withKey(key, value);
}

function valueRow(v) {
  const keep = link(about.view, { tf: focusOn(param('tf'), v.filter) }), drop = link(about.view, { ti: ignoreAlso(param('ti'), v.filter) });
  const onclick = e => { if (e.altKey) { e.preventDefault(); go(drop); } };
  const row = el('li', { class: 'share' }, el('a', { href: keep, onclick, title: 'Only these samples; with Alt: all but these' }, bdi(v.name, 120)), el('span', { class: 'number' }, v.text + ' ', el('span', { class: 'cf-muted' }, percent(v.percent))),
    el('a', { href: drop, class: 'drop', 'aria-label': 'Leave out ' + clip(plain(v.name), 100), title: 'Leave these out' }, '−'));
  row.style.setProperty('--share', Math.min(100, Math.abs(v.percent)) + '%');
  row.dataset.value = v.name;
  return row;
}
// numbers as ranges, where there are more of them than one looks through
const MANY = 12;
const values = k => {
  const single = [el('ul', {}, k.values.map(valueRow)), k.n > k.values.length && el('p', { class: 'cf-muted' }, counted(k.n - k.values.length, 'more value'))];
  return k.ranges.length > 1 && k.n > MANY ? [el('ul', {}, k.ranges.map(valueRow)), el('details', {}, el('summary', {}, counted(k.n, 'single value')), single)] : single;
};
const group = k => el('section', { class: 'facet', 'aria-label': plain(k.key) }, el('h2', {}, bdi(k.key, 80), ' ', el('span', { class: 'cf-muted' }, k.text), el('a', { href: link(about.view, { tagroot: k.key }), title: 'Put a frame for each value at the root' }, 'as root')), values(k));

export default async function labels() {
  const { keys } = await get('labels');
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
    try { side.replaceChildren(...(await get('labels')).keys.map(group)); if (!side.firstChild) side.append(el('p', { class: 'cf-muted' }, 'No sample here has a label.')); } catch (error) { complain(error, () => toggle(false)); }
  }
  main.before(side);
  document.querySelector('nav[aria-label=Menus]').append(opener);
  if (kept.get('facets') === 'open' && innerWidth >= 900) toggle(false);
}
