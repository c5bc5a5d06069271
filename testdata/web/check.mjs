// check.mjs: the browser tests of the flame graph page. usage: node check.mjs CPROF TOOLS [TEXT], where TOOLS holds node_modules
// and TEXT picks the tests whose names contain it. V=1 names those that pass, too.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe, box, boxes, canvasAt, click, dataOf, dir, finish, frames, key, open, page, pixels, point, query, real, run, search, settle, test, text, top } from './browser.mjs';
import { HOSTILE } from './profiles.mjs';

const SHELL_MOST = 92 * 1024; // bytes of a page without its data
const ROW = 18;               // px
const SEARCH = 'example.com/shop/internal/catalog.(*Catalog).Search', DISTANCE = 'example.com/shop/internal/catalog.editDistance', SERVE = 'net/http.(*conn).serve', PAY = 'example.com/shop/internal/checkout.(*Desk).Pay';
const cpu = () => page(real('go-cpu')), heap = () => page(real('go-heap-after')), diff = () => page('-diff_base=' + real('go-heap-before'), real('go-heap-after'));
const own = name => page(join(dir, name + '.pb'));
const shape = bs => bs.map(b => [b.x, b.y, b.w, b.frame]);

test('hover fills the line at once and outlines all boxes of the function', async () => {
  const p = await open(cpu()), b = await box(p, SEARCH);
  await p.mouse.move(...await point(p, b));
  assert.match(await text(p, '.cf-line'), /catalog\.\(\*Catalog\)\.Search.*\(\d/s);
  const all = await boxes(p);
  assert(all.filter(x => x.frame === SEARCH).every(x => x.hovered));
  assert(all.filter(x => x.frame !== SEARCH).every(x => !x.hovered));
  assert.match(await text(p, '.cf-tip'), /Search/);
});

test('click zooms, keeps and fades the ancestors; Back and reload restore', async () => {
  const p = await open(cpu()), width = (await canvasAt(p)).width, before = shape(await boxes(p));
  await click(p, await box(p, SEARCH));
  const zoomed = await boxes(p), now = zoomed.find(x => x.frame === SEARCH && !x.merged), above = zoomed.filter(x => x.y < now.y);
  assert(now.x <= 1 && now.w >= width - 3, 'the box spans the chart');
  assert(above.length >= 5 && above.every(x => x.faded), 'ancestors are there and faded');
  assert(zoomed.every(x => x.y < now.y || !x.faded));
  assert.match((await query(p)).z, /^[0-9a-f]{16}$/);
  await p.reload(); await settle(p);
  assert.deepEqual(shape(await boxes(p)), shape(zoomed));
  await p.goBack(); await settle(p);
  assert.deepEqual(shape(await boxes(p)), before);
  assert.equal((await query(p)).z, undefined);
});

for (const how of ['double click', 'P']) test(how + ' shows callers above and callees below, with exact sums', async () => {
  const p = await open(cpu());
  if (how === 'P') { await click(p, await box(p, SEARCH)); await key(p, 'P'); }
  else { await p.mouse.dblclick(...await point(p, await box(p, SEARCH))); await settle(p); }
  assert.equal((await query(p)).p, '^example\\.com/shop/internal/catalog\\.\\(\\*Catalog\\)\\.Search$');
  const all = await boxes(p), pivot = all.find(b => b.frame === SEARCH), cum = top('ns', real('go-cpu')).get(SEARCH)[1];
  const row = n => all.filter(b => Math.round(b.y / ROW) === Math.round(pivot.y / ROW) + n), sum = bs => bs.reduce((s, b) => s + b.value, 0);
  assert.equal(pivot.value, cum);
  assert(all.some(b => b.y < pivot.y && b.frame === SERVE) && all.some(b => b.y < pivot.y && b.frame === 'root'));
  assert(all.some(b => b.y > pivot.y && b.frame === DISTANCE));
  assert.equal(sum(row(-1)), cum, 'the callers add up to the pivot');
  if (row(1).every(b => !b.merged)) assert.equal(sum(row(1)) + pivot.own, cum, 'callees and own value add up to it');
  for (const b of row(1)) assert(b.x >= pivot.x + pivot.w * pivot.own / cum - 2, 'callees follow the own value');
});

test('root, 0 and Escape show the whole chart again', async () => {
  for (const way of ['root', '0', 'Escape']) {
    const p = await open(cpu()), before = shape(await boxes(p));
    await click(p, await box(p, SEARCH)); await key(p, 'P');
    if (way === 'root') await click(p, await box(p, 'root')); else await key(p, way);
    const q = await query(p);
    assert.deepEqual([q.z, q.p], [undefined, undefined], way);
    assert.deepEqual(shape(await boxes(p)), before, way);
  }
});

test('the menu stays in the window, works with keys, and closes', async () => {
  const p = await open(cpu()), wide = (await boxes(p)).filter(b => !b.merged && b.w >= 4 && b.frame !== 'root');
  for (const b of [wide[0], ...wide.sort((a, b) => b.y - a.y).slice(0, 2), ...wide.sort((a, b) => b.x - a.x).slice(0, 2)]) {
    await p.mouse.click(...await point(p, b), { button: 'right' });
    const m = await p.locator('.cf-menu').boundingBox();
    assert(m.x >= 0 && m.y >= 0 && m.x + m.width <= 1280 && m.y + m.height <= 800);
    await p.keyboard.press('Escape');
    assert.equal(await p.locator('.cf-menu').count(), 0);
  }
  await click(p, await box(p, SEARCH));
  await p.keyboard.press('Shift+F10');
  assert.equal(await p.evaluate(() => document.activeElement.getAttribute('role')), 'menuitem');
  await p.keyboard.press('ArrowDown'); await key(p, 'Enter');
  assert.match((await query(p)).p, /Search/);
  await p.keyboard.press('e');
  assert.match(await text(p, '.cf-menu'), /SVG/);
  await p.keyboard.press('Escape');
  assert.equal(await p.evaluate(() => document.activeElement.getAttribute('role')), 'tree', 'the focus returns');
  await p.keyboard.press('e');
  await p.mouse.click(500, 790);
  assert.equal(await p.locator('.cf-menu').count(), 0, 'a click outside closes it');
});

test('search marks matches, adds each stack once, walks with n and N', async () => {
  const p = await open(cpu());
  await search(p, 'malloc');
  const [, sum, share] = /Showing nodes accounting for ([\d.]+)ms, ([\d.]+)% of/.exec(run(['-top', '-unit=ms', '-focus=malloc', '-nodefraction=0', '-nodecount=100000', real('go-cpu')]));
  const result = await text(p, '.cf-result'), m = /^([\d,]+) frames, ([\d.]+)ms \(([\d.]+)%\)$/.exec(result), data = dataOf(cpu());
  assert(m, result);
  assert.equal(Number(m[2]), Number(sum));
  assert(Math.abs(Number(m[3]) - Number(share)) < 0.06);
  assert.equal(Number(m[1]), data.nodes.frame.filter((f, i) => i && /malloc/.test(data.strings[data.frames.name[f]])).length);
  assert((await boxes(p)).every(b => b.merged || b.mark === /malloc/.test(b.frame)));
  await p.locator('.cf-tree').focus();
  await key(p, 'n');
  const first = (await boxes(p)).find(b => b.selected);
  assert(first && first.mark && first.w >= 20, 'the match is in sight');
  assert.match(await text(p, '.cf-status'), new RegExp('^1 of ' + m[1]));
  await key(p, 'n');
  assert.match(await text(p, '.cf-status'), /^2 of/);
  await key(p, 'N'); await key(p, 'N');
  assert.match(await text(p, '.cf-status'), new RegExp(`^${m[1]} of`), 'before the first comes the last');
});

test('a broken expression is marked as an error and changes nothing', async () => {
  const p = await open(cpu()), before = shape(await boxes(p));
  await search(p, '(');
  assert.equal(await p.getAttribute('.cf-input', 'aria-invalid'), 'true');
  assert.match(await text(p, '.cf-result'), /not a regular expression/);
  assert.deepEqual(shape(await boxes(p)), before);
});

test('Enter in the search field pivots on what matches', async () => {
  const p = await open(cpu());
  await search(p, 'editDist');
  await key(p, 'Enter');
  assert.equal((await query(p)).p, 'editDist');
  assert.equal((await box(p, DISTANCE)).value, top('ns', real('go-cpu')).get(DISTANCE)[1]);
  await search(p, '(?i)EDITDIST');
  assert((await box(p, DISTANCE)).mark, '(?i) ignores case, as in pprof');
});

test('inverted: the total of each root is the flat value of -top', async () => {
  const p = await open(cpu()), flat = top('ns', real('go-cpu'));
  await key(p, 'i');
  assert.equal((await query(p)).inv, 't');
  const roots = (await boxes(p)).filter(b => Math.floor(b.y / ROW) === 1 && !b.merged);
  assert(roots.length > 20);
  const sums = new Map();
  for (const b of roots) { const n = b.frame.replace(/ \(inlined\)$/, ''); sums.set(n, (sums.get(n) || 0) + b.value); }
  for (const [n, v] of sums) assert.equal(v, flat.get(n)[0], n);
  assert.equal((await boxes(p)).filter(b => b.frame === 'root').length, 1, 'callers end before the root');
});

test('order by name: siblings are sorted by bytes, and two profiles agree', async () => {
  const orders = [];
  for (const path of [cpu(), page(real('go-cpu-same-a'))]) {
    const p = await open(path), siblings = new Map();
    await key(p, 'o');
    const all = (await boxes(p)).filter(b => !b.merged && !/ more frames?$/.test(b.frame)).sort((a, b) => a.x - b.x);
    for (const b of all) siblings.set(b.parent, [...(siblings.get(b.parent) || []), b.frame.replace(/ \(inlined\)$/, '')]);
    for (const names of siblings.values()) assert.deepEqual(names, [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    orders.push(all.filter(b => Math.floor(b.y / ROW) === 1).map(b => b.frame));
  }
  const both = orders[0].filter(n => orders[1].includes(n));
  assert(both.length > 3);
  assert.deepEqual(orders[1].filter(n => both.includes(n)), both);
});

test('root at the bottom mirrors the chart, and starts at the root', async () => {
  for (const height of [900, 300]) {
    const p = await open(cpu(), '', { height }), down = await boxes(p);
    await key(p, 'u');
    const up = await boxes(p), high = (await canvasAt(p)).height, root = up.find(b => b.frame === 'root');
    assert(Math.abs(root.y + root.h - high) <= 1.5, 'the root is on the lower edge');
    const back = new Set(up.map(b => [b.x, b.w, b.frame, Math.floor((high - b.y - 2) / ROW)].join()));
    for (const b of down.filter(b => b.y < high - 2 * ROW)) assert(back.has([b.x, b.w, b.frame, Math.floor((b.y + 2) / ROW)].join()), b.frame);
  }
});

test('collapsed recursion: no frame is its own parent, totals stay', async () => {
  const p = await open(own('recursion')), total = (await box(p, 'root')).value;
  await p.click('text=Fold recursion'); await settle(p);
  const all = await boxes(p), of = n => all.find(b => b.node === n), r = all.filter(b => b.frame === 'r' && of(b.parent).frame === 'main');
  for (const b of all) if (of(b.parent)) assert.notEqual(b.frame, of(b.parent).frame);
  assert.deepEqual(r.map(b => [b.value, b.own]), [[7500, 2000]]);
  assert.equal((await box(p, 'root')).value, total);
  assert.deepEqual(all.filter(b => b.parent === r[0].node).map(b => [b.frame, b.value]), [['leaf', 4000], ['other', 1500]]);
});

test('colours: a legend of what is on screen; a package has its colour in every profile', async () => {
  const colours = [];
  for (const path of [cpu(), page(real('go-cpu-same-a'))]) {
    const p = await open(path), data = dataOf(path), shown = new Set((await boxes(p)).filter(b => !b.merged).map(b => data.strings[data.frames.pkg[data.nodes.frame[b.node]]]));
    const legend = await p.evaluate(() => [...document.querySelectorAll('.cf-legend li')].slice(1).map(l => [l.textContent, l.querySelector('rect').getAttribute('fill')]));
    for (const [name] of legend.filter(l => !/under a pixel|^no package$|more$|…/.test(l[0]))) assert(shown.has(name), name + ' is not on screen');
    assert(legend.length > 5);
    colours.push(new Map(legend));
  }
  for (const [name, colour] of colours[0]) if (colours[1].has(name)) assert.equal(colours[1].get(name), colour, name);
  const p = await open(cpu());
  await p.selectOption('select[aria-label=Colour]', 'file'); await settle(p);
  assert.match(await text(p, '.cf-legend'), /File.*\.go/s);
  await p.selectOption('select[aria-label=Colour]', 'share'); await settle(p);
  assert.match(await text(p, '.cf-legend'), /Own share.*≥ 20%/s);
  assert.notEqual((await box(p, DISTANCE)).fill, (await box(p, SEARCH)).fill);
  assert.equal((await query(p)).color, 'share');
});

test('the hue of a package is the one of pprof', async () => {
  const hue = (createHash('sha256').update('runtime').digest().readUInt32LE(0) % 1048576 + 1) * 1.618033988 * 180 / Math.PI * 2 * Math.PI % 360;
  const p = await open(cpu()), fill = await p.evaluate(() => [...document.querySelectorAll('.cf-legend li')].find(l => l.textContent === 'runtime').querySelector('rect').getAttribute('fill'));
  const want = await p.evaluate(h => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = `hsl(${h} 45% 82%)`; return c.fillStyle; }, hue);
  for (const k of [1, 3, 5]) assert(Math.abs(parseInt(fill.slice(k, k + 2), 16) - parseInt(want.slice(k, k + 2), 16)) <= 1, fill + ' ' + want);
});

test('differences: seven colours, words for one-sided frames, by value and by share', async () => {
  const p = await open(page('-diff_base=' + join(dir, 'before.pb'), join(dir, 'after.pb'))), all = await boxes(p), of = n => all.find(b => b.frame === n);
  for (const [n, words] of [['new', /new$/], ['gone', /gone$/], ['same', /= 0$/], ['shrank', /▼ −60%$/], ['little', /▲ \+5%$/]]) assert.match(of(n).text, words);
  assert.equal(new Set(['gone', 'less', 'slightly', 'same', 'little', 'grew', 'new'].map(n => of(n).fill)).size, 7);
  assert.equal(of('gone').fill, of('shrank').fill);
  for (const b of all) { const a = all.find(x => x.node === b.parent); if (a) assert(b.x >= a.x - 1 && b.x + b.w <= a.x + a.w + 1, b.frame); }
  assert(Math.abs(of('gone').w / of('same').w - 1) < 0.05, 'a frame that is gone is as wide as it was');
  const r = await open(diff()), value = new Map((await boxes(r)).map(b => [b.node, b.fill]));
  await r.selectOption('select[aria-label=Change]', 't'); await settle(r);
  assert.equal((await query(r)).share, 't');
  assert((await boxes(r)).filter(b => value.has(b.node) && value.get(b.node) !== b.fill).length > 10, 'by share the colours are others');
  await click(r, await box(r, SERVE));
  assert.match(await text(r, '.cf-details'), /→.*by value ▲.*by share/s);
});

test('nothing to draw: a page that says so, without NaN', async () => {
  for (const [path, words] of [[own('zero'), /Nothing to draw.*0B \(0%\)/s], [own('empty'), /Nothing to draw.*\(0%\)/s], [own('negative'), /gone.*negative values/s], [page('-base=' + real('go-cpu'), real('go-cpu')), /\(0%\)|= 0/]]) {
    for (const q of ['', '?inv=t', '?p=f', '?color=share&up=t&rec=t&order=name', '?q=.']) {
      const p = await open(path, q);
      for (const k of ['', 'n', 'ArrowDown', 'ArrowRight', 'Enter', 'p', '+', 'End', 'u']) {
        if (k) await p.keyboard.press(k);
        const all = await p.evaluate(() => document.body.innerText + JSON.stringify(cprofFlame.boxes()));
        const bad = /.{0,80}\b(NaN|undefined|Infinity|null)\b.{0,20}/.exec(all);
        assert.equal(bad, null, q + ' ' + k + ': ' + bad);
        if (!q && !k) assert.match(all, words);
      }
    }
  }
});

test('copy name and copy stack', async () => {
  const p = await open(cpu(), '', { permissions: ['clipboard-read', 'clipboard-write'] }), copied = () => p.evaluate(() => navigator.clipboard.readText());
  await click(p, await box(p, DISTANCE));
  await key(p, 'c');
  assert.equal(await copied(), DISTANCE);
  await key(p, 'Shift+C');
  const { nodes, strings, frames: fs } = dataOf(cpu()), path = [], at = (await boxes(p)).find(b => b.selected).node;
  for (let i = at, depth = Infinity; nodes.depth[i] > 0; i--) if (nodes.depth[i] < depth) { depth = nodes.depth[i]; path.unshift(strings[fs.name[nodes.frame[i]]]); }
  assert.equal(await copied(), path.join('\n'));
  await key(p, 'i');
  await click(p, await box(p, DISTANCE)); await key(p, 'ArrowDown'); await key(p, 'Shift+C');
  assert.equal(await copied(), SEARCH + '\n' + DISTANCE, 'root first in the inverted view, too');
});

test('copying works without the clipboard interface', async () => {
  const p = await open(cpu());
  await p.evaluate(() => { Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.addEventListener('copy', () => { window.lastCopy = document.activeElement.value; }); });
  await click(p, await box(p, DISTANCE)); await key(p, 'c');
  assert.equal(await p.evaluate(() => window.lastCopy), DISTANCE);
});

test('export: an SVG that parses and has the boxes, a PNG of twice the size, the data', async () => {
  for (const path of [cpu(), own('hostile')]) {
    const p = await open(path);
    const take = async item => {
      await p.keyboard.press('e');
      const [d] = await Promise.all([p.waitForEvent('download'), p.click('.cf-menu >> text=' + item)]);
      return [d.suggestedFilename(), readFileSync(await d.path())];
    };
    const [name, svg] = await take('SVG');
    assert.match(name, /^[\w.-]+\.svg$/);
    assert.deepEqual(await p.evaluate(s => { const d = new DOMParser().parseFromString(s, 'image/svg+xml'), n = q => d.querySelectorAll(q).length; return [n('parsererror'), n('script, img, image, foreignObject, a'), n('rect') - cprofFlame.boxes().length]; }, svg.toString()), [0, 0, 0]);
    const [, png] = await take('PNG');
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.equal(png.readUInt32BE(16), Math.round((await canvasAt(p)).width * 2));
    assert.equal(JSON.parse((await take('JSON'))[1]).schema, 'cprof-flame');
  }
});

test('dark by preference and by switch, which survives a reload, without a flash', async () => {
  const dark = 'rgb(20, 23, 27)', light = 'rgb(255, 255, 255)', bg = p => p.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const p = await open(cpu(), '', { colorScheme: 'dark' });
  assert.equal(await bg(p), dark);
  assert.deepEqual((await pixels(p, 5, Math.round((await canvasAt(p)).height) - 5, 1, 1)).slice(0, 3), [20, 23, 27]);
  await key(p, 'd'); await key(p, 'd');
  assert.equal(await bg(p), light, 'the switch wins');
  await p.addInitScript(() => { new MutationObserver((_, o) => { if (document.body) { window.first = document.documentElement.dataset.theme; o.disconnect(); } }).observe(document, { childList: true, subtree: true }); });
  await p.reload(); await settle(p);
  assert.equal(await bg(p), light);
  assert.equal(await p.evaluate(() => window.first), 'light', 'the theme is set before there is a body');
});

test('no page scrolls sideways from 320 to 2560 px and at 200%; search is reachable', async () => {
  for (const [width, height, deviceScaleFactor] of [[320, 640, 1], [600, 800, 1], [1280, 800, 1], [2560, 1400, 1], [640, 400, 2], [320, 400, 2]]) {
    const p = await open(diff(), '', { width, height, deviceScaleFactor }), fits = () => p.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert(await fits(), width + ' px');
    assert((await canvasAt(p)).height > 100, 'there is a chart');
    await click(p, (await boxes(p)).find(b => b.frame !== 'root' && b.w > 20 && !b.merged));
    if (await p.locator('.cf-narrow').isVisible()) await p.click('.cf-narrow');
    assert(await fits(), width + ' px, open');
    const f = await p.locator('.cf-input').boundingBox();
    assert(f.x >= 0 && f.x + f.width <= width && f.y + f.height <= height && f.width > 80);
  }
});

test('everything is reached with Tab, in reading order, and shows its focus', async () => {
  const p = await open(diff()), seen = [];
  for (let k = 0; k < 60; k++) {
    await p.keyboard.press('Tab');
    const at = await p.evaluate(() => { const e = document.activeElement, ring = e.getAttribute('role') === 'tree' ? e.parentElement : e; return e === document.body ? null : [e.getAttribute('aria-label') || e.textContent.slice(0, 30), getComputedStyle(ring).outlineStyle]; });
    if (!at || seen.length && at[0] === seen[0][0]) break;
    seen.push(at);
    assert.notEqual(at[1], 'none', at[0] + ' shows its focus');
  }
  const names = seen.map(s => s[0]), order = ['Search with a regular expression', 'Export', 'Details', 'Keys and help', 'Colour', 'Order', 'Inverted', 'Frames'].map(n => names.indexOf(n));
  assert(order.every((n, k) => n >= 0 && (!k || n > order[k - 1])), names.join(', '));
  await p.keyboard.press('?');
  assert.equal(await p.locator('dialog[open]').count(), 1);
  await key(p, 'Escape');
  assert.equal(await p.locator('dialog').count(), 0);
});

test('arrow keys walk; the tree and the live region follow', async () => {
  const p = await open(cpu());
  await p.locator('.cf-tree').focus();
  await key(p, 'ArrowDown'); await key(p, 'ArrowDown');
  const item = await p.evaluate(() => { const t = document.querySelector('[role=tree]'), i = document.getElementById(t.getAttribute('aria-activedescendant')); return { ...Object.fromEntries(i.getAttributeNames().map(n => [n, i.getAttribute(n)])), text: i.textContent, items: t.children.length }; });
  assert.deepEqual([item.role, item['aria-level'], item['aria-posinset'], item['aria-selected']], ['treeitem', '3', '1', 'true']);
  assert(Number(item['aria-setsize']) > 1 && item.items > 2);
  assert.match(item.text, /^net\/http\.serverHandler\.ServeHTTP, 3\.\d+s \(/);
  assert.equal(await text(p, '.cf-status'), item.text);
  await key(p, 'ArrowRight');
  assert.notEqual((await boxes(p)).find(b => b.selected).frame, 'net/http.serverHandler.ServeHTTP');
  await key(p, 'ArrowLeft'); await key(p, 'ArrowUp');
  assert.equal((await boxes(p)).find(b => b.selected).frame, SERVE);
  assert.match(await p.locator('[role=tree]').ariaSnapshot(), /treeitem "net\/http\.\(\*conn\)\.serve, .*selected/);
  await key(p, 'Enter');
  assert((await query(p)).z);
  await key(p, 'Backspace');
  assert.equal((await query(p)).z, undefined);
});

test('reduced motion: the zoom is done in the next frame', async () => {
  const p = await open(cpu(), '', { reducedMotion: 'reduce' });
  await p.mouse.click(...await point(p, await box(p, SEARCH)));
  await frames(p, 2);
  assert((await box(p, SEARCH)).w >= (await canvasAt(p)).width - 3);
});

test('forced colours: boxes have borders', async () => {
  const p = await open(cpu(), '', { forcedColors: 'active' }), b = await box(p, SEARCH), x = Math.round(b.x) + 3, y = Math.round(b.y);
  const edge = await pixels(p, x, y, 1, 1), inner = await pixels(p, x, y + 3, 1, 1);
  assert([0, 1, 2].reduce((s, k) => s + Math.abs(edge[k] - inner[k]), 0) > 200);
});

test('edges are sharp at 1, 1.5 and 2 pixels a point; a resize keeps the zoom', async () => {
  for (const deviceScaleFactor of [1, 1.5, 2]) {
    const p = await open(cpu(), '', { deviceScaleFactor }), b = await box(p, PAY), row = await pixels(p, Math.round(b.x * deviceScaleFactor) - 4, Math.round((b.y + 15) * deviceScaleFactor), 8, 1), colours = new Set();
    for (let k = 0; k < 8; k++) colours.add(row.slice(4 * k, 4 * k + 3).join());
    assert(colours.size <= 3, `${deviceScaleFactor}: ${[...colours]}`); // the box, the gap, the neighbour
    const c = await p.evaluate(() => { const c = document.querySelector('.cf-canvas'), r = c.getBoundingClientRect(); return [c.width - r.width * devicePixelRatio, c.height - r.height * devicePixelRatio]; });
    assert(c.every(d => Math.abs(d) < 0.05), 'a canvas pixel is a screen pixel: ' + c);
    await click(p, b);
    await p.setViewportSize({ width: 900, height: 600 }); await settle(p);
    assert((await box(p, PAY)).w >= (await canvasAt(p)).width - 3);
  }
});

test('hostile names are text, isolated, in every place', async () => {
  const p = await open(own('hostile'), '', { width: 1600 });
  const strange = () => p.evaluate(() => [document.querySelectorAll('.cf img, .cf script, .cf b, .cf i').length, /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b\u2028]/.test(document.querySelector('.cf').textContent), 'evil' in window]);
  assert.deepEqual(await strange(), [0, false, false]);
  for (const b of (await boxes(p)).filter(b => !b.merged && b.w > 10 && b.frame !== 'root')) {
    await p.mouse.move(...await point(p, b));
    await click(p, b);
    await p.keyboard.press('Shift+F10'); await p.keyboard.press('Escape');
    await key(p, '0');
  }
  assert.deepEqual(await strange(), [0, false, false]);
  const names = (await boxes(p)).map(b => b.frame);
  for (const n of ['evil\\u202egnp.exe', '</script><script>window.evil = 1</script>', 'B'.repeat(1 << 20), 'f\ufffd\ufffdg']) assert(names.includes(n), n.slice(0, 100));
  assert.equal(names.length, HOSTILE.length * 2 + 1);
  assert(await p.evaluate(() => [...document.querySelectorAll('.cf-name')].every(e => getComputedStyle(e).unicodeBidi === 'isolate')));
  await search(p, 'B{1000}');
  assert.match(await text(p, '.cf-result'), /^2 frames/);
});

test('a deep stack: drawn, searched, inverted, selected and scrolled', async () => {
  const p = await open(own('deep'));
  await p.evaluate(() => { document.querySelector('.cf-chart').scrollTop = 1e9; }); await settle(p);
  const low = await boxes(p);
  assert(low.length > 3 && low.every(b => b.y < 800));
  await click(p, low[low.length - 1]);
  assert((await query(p)).z);
  await search(p, 'f6');
  assert.match(await text(p, '.cf-result'), /^4,285 frames, 5us/);
  for (const q of ['?inv=t', '?rec=t', '?up=t', '?p=f3']) assert((await boxes(await open(own('deep'), q))).length > 3, q);
});

test('print: light colours, the whole chart', async () => {
  const p = await open(cpu(), '', { colorScheme: 'dark', height: 300 });
  await p.evaluate(() => addEventListener('beforeprint', () => { const c = document.querySelector('.cf-canvas'); window.printed = [c.height / 2, Math.max(...cprofFlame.boxes().map(b => b.y)), [...c.getContext('2d').getImageData(c.width - 2, c.height - 2, 1, 1).data].slice(0, 3).join()]; }));
  assert.equal((await p.pdf()).subarray(0, 4).toString(), '%PDF');
  const [height, last, corner] = await p.evaluate(() => window.printed);
  assert(height > 500 && last > 500, 'all rows are drawn');
  assert.equal(corner, '255,255,255');
  await settle(p);
  assert((await canvasAt(p)).height < 300, 'afterwards the chart has its size again');
});

test('axe finds nothing: light and dark, narrow, menu, help, details, search, differences', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const path of [cpu(), diff(), own('zero')]) {
      const p = await open(path, '', { colorScheme });
      await axe(p, 'at rest');
      if (path === own('zero')) continue;
      await click(p, await box(p, SERVE));
      await search(p, 'malloc|Session'); await axe(p, 'zoomed, with matches');
      await p.locator('.cf-tree').focus();
      await p.keyboard.press('Shift+F10'); await axe(p, 'menu'); await p.keyboard.press('Escape');
      await p.keyboard.press('?'); await axe(p, 'help'); await p.keyboard.press('Escape');
      await search(p, '('); await axe(p, 'broken expression');
    }
    const n = await open(diff(), '', { colorScheme, width: 320, height: 640 });
    await n.click('.cf-narrow'); await n.click('text=Details'); await settle(n);
    await axe(n, 'narrow');
  }
});

