// app.js: the frame of every page of the web interface: menus, search, chips of active filters, messages, keys. The content
// of a page is the matter of the module of its view, which returns what the frame asks it, all optional:
// names(): the selected functions; find(re): marks matches, returns what to say of them; step(way): goes to the next match;
// entry: what Enter in the search sets in place of the filter f; own: the page has a search of its own (the flame graph).
import { GROUPED, about, apiUrl, ask, bdi, button, clip, complain, el, exactly, get, giveUp, go, isBusy, link, main, message, param, peeked, plain, refined, regexp, remember, say, theme, write } from './page.js';
import { barMenu, closeMenu, command, entry, popup, rule } from './menu.js';

const VIEWS = [['top', 'Top', '1', 'Functions as a table'], ['graph', 'Graph', '2', 'Call graph'], ['flamegraph', 'Flame Graph', '3', 'Flame graph'],
  ['peek', 'Peek', '4', 'Callers and callees of what the focus matches'], ['source', 'Source', '5', 'Source lines of what the focus matches'], ['disasm', 'Disassemble', '', 'Instructions of what the focus matches'],
  ['tree', 'Tree', '', 'Every function with its callers and callees'], ['traces', 'Traces', '', 'Every stack'], ['labels', 'Labels', '6', 'Values of the labels of samples'], ['compare', 'Compare', '', 'Two queries against each other']];
const REFINE = [['f', 'Focus', 'Only samples whose stacks match'], ['i', 'Ignore', 'Only samples whose stacks do not match'], ['h', 'Hide', 'Leave out matching frames'], ['s', 'Show', 'Keep matching frames only'], ['sf', 'Show from', 'Leave out the frames above the first that matches']];
// parameters that become chips, with what they are called
const CHIPS = { f: 'focus', i: 'ignore', h: 'hide', s: 'show', sf: 'show from', prunefrom: 'prune from', tf: 'tag', ti: 'not tag', where: 'where', ts: 'show tags', th: 'hide tags', tagroot: 'root', tagleaf: 'leaf', tagkeys: 'keys in frames', by: 'by',
  n: 'nodes', nf: 'node fraction', ef: 'edge fraction', trim: 'trim', calltree: 'call tree', rel: 'relative', unit: 'unit', mean: 'mean', norm: 'normalize', dropneg: 'drop negative', g: 'granularity', noinlines: 'no inlines', sort: 'sort', showcolumns: 'columns', compact: 'compact', intel: 'Intel syntax',
  maxdepth: 'depth', norec: 'no recursion', fold: 'fold numbers', heads: 'keep heads', once: 'count once' };
const FILTERS = ['f', 'i', 'h', 's', 'sf', 'prunefrom', 'tf', 'ti', 'where'];
const MODULES = { top: './top.js', graph: './graph.js', flamegraph: './flames.js', compare: './flames.js', labels: './labels.js' };

let view = {}, typedLast = false;

// What a filter takes: the text of the search if that was typed last, else the selected functions.
function expression(quote = exactly) {
  const text = view.own ? view.typed() : search.value;
  if ((view.own ? view.typedLast() : typedLast) && text) return text;
  return quote(view.names ? view.names() : []);
}
const viewLink = page => { const e = expression(page === 'peek' ? peeked : exactly); return link(page, e ? { f: e } : {}); };

// The bar

const title = document.title, old = document.querySelector('header'), samples = [...document.querySelectorAll('#samples a')].map(a => a.textContent);

const viewMenu = barMenu('View', () => VIEWS.map(([page, text, key, help]) => entry([text, key && el('kbd', { 'aria-hidden': 'true' }, key)],
  viewLink(page), { 'aria-current': page === about.view ? 'page' : null, title: help })));
