// menu.js: menus of the web interface: those of the bar, and those of a function. Arrow keys, Home, End, letters and Escape work in both.
import { el } from './page.js';

let open = null; // {menu, opener}

export function closeMenu(focus = false) {
  if (!open) return;
  const { menu, opener, drop } = open;
  open = null;
  if (drop) menu.remove(); else { menu.hidden = true; opener.setAttribute('aria-expanded', 'false'); }
  if (focus && opener && opener.isConnected) opener.focus();
}
const items = menu => [...menu.querySelectorAll('[role^=menuitem]')].filter(i => i.getAttribute('aria-disabled') !== 'true');

function show(menu, opener, x, y, drop, focus) {
  closeMenu();
  open = { menu, opener, drop };
  menu.hidden = false;
  menu.style.left = menu.style.top = '0';
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = Math.max(4, Math.min(x, document.documentElement.clientWidth - width - 4)) + 'px';
  menu.style.top = Math.max(4, Math.min(y, innerHeight - height - 4)) + 'px';
  const all = items(menu);
  if (focus && all.length) all[focus === 'last' ? all.length - 1 : 0].focus();
}

// A button of the bar and its menu; fill() gives the entries each time it opens, and once more when load() is done.
export function barMenu(label, fill, load) {
  const menu = el('div', { class: 'cf-menu', role: 'menu', 'aria-label': label, hidden: true });
  const opener = el('button', { type: 'button', class: 'cf-button menu-button', 'aria-haspopup': 'menu', 'aria-expanded': 'false' }, label);
  const openIt = focus => {
    const at = opener.getBoundingClientRect();
    const place = focus => { menu.replaceChildren(...fill().filter(Boolean)); show(menu, opener, at.left, at.bottom + 2, false, focus); opener.setAttribute('aria-expanded', 'true'); };
    place(focus);
    if (load) load().then(() => { if (open && open.menu === menu) place(menu.contains(document.activeElement) ? 'first' : ''); }, () => { /* what is known stays */ });
  };
  opener.addEventListener('click', e => { if (open && open.menu === menu) closeMenu(); else openIt(e.detail ? '' : 'first'); });
  opener.addEventListener('pointerenter', e => { if (e.pointerType === 'mouse' && open && !open.drop && open.menu !== menu) openIt(''); });
  opener.addEventListener('keydown', e => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { openIt(e.key === 'ArrowUp' ? 'last' : 'first'); e.preventDefault(); }
    if (e.key === 'Escape') closeMenu();
  });
  opener.openMenu = openIt;
  return el('div', { class: 'menu' }, opener, menu);
}
// Entries: a link, a command, a rule
export const entry = (text, href, more = {}) => href === null
  ? el('span', { role: 'menuitem', 'aria-disabled': 'true', ...more }, text)
  : el('a', { role: 'menuitem', tabindex: -1, href, ...more }, text);
export const command = (text, run, more = {}) => el('button', { type: 'button', role: 'menuitem', tabindex: -1, onclick: () => { closeMenu(true); run(); }, ...more }, text);
export const rule = () => el('hr', { role: 'separator' });

// A menu at a point of the window
export function popup(label, entries, x, y) {
  const opener = document.activeElement;
  const menu = el('div', { class: 'cf-menu', role: 'menu', 'aria-label': label }, entries);
  document.querySelector('main').append(menu);
  show(menu, opener, x, y, true, 'first');
}

document.addEventListener('pointerdown', e => { if (open && !open.menu.contains(e.target) && !(open.opener && !open.drop && open.opener.contains(e.target))) closeMenu(); }, true);
document.addEventListener('click', e => { if (open && e.target.closest('a[role=menuitem]')) closeMenu(true); });
document.addEventListener('keydown', e => {
  if (!open) return;
  const { menu, drop } = open, all = items(menu), at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1 + all.length, Home: 0, End: all.length - 1 }[e.key];
  if (to !== undefined && all.length) all[to % all.length].focus();
  else if (e.key === 'Escape') closeMenu(true);
  else if (e.key === 'Tab') { closeMenu(true); return; }
  else if (e.key === ' ' && at >= 0) all[at].click();
  else if ((e.key === 'ArrowLeft' || e.key === 'ArrowRight') && !drop) {
    const bar = [...document.querySelectorAll('.menu-button')], k = bar.indexOf(open.opener) + (e.key === 'ArrowLeft' ? bar.length - 1 : 1);
    bar[k % bar.length].focus();
    bar[k % bar.length].openMenu('first');
  } else if (e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey) {
    const turned = [...all.slice(at + 1), ...all.slice(0, at + 1)], hit = turned.find(i => i.textContent.trim().toLowerCase().startsWith(e.key.toLowerCase()));
    if (hit) hit.focus();
  } else return;
  e.preventDefault();
  e.stopPropagation();
}, true);