test('touch: a tap zooms, two fingers zoom', async () => {
  const p = await open(cpu(), '', { hasTouch: true }), b = await box(p, SEARCH), [x, y] = await point(p, b);
  await p.touchscreen.tap(x, y); await settle(p);
  assert((await box(p, SEARCH)).w > b.w + 10);
  await key(p, '0');
  const client = await p.context().newCDPSession(p), touch = (type, ...points) => client.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  await touch('touchStart', [x - 20, y], [x + 20, y]);
  for (let k = 1; k <= 5; k++) await touch('touchMove', [x - 20 - 10 * k, y], [x + 20 + 10 * k, y]);
  await touch('touchEnd'); await settle(p);
  assert((await box(p, SEARCH)).w > b.w * 1.5);
});

test('drag pans a zoomed chart and does not click; Ctrl + wheel zooms about the pointer', async () => {
  const p = await open(cpu()), b = await box(p, PAY), [x, y] = await point(p, b), left = (await canvasAt(p)).x;
  await p.mouse.move(x, y);
  await p.keyboard.down('Control'); await p.mouse.wheel(0, -200); await p.keyboard.up('Control'); await settle(p);
  const z = await box(p, PAY);
  assert(z.w > b.w * 1.5);
  assert(Math.abs(z.x + z.w / 2 - (x - left)) < 5, 'the point under the pointer stays');
  await p.mouse.down(); await p.mouse.move(x - 50, y, { steps: 5 }); await p.mouse.up(); await settle(p);
  assert(Math.abs((await box(p, PAY)).x - (z.x - 50)) < 2);
  assert.equal((await query(p)).z, undefined);
});

