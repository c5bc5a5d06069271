// page.js: what all pages of the web interface share: elements, texts, the query, requests and messages.
import './flame.js';

export const about = JSON.parse(document.getElementById('page').textContent);
export const main = document.getElementById('view');

// Elements and texts. Names come from a profile that anyone may have made: plain() shows by its number what could hide or
// reorder text.
export const { el, plain, clip, grouped, counted, expression: regexp, escapeName, button, theme } = window.cprofFlame.tools;
export const bdi = (s, most) => el('bdi', { dir: 'ltr', class: 'cf-name' }, clip(plain(s), most));
export const percent = x => (x || 0).toFixed(2) + '%';
// what the URL-independent choices of the reader are kept in
export const kept = {
  get(key) { try { return localStorage.getItem('cprof-' + key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem('cprof-' + key, value); } catch { /* then it holds until the page is left */ } },
};

// The query. Links are relative, and keep all of it but for what they change; an empty value drops a parameter.

const BROWSER_ONLY = ['p', 'z', 'q', 'inv', 'up', 'order', 'color', 'rec', 'share', 'table', 'sides'];
export const param = name => new URLSearchParams(location.search).get(name) || '';
function changed(query, change) {
  for (const [k, v] of Object.entries(change)) if (v === '' || v === null) query.delete(k); else query.set(k, v);
  const text = query.toString();
  return text ? '?' + text : '';
}
// views that show each value of a label apart; the others would refuse that
export const GROUPED = ['top', 'flamegraph', 'peek', 'tree'];
export const link = (page, change = {}) => './' + page + changed(new URLSearchParams(location.search), page && !GROUPED.includes(page) ? { ...change, by: '' } : change);
export function remember(change) { history.replaceState(history.state, '', location.pathname + changed(new URLSearchParams(location.search), change)); }
export const exactly = names => names.map(n => '^' + escapeName(n) + '$').join('|');
// the same for peek, which matches the name with its file and line
export const peeked = names => names.map(n => '^' + escapeName(n) + '( |$)').join('|');
// pprof's rule for the filters: ignore and hide add to what is there, the others replace it
export const refined = (key, expression) => ({ [key]: expression && (key === 'i' || key === 'h') && param(key) && param(key) !== expression ? expression + '|' + param(key) : expression });

// Requests. One bar shows that something is under way, after 200 ms; Escape gives up what is.

const running = new Set(), bar = el('div', { class: 'busy', role: 'status', hidden: true }, 'Loading. Escape cancels.');
document.body.append(bar);
export const isBusy = () => running.size > 0;
export const giveUp = () => running.forEach(c => c.abort());
export class Refused extends Error {}

export async function ask(url, how = {}) {
  const control = new AbortController(), wait = setTimeout(() => { bar.hidden = false; }, 200);
  running.add(control);
  main.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(url, { signal: control.signal, ...how }), text = await response.text();
    if (response.ok) return text;
    let message = text.trim();
    try { message = JSON.parse(message).error || message; } catch { /* a plain text */ }
    throw new Refused(message || 'cprof answers ' + response.status + '.');
  } finally {
    clearTimeout(wait);
    running.delete(control);
    if (!running.size) { bar.hidden = true; main.removeAttribute('aria-busy'); }
  }
}
export function apiUrl(path, change = {}, query = new URLSearchParams(location.search)) {
  for (const k of BROWSER_ONLY) query.delete(k);
  return '../api/v1/' + path + changed(query, change);
}
export const get = async (path, change, query) => JSON.parse(await ask(apiUrl(path, change, query)));
const token = () => document.querySelector('meta[name=cprof-token]').content;
export const write = (url, method) => ask(url, { method, headers: { 'X-Cprof-Token': token() } });

// Opens another page, once cprof has made it: where that fails, the present one stays.
export async function go(url) {
  try {
    await ask(url);
    location.assign(url);
  } catch (error) { complain(error, () => go(url)); }
}

// Messages: one line each, with what may be done about it.

const messages = document.getElementById('errors');
let trouble = null;
export function message(text, actions = [], kind = '') {
  const line = el('div', { class: kind, role: kind === 'cf-error' ? 'alert' : 'status' }, el('span', {}, text), actions, button('×', 'Close this message', () => line.remove(), { class: 'cf-button plain' }));
  messages.append(line);
  return line;
}
// Says what went wrong, in place of the last such message; retry is offered where cprof did not answer.
export function complain(error, retry) {
  if (trouble) trouble.remove();
  trouble = null;
  if (!error || error.name === 'AbortError') return;
  const gone = !(error instanceof Refused) && error instanceof TypeError;
  trouble = message(gone ? 'cprof does not answer: was it stopped? What is on this page can still be used.' : clip(plain(error.message), 1000), gone && retry ? [button('Retry', 'Ask again', () => { complain(null); retry(); })] : [], 'cf-error');
}
const said = el('div', { class: 'cf-hidden', role: 'status', 'aria-live': 'polite' });
document.body.append(said);
export const say = text => { said.textContent = text; };
