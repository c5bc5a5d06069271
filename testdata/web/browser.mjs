// browser.mjs: what the browser tests share: pages that cprof writes, a browser that notes every fault, and the boxes of a picture.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { made } from './profiles.mjs';

const [cprof, tools] = process.argv.slice(2).map(a => resolve(a));
const require = createRequire(tools + '/');
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
// With SLOW=N pages get what they ask for N milliseconds late: a test fails that does not wait for what it looks at.
const SLOW = Number(process.env.SLOW || 0);
// evil.example is a name that another site has pointed to this machine
const FLAGS = ['--host-resolver-rules=MAP evil.example 127.0.0.1', '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const dir = mkdtempSync(join(tmpdir(), 'cprof-web-'));
export const real = n => join(new URL('..', import.meta.url).pathname, 'profiles', n + '.pb.gz');
for (const [n, bytes] of Object.entries(made)) writeFileSync(join(dir, n + '.pb'), bytes);
export const run = (args, how = {}) => execFileSync(cprof, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'], ...how });

// The page that -flamegraph writes for these arguments, as a path
const written = new Map();
export function page(...args) {
  const key = args.join(' ');
  if (!written.has(key)) {
    const path = join(dir, written.size + '.html');
    run(['-flamegraph', '-output=' + path, ...args]);
    written.set(key, path);
  }
  return written.get(key);
}
export const dataOf = path => JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(readFileSync(path, 'utf8'))[1]);
// What -top says of each function: name to [flat, cum], in `unit`
export const top = (unit, ...args) => new Map(run(['-top', '-unit=' + unit, '-nodecount=100000', '-nodefraction=0', ...args]).split('\n')
  .map(l => /^ *(-?[\d.]+)\S* +\S+ +\S+ +(-?[\d.]+)\S* +\S+ +(.*?)(?: \((?:partial-)?inline\))?$/.exec(l)).filter(Boolean).map(m => [m[3], [Number(m[1]), Number(m[2])]]));

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
export const faults = [];
export const reset = async () => { for (const c of browser.contexts()) await c.close(); faults.length = 0; };
export const end = async () => { await browser.close(); rmSync(dir, { recursive: true }); };

// A page on which errors on the console, errors of scripts, and requests to other places than `own` are faults.
async function watched(own, { width = 1280, height = 800, allow = null, ...how }) {
  const context = await browser.newContext({ viewport: { width, height }, ...how }), p = await context.newPage();
  p.setDefaultTimeout(30000);
  if (SLOW) await context.route(u => u.pathname.startsWith('/api/'), async r => { await new Promise(done => setTimeout(done, SLOW)); await r.continue(); });
  p.on('console', m => { if (m.type() === 'error' && !(allow && allow.test(m.text()))) faults.push('console: ' + m.text()); });
  p.on('pageerror', e => faults.push('page error: ' + e.stack));
  p.on('request', r => { if (!own.test(r.url())) faults.push('request: ' + r.url()); });
  return p;
}
// Opens a file without a network.
export async function open(path, query = '', how = {}) {
  const p = await watched(/^(file|data|blob):/, how);
  await p.context().setOffline(true);
  await p.goto(pathToFileURL(path) + query);
  if (how.javaScriptEnabled !== false) await settle(p);
  return p;
}
// Opens a page of a server, which may send requests to `others`, too.
export async function visit(url, { others = [], ...how } = {}) {
  const p = await watched(new RegExp('^(' + [new URL(url).origin, ...others].join('/|') + '/|data:|blob:)'), how);
  await p.goto(url);
  return p;
}

// cprof -http on a profile: {base, stop}. One for each profile and environment, unless it is to be `fresh`: then it ends with
// its test. None outlives this program, however it ends.
const servers = new Map(), running = new Set();
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
const ended = child => new Promise(done => { if (!running.has(child)) { done(); return; } child.once('exit', done); child.kill(); });
export function serve(profile, { env = {}, port = 0, fresh = false } = {}) {
  const key = profile + JSON.stringify(env);
  if (!fresh && servers.has(key)) return servers.get(key);
  const server = new Promise((done, fail) => {
    const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'KILL', cprof, '-http=localhost:' + port, '-no_browser', '-symbolize=none', profile], { env: { ...process.env, XDG_CONFIG_HOME: mkdtempSync(join(dir, 'config-')), ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    running.add(child);
    child.fresh = fresh;
    child.once('exit', () => running.delete(child));
    const stop = () => ended(child);
    let said = '';
    child.stderr.on('data', d => { said += d; const m = /Serving web UI on (http:\S+)/.exec(said); if (m) done({ base: m[1], stop }); });
    child.once('exit', () => fail(new Error('cprof ends: ' + said)));
  });
  if (!fresh) servers.set(key, server);
  return server;
}

const tests = [];
export const test = (name, body) => tests.push([name, body]);
// Runs the tests whose names contain the last argument, and ends the program.
export async function finish() {
  let passed = 0, failed = 0;
  for (const [name, body] of tests.filter(t => t[0].includes(process.argv[4] || ''))) {
    const begin = Date.now();
    try {
      await body();
      assert.deepEqual(faults, []);
      passed++;
      if (process.env.V) console.log(`ok      ${name} (${Date.now() - begin} ms)`);
    } catch (e) {
      failed++;
      console.log(`FAILED  ${name}\n  ${String(e.stack).split('\n').slice(0, 14).join('\n  ')}${faults.map(f => '\n  ' + f.slice(0, 600)).slice(0, 5).join('')}`);
    }
    await reset();
    for (const child of running) if (child.fresh) await ended(child);
  }
  for (const child of running) await ended(child);
  await end();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
export const boxes = p => p.evaluate(() => cprofFlame.boxes());
export const frames = (p, n = 2) => p.evaluate(n => new Promise(done => { const step = () => n-- > 0 ? requestAnimationFrame(step) : done(); step(); }), n);
// Waits until picture and panels have stayed the same for a while: longer than any delay of the page
export const settle = p => p.evaluate(() => new Promise((done, fail) => {
  let last = '', since = 0, began = performance.now();
  const look = now => {
    const state = JSON.stringify(cprofFlame.boxes().map(b => [b.x, b.y, b.w, b.node, b.selected])) + document.querySelector('.cf-legend').textContent + document.querySelector('.cf-details').textContent.length;
    if (state !== last) { last = state; since = now; }
    if (now - since > 200) done();
    else if (now - began > 30000) fail(new Error('the picture does not come to rest'));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}));
export const box = async (p, name) => { const b = (await boxes(p)).find(b => b.frame === name && !b.merged); assert(b, 'no box ' + name); return b; };
export const canvasAt = p => p.locator('.cf-canvas').boundingBox();
export async function point(p, b) { const c = await canvasAt(p), left = Math.max(0, b.x), right = Math.min(c.width, b.x + b.w); return [c.x + (left + right) / 2, c.y + b.y + b.h / 2]; }
export async function click(p, b, how) { await p.mouse.click(...await point(p, b), how); await settle(p); }
export async function key(p, k) { await p.keyboard.press(k); await settle(p); }
export const query = p => p.evaluate(() => Object.fromEntries(new URLSearchParams(location.search || location.hash.slice(1))));
export const text = (p, selector) => p.locator(selector).first().innerText();
export async function search(p, t) {
  await p.fill('.cf-input', t);
  await p.waitForFunction(t => (new URLSearchParams(location.search).get('q') || '') === t, t);
  await settle(p);
}
export const pixels = (p, x, y, w, h) => p.evaluate(([x, y, w, h]) => [...document.querySelector('.cf-canvas').getContext('2d').getImageData(x, y, w, h).data], [x, y, w, h]);
export async function axe(p, what) {
  await p.evaluate(axeSource);
  assert.deepEqual(await p.evaluate(() => axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ')))), [], what);
}