test('another sample type: its own values on the same rows', async () => {
  const p = await open(heap()), type = dataOf(heap()).types.find(t => t.type === 'alloc_space'), cum = top('b', '-sample_index=alloc_space', real('go-heap-after'));
  await p.selectOption('select[aria-label=Sample]', 'alloc_space'); await settle(p);
  assert.equal((await query(p)).si, 'alloc_space');
  const all = await boxes(p);
  assert.equal(all.find(b => b.frame === 'root').value, Number(type.total_of[0]));
  assert.equal(all.find(b => b.frame === SERVE).value, cum.get(SERVE)[1]);
});

test('subtrees that were left out are loaded on zoom; a failure offers to try again', async () => {
  const p = await open(cpu());
  const [rows, cut] = await p.evaluate(SEARCH => {
    const host = document.getElementById('flame'), data = { ...JSON.parse(document.getElementById('data').textContent), types: [] }, short = structuredClone(data), n = data.nodes, columns = ['depth', 'frame', 'self', 'total'];
    const at = n.frame.findIndex(f => data.strings[data.frames.name[f]] === SEARCH);
    let end = at + 1;
    while (n.depth[end] > n.depth[at]) end++;
    for (const c of columns) short.nodes[c] = [...n[c].slice(0, at + 1), ...n[c].slice(end)];
    short.more = [[at, 7, n.total[at] - n.self[at]]];
    const part = { ...structuredClone(data), nodes: Object.fromEntries(columns.map(c => [c, n[c].slice(at, end).map(v => c === 'depth' ? v - n.depth[at] : v)])), more: [] };
    window.loads = [];
    cprofFlame(host, short, { load: how => window.loads.push(how) === 1 ? Promise.reject(new Error('no answer')) : Promise.resolve(part) });
    return [end - at, cprofFlame.boxes().filter(b => /^7 more/.test(b.text)).length];
  }, SEARCH);
  assert(rows > 20 && cut === 1);
  await click(p, await box(p, SEARCH));
  assert.match(await text(p, '.cf-notes'), /could not be loaded: no answer/);
  await p.click('text=Retry'); await settle(p);
  const z = (await query(p)).z;
  assert.deepEqual(await p.evaluate(() => window.loads), [{ node: z }, { node: z }]);
  const q = await open(cpu());
  await click(q, await box(q, SEARCH));
  assert.deepEqual(shape(await boxes(p)), shape(await boxes(q)));
});