const sampleMenu = barMenu('Sample', () => samples.map(type => {
  const shown = param('si') ? param('si') === type : title.endsWith(' ' + type);
  return entry([shown ? '✓ ' : '', bdi(type)], link(about.view, { si: type }), { id: 'sampletype-' + type, 'aria-current': shown ? 'true' : null });
}));
const refineMenu = barMenu('Refine', () => {
  const e = expression();
  return [...REFINE.map(([key, text, help]) => entry(text, e ? link(about.view, refined(key, e)) : null, { title: e ? help + ': ' + clip(e, 80) : 'Select functions or type a search first' })), rule(), entry('Reset', link(about.view).replace(/\?.*/, '') + '?', { title: 'Drop all filters and options' })];
});
// the saved configurations are asked for when the menu opens
let configError = '', configs = [{ name: 'Default', url: '?', current: false, user: false }];
// the keys of labels, by whose values a view is shown in parts: top in columns or sections, flame graphs with a first frame each
let keysOfLabels = [];
const byMenu = GROUPED.includes(about.view) && barMenu('By', () => {
  const by = param('by'), sections = param('bycolumns') === 'f', mark = (on, text) => el('span', {}, on ? '✓ ' : '', text), current = on => ({ 'aria-current': on ? 'true' : null });
  const to = change => link(about.view, { z: '', ...change });
  return [entry(mark(!by, 'All samples'), to({ by: '', bycolumns: '' }), current(!by)), ...keysOfLabels.map(key => entry(mark(by === key, bdi(key, 80)), to({ by: key }), current(by === key))),
    !keysOfLabels.length && entry('No sample has a label', null),
    ...(about.view === 'top' && by ? [rule(), entry(mark(!sections, 'Columns'), to({ bycolumns: '' }), current(!sections)), entry(mark(sections, 'Sections'), to({ bycolumns: 'f' }), current(sections))] : [])];
}, async () => { const p = await first; keysOfLabels = p && [...new Set(p.labels.map(l => l.key))].filter(k => k && !/[,]/.test(k)) || []; });
const configMenu = barMenu('Config', () => [command('Save as …', saveDialog), rule(), ...configs.map(c => {
  const href = './' + about.view + c.url;
  return el('span', { class: 'config', role: 'none' }, entry([c.current ? '✓ ' : '', bdi(c.name, 200)], href, { 'aria-current': c.current ? 'true' : null }),
    c.user && command('×', () => deleteDialog(c.name), { 'aria-label': 'Delete ' + plain(c.name), title: 'Delete' }));
}), configError && el('p', { class: 'cf-error' }, clip(plain(configError), 300))], loadConfigs);

const search = el('input', { type: 'search', class: 'cf-input', 'aria-label': 'Search with a regular expression', placeholder: 'Search regexp', spellcheck: 'false', autocomplete: 'off', 'aria-describedby': 'found' });
const found = el('span', { class: 'cf-result', id: 'found', role: 'status' });
const searchBox = el('div', { class: 'search', role: 'search' }, search, found, button('‹', 'Previous match', () => step(-1)), button('›', 'Next match', () => step(1)));
const header = el('div', { class: 'details', id: 'details', hidden: true });
const titleButton = el('button', { type: 'button', class: 'cf-button title', 'aria-expanded': 'false', 'aria-controls': 'details', title: 'About this profile', onclick: () => toggleDetails() }, bdi(title, 100));
const themeButton = button('◐', 'Colours', () => nextTheme());
const refreshButton = button('Refresh', 'Fetch the sources again', () => refresh(), { hidden: true });
const helpLink = el('a', { class: 'doc', target: '_blank', rel: 'noreferrer', hidden: true }, 'Help ⤇');

old.replaceChildren(el('h1', {}, el('a', { href: './', class: 'brand' }, 'cprof')),
  el('nav', { 'aria-label': 'Menus' }, viewMenu, samples.length > 1 && sampleMenu, refineMenu, byMenu, configMenu,
    el('a', { class: 'cf-button', href: './download', download: '', title: 'Save the profile' }, 'Download')),
  searchBox, el('div', { class: 'right' }, refreshButton, helpLink, titleButton, themeButton, button('?', 'Keys and help', help)), header);