test('actions of the page around are in the menu, the details, the help and on their keys', async () => {
  const p = await open(cpu());
  await p.evaluate(() => cprofFlame(document.getElementById('flame'), JSON.parse(document.getElementById('data').textContent), { actions: [{ label: 'Focus', key: 'F', run: name => { window.acted = [...(window.acted || []), name]; } }] }));
  await settle(p);
  await click(p, await box(p, SEARCH));
  await p.keyboard.press('f');
  await p.click('.cf-details >> text=Focus');
  await p.locator('.cf-tree').focus();
  await p.keyboard.press('Shift+F10'); await p.click('.cf-menu >> text=Focus');
  assert.deepEqual(await p.evaluate(() => window.acted), [SEARCH, SEARCH, SEARCH]);
  await p.keyboard.press('?');
  assert.match(await text(p, 'dialog'), /F\s+Focus/);
  assert.equal(await p.locator('.cf').count(), 1, 'the first chart has gone');
});

test('the same input gives the same bytes, whatever threads, locale and folder', async () => {
  const path = join(dir, 'same.html'), make = (env, cwd) => { run(['-flamegraph', '-output=' + path, real('go-heap-after')], { env: { ...process.env, ...env }, cwd }); return readFileSync(path); };
  const one = make({});
  for (const other of [make({}), make({ CPROF_THREADS: '1' }), make({ CPROF_THREADS: '4' }), make({ LC_ALL: 'C' }, dir)]) assert(one.equals(other));
});