async function toggleDetails() {
  header.hidden = !header.hidden;
  titleButton.setAttribute('aria-expanded', String(!header.hidden));
  if (header.hidden || header.firstChild) return;
  try {
    const p = await get('profile');
    header.replaceChildren(...p.header.map(line => el('div', {}, bdi(line, 1000))), el('div', { class: 'cf-muted' }, p.program));
  } catch (error) { complain(error, () => { header.hidden = true; toggleDetails(); }); }
}

// Chips

const chipBox = el('section', { class: 'chips', 'aria-label': 'Active filters', hidden: true });
function chips() {
  const list = el('ul', {}), query = new URLSearchParams(location.search);
  for (const [key, called] of Object.entries(CHIPS)) {
    const value = query.get(key);
    if (!value) continue;
    const text = ['t', 'true', '1'].includes(value) ? called : called + (key === 'tf' || key === 'ti' || key === 'where' || key === 'tagroot' ? ' ' : ': ') + plain(value);
    list.append(el('li', {}, el('span', { title: clip(text, 2000) }, bdi(text, 80)), el('a', { href: link(about.view, { [key]: '' }), 'aria-label': 'Drop ' + clip(text, 200), title: 'Drop' }, '×')));
  }
  chipBox.replaceChildren(list);
  chipBox.hidden = !list.childElementCount;
}
document.getElementById('errors').before(chipBox);

// Search

let waiting = 0;
function searched() {
  clearTimeout(waiting);
  let re = null, error = '';
  if (search.value) try { re = regexp(search.value); } catch (e) { error = e.message; }
  search.setAttribute('aria-invalid', String(Boolean(error)));
  found.classList.toggle('cf-error', Boolean(error));
  searchBox.classList.toggle('active', Boolean(re));
  if (error) { found.textContent = error; return false; }
  found.textContent = (view.find && view.find(re)) || '';
  remember({ q: search.value });
  return true;
}
const step = way => { if (view.step) { const text = view.step(way); if (text) found.textContent = text; } };
search.addEventListener('input', () => { typedLast = true; clearTimeout(waiting); waiting = setTimeout(searched, 300); });
search.addEventListener('keydown', e => {
  if (e.key === 'Enter' && searched()) go(link(about.view, { f: search.value, q: '' }));
  if (e.key === 'Escape') { search.value = ''; searched(); e.stopPropagation(); (main.querySelector('[tabindex="0"]') || main).focus(); }
});
export const selected = () => { typedLast = false; };

// What can be done with a function, wherever it is named

const base = name => name.replace(/:\d+$/, '');
export const actions = name => [
  ['Peek', link('peek', { f: peeked([name]), q: '' })], ['Source', link('source', { f: exactly([name]), q: '' })], ['Disassemble', link('disasm', { f: exactly([name]), q: '' })],
  ['Flame graph of callers and callees', link('flamegraph', { p: exactly([name]), z: '', q: '' })],
  ...REFINE.filter(r => r[0] !== 's').map(([key, text]) => [text, link(about.view, refined(key, exactly([name])))])];
function nameMenu(name, x, y) {
  popup(clip(plain(name), 200), [...actions(name).map(([text, href]) => entry(text, href)), command('Copy name', () => copy(name))], x, y);
}
async function copy(text) {
  try { await navigator.clipboard.writeText(text); say('Copied'); } catch { message('The browser does not let the page copy.'); }
}
document.addEventListener('contextmenu', e => {
  const at = e.target.closest('[data-name]');
  if (at) { e.preventDefault(); nameMenu(at.dataset.name, e.clientX, e.clientY); }
});