test('the policy of the page stops other scripts', async () => {
  const path = join(dir, 'injected.html');
  writeFileSync(path, readFileSync(cpu(), 'utf8').replace('<main', '<script>window.evil = 1</script><img src="x" onerror="window.evil = 2"><main'));
  const p = await open(path, '', { allow: /Content Security Policy|ERR_FILE_NOT_FOUND/i });
  assert.equal(await p.evaluate(() => window.evil), undefined);
  assert((await boxes(p)).length > 10);
});

test('the shell is small', async () => {
  const page = readFileSync(cpu(), 'utf8'), rest = page.replace(/(<script type="application\/json" id="data">).*?(<\/script>)/s, '$1$2').replace(/<noscript>.*<\/noscript>/s, '');
  assert(Buffer.byteLength(rest) <= SHELL_MOST, Buffer.byteLength(rest) + ' bytes');
});

test('a page saved by the browser works again', async () => {
  const p = await open(cpu()), before = shape(await boxes(p)), path = join(dir, 'saved.html');
  await click(p, await box(p, SEARCH)); await p.keyboard.press('Shift+F10');
  writeFileSync(path, '<!DOCTYPE html>\n' + await p.evaluate(() => document.documentElement.outerHTML));
  const q = await open(path);
  assert.deepEqual([await q.locator('.cf').count(), await q.locator('.cf-menu').count()], [1, 0]);
  assert.deepEqual(shape(await boxes(q)), before);
  await click(q, await box(q, SEARCH));
  assert((await query(q)).z);
});

test('without scripts there are the header and thirty functions', async () => {
  const p = await open(cpu(), '', { javaScriptEnabled: false, colorScheme: 'dark' }), t = await p.innerText('body');
  assert.match(t, /Type: cpu/);
  assert.match(t, /catalog\.editDistance/);
  assert.equal(await p.locator('tbody tr').count(), 30);
  const h = await open(own('hostile'), '', { javaScriptEnabled: false });
  assert.equal(await h.locator('img').count(), 0);
});

await finish();