// Links open once the page is made, so that an error leaves this page as it is.
document.addEventListener('click', e => {
  const a = e.target.closest('a[href]');
  if (!a || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey || a.target || a.hasAttribute('download') || new URL(a.href).origin !== location.origin) return;
  e.preventDefault();
  go(a.href);
});

// Saved configurations

async function loadConfigs() {
  const answer = JSON.parse(await ask('../api/v1/configs' + location.search));
  configs = answer.configs;
  configError = answer.error;
}
function dialog(heading, ...content) {
  const back = document.activeElement, id = 'dialog-title';
  const d = el('dialog', { class: 'cf-help', 'aria-labelledby': id, onclose: () => { d.remove(); if (back && back.isConnected) back.focus(); }, onclick: e => { if (e.target === d) d.close(); } }, el('div', {}, el('h2', { id }, heading), content));
  document.body.append(d);
  d.showModal();
  return d;
}
const configLink = (page, name) => './' + page + '?' + new URLSearchParams([...new URLSearchParams(location.search), ['config', name]]);
function saveDialog() {
  const field = el('input', { class: 'cf-input', 'aria-label': 'Name', required: true, maxlength: 500, autocomplete: 'off' });
  const failed = el('p', { class: 'cf-error', role: 'alert' }), list = el('p', { class: 'cf-muted' }, configs.some(c => c.user) ? 'A name that exists is replaced: ' : null, configs.filter(c => c.user).map((c, i) => [i ? ', ' : '', bdi(c.name, 60)]));
  const save = async e => {
    e.preventDefault();
    if (!field.value) return;
    try { await write(configLink('saveconfig', field.value), 'POST'); await loadConfigs(); d.close(); chips(); say('Saved'); } catch (error) { failed.textContent = 'Save failed: ' + error.message; }
  };
  const d = dialog('Save the options of this page', el('form', { onsubmit: save }, field, list, failed, el('div', { class: 'cf-actions' }, button('Save', 'Save', save), button('Cancel', 'Cancel', () => d.close()))));
  field.focus();
}
function deleteDialog(name) {
  const failed = el('p', { class: 'cf-error', role: 'alert' });
  const drop = async () => {
    try { await write('./deleteconfig?' + new URLSearchParams({ config: name }), 'DELETE'); await loadConfigs(); d.close(); say('Deleted'); } catch (error) { failed.textContent = 'Delete failed: ' + error.message; }
  };
  const d = dialog(['Delete ', bdi(name, 200), '?'], failed, el('div', { class: 'cf-actions' }, button('Delete', 'Delete', drop), button('Cancel', 'Cancel', () => d.close())));
  configMenu.firstChild.focus();
  d.querySelector('.cf-button').focus();
}

// Sources that changed

async function refresh() {
  refreshButton.disabled = true;
  try { await write('../api/v1/refresh', 'POST'); location.reload(); } catch (error) { complain(error, refresh); }
  refreshButton.disabled = false;
}
let told = false, toldChange = false, first = null; // first: what the API says of the profile
async function look(first) {
  try {
    const p = JSON.parse(await ask(apiUrl('profile', {}, new URLSearchParams())));
    refreshButton.hidden = !p.can_refresh;
    if (/^https?:/.test(p.doc_url)) { helpLink.href = p.doc_url; helpLink.hidden = false; }
    if (!first && p.generation !== about.generation && !told) { told = true; message('There is new data.', [button('Show', 'Show', () => location.reload())]); }
    if (p.changed && p.can_refresh && !toldChange) { toldChange = true; message('A file of this profile has changed.', [button('Load', 'Load it again', refresh)]); }
    return p;
  } catch (error) { if (first) complain(error, () => look(first)); }
}
document.addEventListener('visibilitychange', () => { if (!document.hidden) look(false); });

// Colours, keys

function nextTheme() {
  if (view.own) main.querySelector('.cf-buttons [title^=Colours]').click(); else theme.next();
  theme.showOn(themeButton);
  say('Colours: ' + theme.get());
}
const refineKey = key => () => { const e = exactly(view.names ? view.names() : []); if (e) go(link(about.view, refined(key, e))); };
const keys = [
  ['1 … 6', 'Top, Graph, Flame Graph, Peek, Source, Labels'], ...VIEWS.filter(v => v[2]).map(v => ['', '', v[2], () => go(viewLink(v[0]))]),
  ['/ or Ctrl+F', 'Search; Enter makes it the focus', '/', () => { search.focus(); search.select(); }], ['n, N', 'Next, previous match', 'n', () => step(1)], ['', '', 'N', () => step(-1)],
  ['F, X, H, S', 'Focus on, ignore, hide, show from the selected functions', 'f', refineKey('f')], ['', '', 'x', refineKey('i')], ['', '', 'h', refineKey('h')], ['', '', 's', refineKey('sf')],
  ['Shift+F10', 'Menu of the function: Peek, Source, filters, copy'], ['Escape', 'Close a menu, give up loading, clear the search'], ['D', 'Dark, light, system colours', 'd', nextTheme], ['?', 'This help', '?', help]];
function help() {
  const mine = [...(view.keys || []), ...keys].filter(k => k[0]);
  const d = dialog('Keys', el('table', {}, el('tbody', {}, mine.map(([k, t]) => el('tr', {}, el('th', { scope: 'row' }, k), el('td', {}, t))))),
    el('p', {}, 'View and Refine take the selected functions, or the text of the search if that was typed last.'), button('Close', 'Close', () => d.close()));
}
document.addEventListener('keydown', e => {
  const at = e.target;
  if (document.querySelector('dialog[open]')) return;
  if (e.key === 'Escape' && isBusy()) { giveUp(); e.preventDefault(); return; }
  if ((e.ctrlKey || e.metaKey) && e.key === 'f' && !view.own && at !== search && view.find) { search.focus(); search.select(); e.preventDefault(); return; }
  if (e.key === 'F10' && e.shiftKey || e.key === 'ContextMenu') {
    const named = at.closest('[data-name]') || (at.getAttribute('aria-activedescendant') && document.getElementById(at.getAttribute('aria-activedescendant')));
    if (named && named.dataset.name) { const r = named.getBoundingClientRect(); nameMenu(named.dataset.name, r.left + 16, r.bottom); e.preventDefault(); }
    return;
  }
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || at.matches('input, textarea, select')) return;
  if (e.key === 'Escape' && search.value && !view.own) { search.value = ''; searched(); return; }
  const k = keys.find(k => k[2] === e.key) || keys.find(k => k[2] && e.key.length === 1 && k[2].toLowerCase() === e.key.toLowerCase());
  if (!k || view.own && !/\d/.test(e.key)) return;
  e.preventDefault();
  k[3]();
});

async function start() {
  chips();
  theme.showOn(themeButton);
  search.value = param('q');
  const errors = document.getElementById('errors');
  if (/matched no samples/.test(errors.textContent) && FILTERS.some(param)) errors.append(el('div', {}, el('a', { href: link(about.view).replace(/\?.*/, '') + '?' }, 'Drop all filters')));
  const profile = first = look(true);
  try {
    const module = await import(about.view === 'top' && param('by') ? param('bycolumns') === 'f' ? './text.js' : './by.js' : MODULES[about.view] || './text.js');
    view = await module.default({ profile, selected, actions }) || {};
    main.classList.add('ready');
    if (search.value && view.find) searched();
  } catch (error) { complain(error, start); }
  searchBox.hidden = Boolean(view.own) || !view.find;
  document.documentElement.classList.toggle('own-search', Boolean(view.own));
  const facets = await import('./labels.js');
  facets.panel(await profile);
}
window.addEventListener('popstate', () => { chips(); if (!view.own) { search.value = param('q'); searched(); } });
window.addEventListener('pageshow', e => { if (e.persisted) { closeMenu(); complain(null); } });
start();
