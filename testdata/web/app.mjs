// app.mjs: the browser tests of the web interface (-http). usage: node app.mjs CPROF TOOLS [TEXT], as check.mjs
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { axe, dir, finish, frames, real, run, serve, settle, test, text, visit } from './browser.mjs';
import { HOSTILE, PLENTY } from './profiles.mjs';

const SEARCH = 'example.com/shop/internal/catalog.(*Catalog).Search', DISTANCE = 'example.com/shop/internal/catalog.editDistance';
const ROW = 18; // px
const PAGES = ['top', 'top?by=tenant', 'top?by=tenant&bycolumns=f', 'graph', 'flamegraph', 'flamegraph?by=endpoint', 'peek?f=Search', 'tree', 'traces', 'source?f=Search', 'labels', 'compare', 'compare?a.tf=endpoint%3D%2Fsearch&b.tf=endpoint%3D%2Fcheckout', 'compare?table=t&a.f=Search&b.f=checkout', 'compare?sides=t&a.f=Search&b.f=checkout'];
const cpu = () => serve(real('go-cpu')), own = name => serve(join(dir, name + '.pb'));
const ready = p => p.waitForSelector('main.ready');
const at = async (server, path, how) => { const p = await visit((await server).base + '/ui/' + path, how); await ready(p); return p; };
const query = p => Object.fromEntries(new URL(p.url()).searchParams);
const rows = p => p.$$eval('#toptable [id^=node]', trs => trs.map(tr => [...tr.cells].map(c => c.textContent)));
const menu = (p, name) => p.click(`.menu-button:text-is("${name}")`);
const hrefs = p => p.$$eval('.cf-menu:not([hidden]) a', as => Object.fromEntries(as.map(a => [a.textContent.replace(/[^A-Z]*\d?$/i, ''), Object.fromEntries(new URL(a.href).searchParams)])));
const opened = async (p, act, page) => { await Promise.all([p.waitForURL(page, { waitUntil: 'load' }), act()]); await ready(p); };

test('every page opens on its own, with title, menus and its view', async () => {
  for (const page of ['', ...PAGES]) {
    const p = await at(cpu(), page);
    assert.equal(await p.title(), 'server cpu', page);
    const by = /\/(top|flamegraph|peek|tree)$/.test(new URL(p.url()).pathname) ? ['By'] : [];
    assert.deepEqual(await p.$$eval('.menu-button', bs => bs.map(b => b.textContent)), ['View', 'Sample', 'Refine', ...by, 'Config'], page);
    assert.equal(await p.locator('.cf-error').count(), 0, page);
    await p.context().close();
  }
});

for (const colorScheme of ['light', 'dark']) test('axe finds nothing on any page, ' + colorScheme, async () => {
  for (const page of PAGES) {
    const p = await at(cpu(), page, { colorScheme });
    await axe(p, page);
    await p.context().close();
  }
});

test('axe finds nothing in open menus, dialogs, messages and panels', async () => {
  const p = await at(cpu(), 'top?f=Search&tf=tenant%3Dacme&by=tenant');
  for (const name of ['View', 'Sample', 'Refine', 'By', 'Config']) { await menu(p, name); await axe(p, name); await p.keyboard.press('Escape'); }
  await p.click('button.title'); await p.waitForSelector('#details div');
  await p.click('button:text-is("Labels")'); await p.waitForSelector('#facets li');
  await axe(p, 'panels');
  await p.keyboard.press('?'); await axe(p, 'help'); await p.keyboard.press('Escape');
  await p.click('#bytable tbody th', { button: 'right' }); await axe(p, 'menu of a function'); await p.keyboard.press('Escape');
  await p.fill('header input', '('); await p.waitForSelector('#found.cf-error'); await axe(p, 'a broken expression');
});

test('menus work with the keyboard alone, and the focus returns', async () => {
  const p = await at(cpu(), 'top'), focus = () => p.evaluate(() => document.activeElement.textContent);
  await p.keyboard.press('Tab'); await p.keyboard.press('Tab');
  assert.equal(await focus(), 'View');
  await p.keyboard.press('ArrowDown');
  assert.match(await focus(), /^Top/);
  await p.keyboard.press('End'); assert.match(await focus(), /^Compare/);
  await p.keyboard.press('ArrowDown'); assert.match(await focus(), /^Top/);
  await p.keyboard.press('ArrowRight'); assert.match(await focus(), /samples/);
  await p.keyboard.press('Escape');
  assert.equal(await focus(), 'Sample');
  assert.equal(await p.locator('.cf-menu:not([hidden])').count(), 0);
  await p.keyboard.press('ArrowLeft'); await p.keyboard.press('Enter');
  await p.keyboard.press('ArrowDown');
  await opened(p, () => p.keyboard.press('Enter'), /top\?si=cpu/);
});

test('menus close on a click outside and stay in the window', async () => {
  const p = await at(cpu(), 'top', { width: 320, height: 500 });
  for (const name of ['View', 'Sample', 'Refine', 'By', 'Config']) {
    await menu(p, name);
    const m = await p.locator('.cf-menu:not([hidden])').boundingBox();
    assert(m.x >= 0 && m.y >= 0 && m.x + m.width <= 320 && m.y + m.height <= 500, name);
    await p.mouse.click(310, 490);
    assert.equal(await p.locator('.cf-menu:not([hidden])').count(), 0);
  }
});

test('links of View and Refine take the selection, quoted; ignore and hide add to what is there', async () => {
  const p = await at(own('quoting'), 'top?i=old&h=old&s=.&ti=k%3Dv'), click = n => p.click(`#toptable tr:has-text(${JSON.stringify(n)}) td.names`);
  await menu(p, 'Refine');
  assert.deepEqual(Object.keys(await hrefs(p)), ['Reset'], 'without a selection the filters are dead');
  await p.keyboard.press('Escape');
  await click('main.(*T[...]).M'); await click('a+b'); await click('operator()');
  const all = ['^main\\.\\(\\*T\\[\\.\\.\\.\\]\\)\\.M$', '^a\\+b$', '^operator\\(\\)$'];
  await menu(p, 'Refine');
  const refine = await hrefs(p), sorted = e => e.split('|').sort();
  assert.deepEqual(sorted(refine.Focus.f), all.sort());
  assert.deepEqual(sorted(refine.Ignore.i), [...all, 'old'].sort());
  assert.match(refine.Ignore.i, /\|old$/); assert.match(refine.Hide.h, /\|old$/);
  assert.deepEqual(sorted(refine.Show.s), all.sort()); assert.deepEqual(sorted(refine['Show from'].sf), all.sort());
  assert.equal(refine.Focus.ti, 'k=v');
  await p.keyboard.press('Escape'); await menu(p, 'View');
  assert.deepEqual(sorted((await hrefs(p)).Graph.f), all.sort());
  await p.keyboard.press('Escape');
  await p.fill('header input', 'main'); await menu(p, 'View');
  assert.equal((await hrefs(p)).Graph.f, 'main', 'the text counts when it was typed last');
});

test('each filter is a chip whose cross drops just that one', async () => {
  const p = await at(cpu(), 'top?f=Search&tf=tenant%3Dacme&n=20&noinlines=t&q=x');
  assert.deepEqual(await p.$$eval('.chips li span', cs => cs.map(c => c.textContent)), ['focus: Search', 'tag tenant=acme', 'nodes: 20', 'no inlines']);
  await opened(p, () => p.click('.chips li:nth-child(2) a'), u => !u.searchParams.has('tf'));
  assert.deepEqual(query(p), { f: 'Search', n: '20', noinlines: 't', q: 'x' });
});

test('the sample menu keeps the other parameters and is not there for one type', async () => {
  const p = await at(cpu(), 'top?f=Search');
  await menu(p, 'Sample');
  assert.equal(await p.getAttribute('#sampletype-cpu', 'aria-current'), 'true');
  await opened(p, () => p.click('#sampletype-samples'), /si=samples/);
  assert.deepEqual(query(p), { f: 'Search', si: 'samples' });
  const q = await at(own('recursion'), 'top');
  assert.equal(await q.locator('.menu-button:text-is("Sample")').count(), 0);
});

test('search: a broken or unknown expression is an error without a request; Enter makes it the focus', async () => {
  const p = await at(cpu(), 'top'), requests = [];
  p.on('request', r => requests.push(r.url()));
  for (const broken of ['(', '(?<=a)b', '(?P<x>a)', '\\pL']) {
    await p.fill('header input', broken); await p.keyboard.press('Enter');
    assert.equal(await p.getAttribute('header input', 'aria-invalid'), 'true', broken);
  }
  assert.deepEqual(requests, []);
  assert((await rows(p)).length > 30);
  await p.fill('header input', '(?i)CATALOG');
  await p.waitForFunction(() => /functions/.test(document.getElementById('found').textContent));
  assert((await rows(p)).every(r => /catalog/.test(r[5])));
  await opened(p, () => p.press('header input', 'Enter'), /f=/);
  assert.deepEqual(query(p), { f: '(?i)CATALOG' });
});

test('an error of a report leaves the page as it is, and says what is wrong', async () => {
  const p = await at(cpu(), 'top', { allow: /400/ });
  await p.fill('header input', 'nothing-is-called-so'); await menu(p, 'View');
  await p.click('.cf-menu a:has-text("Peek")');
  assert.match(await text(p, '#errors .cf-error'), /no matches found for regexp: nothing-is-called-so/);
  assert.match(p.url(), /\/top/);
  assert.equal(await p.locator('#toptable').count(), 1);
});

test('nothing left: the page says why and offers a way out', async () => {
  for (const page of ['top', 'flamegraph', 'tree', 'graph']) {
    const p = await at(cpu(), page + '?f=nothing-is-called-so');
    assert.match(await text(p, '#errors'), /Focus expression matched no samples/, page);
    await opened(p, () => p.click('text=Drop all filters'), u => !u.search);
    await p.context().close();
  }
});

// the rows of the table by a label: name, all samples, then each group
const cells = p => p.$$eval('#bytable tbody tr', trs => trs.filter(tr => !tr.hidden).map(tr => [...tr.cells].map(c => c.textContent)));
const heads = p => p.$$eval('#bytable thead th', ths => ths.slice(1).map(th => [th.querySelector('bdi').textContent, th.lastChild.textContent.trim()]));

test('by: the columns are those of -by_columns, with the share of each value; they sort, and a head keeps its samples', async () => {
  const p = await at(cpu(), 'top?by=tenant'), data = JSON.parse(run(['-top', '-by=tenant', '-by_columns', '-nodecount=500', '-format=json', real('go-cpu')]));
  const text = (c, v) => v ? c : '·', wanted = data.rows.map(r => [r.name, ...[r, ...r.groups].map(c => text(c.value_text, c.value))]);
  assert.deepEqual(await cells(p), wanted);
  assert.deepEqual(await heads(p), [['All', data.total_text], ...data.groups.map(g => [g.labels[0].value || '(no tenant)', `${g.value_text} ${g.value_percent.toFixed(2)}%`])]);
  const globex = data.groups.findIndex(g => g.name === 'tenant=globex');
  await p.click('#bytable [data-column=globex] button');
  const sorted = data.rows.map(r => r.groups[globex].value).sort((a, b) => b - a), column = async () => (await cells(p)).map(r => r[globex + 2]);
  assert.equal((await column())[0], text(data.rows.find(r => r.groups[globex].value === sorted[0]).groups[globex].value_text, sorted[0]));
  assert.equal(await p.getAttribute('#bytable [data-column=globex]', 'aria-sort'), 'descending');
  await p.click('#bytable [data-column=globex] button');
  assert.equal((await column())[0], '·');
  await p.fill('header input', 'editDistance');
  await p.waitForFunction(() => document.getElementById('found').textContent === '1 function');
  await p.fill('header input', '');
  await p.waitForFunction(() => !location.search.includes('q='));
  await opened(p, () => p.click('#bytable [data-column="(no tenant)"] a'), /where=/);
  assert.deepEqual(query(p), { where: '!"tenant"' });
  await opened(p, () => p.goBack(), /by=tenant/);
  await opened(p, () => p.click('#bytable [data-column=globex] a'), /where=/);
  assert.deepEqual(query(p), { where: '"tenant"="globex"' });
  await menu(p, 'By');
  await opened(p, () => p.click('.cf-menu a:has-text("endpoint")'), /by=endpoint/);
  assert.deepEqual(query(p), { where: '"tenant"="globex"', by: 'endpoint' });
  const some = JSON.parse(run(['-top', '-by=endpoint', '-by_columns', '-nodecount=500', '-where=tenant=globex', '-format=json', real('go-cpu')]));
  assert.deepEqual((await cells(p)).map(r => r[1]), some.rows.map(r => text(r.value_text, r.value)));
  await p.focus('#bytable tbody a >> nth=0'); await p.keyboard.press('Shift+F10');
  assert.deepEqual(await p.$$eval('.cf-menu:not([hidden]) a', as => as.slice(0, 2).map(a => a.textContent)), ['Peek', 'Source'], 'the menu of a function, with the keyboard');
  await p.keyboard.press('Escape');
  await p.click('#bytable tbody td >> nth=1'); await menu(p, 'Refine');
  assert.equal((await hrefs(p)).Focus.f, '^' + some.rows[0].name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') + '$');
  await p.keyboard.press('Escape');
  await opened(p, () => p.click('#bytable thead a >> nth=0'), u => !u.searchParams.has('by'));
  assert.match(query(p).where, /^\("tenant"="globex"\) & "endpoint"="/);
});

test('by: columns or sections, flat or cumulative', async () => {
  const p = await at(cpu(), 'top?by=tenant');
  await opened(p, () => p.click('text=Show cumulative values'), /sort=cum/);
  assert.match(await text(p, '.foot'), /cumulative values of 4\.52s/);
  await menu(p, 'By');
  await opened(p, () => p.click('.cf-menu a:has-text("Sections")'), /bycolumns=f/);
  assert.match(await p.textContent('main pre'), /tenant=globex: 770ms, 17\.04% of 4\.52s total/);
  await menu(p, 'By');
  await opened(p, () => p.click('.cf-menu a:has-text("All samples")'), u => !u.search.includes('by'));
  assert.equal(await p.locator('#toptable').count(), 1);
  const q = await at(own('recursion'), 'top');
  await menu(q, 'By');
  await q.waitForSelector('.cf-menu:not([hidden]) :text("No sample has a label")');
});

test('by: a flame graph has a first frame for each value; views without parts drop the parameter', async () => {
  const p = await at(cpu(), 'flamegraph'), first = p => p.evaluate(() => cprofFlame.boxes().filter(b => b.parent === 0 && b.node > 0).map(b => b.frame));
  await menu(p, 'By');
  await opened(p, () => p.click('.cf-menu a:has-text("tenant")'), /by=tenant/);
  await settle(p);
  assert.deepEqual((await first(p)).sort(), ['(no tenant)', 'tenant=acme', 'tenant=globex', 'tenant=initech', 'tenant=umbrella']);
  assert.deepEqual(await p.$$eval('.chips li span', cs => cs.map(c => c.textContent)), ['by: tenant']);
  await menu(p, 'View');
  const links = await hrefs(p);
  for (const [name, kept] of [['Top', true], ['Peek', true], ['Tree', true], ['Graph', false], ['Traces', false], ['Source', false], ['Labels', false], ['Compare', false]])
    assert.equal('by' in links[name], kept, name);
  await p.keyboard.press('Escape');
  await opened(p, () => p.click('.chips a'), u => !u.searchParams.has('by'));
});

test('top: the rows are those of -top; five headers sort, twice the other way; ties stay in order', async () => {
  const p = await at(cpu(), 'top'), want = run(['-top', '-nodecount=500', real('go-cpu')]).split('\n').map(l => /^ *(\S+) +\S+ +\S+ +(\S+) +\S+ +(.*?)$/.exec(l)).filter(m => m && /^\d/.test(m[1])).map(m => [m[1], m[2], m[3]]);
  const got = (await rows(p)).map(r => [r[0], r[3], r[5]]);
  assert.deepEqual(got.slice(0, 12), want.slice(0, 12));
  assert.match((await rows(p))[0][1], /^32\.30%$/);
  assert.equal((await rows(p))[0][2], '32.30%');
  const amount = t => parseFloat(t), order = { Flat: 0, 'Flat%': 1, Cum: 3, 'Cum%': 4, Name: 5 };
  for (const [name, column] of Object.entries(order)) {
    for (let k = 0; k < 2; k++) {
      await p.click(`th[data-column="${name}"] button`);
      const sort = await p.getAttribute(`th[data-column="${name}"]`, 'aria-sort'), cells = (await rows(p)).map(r => r[column]);
      assert(sort && await p.locator('[aria-sort]').count() === 1, name);
      if (column < 5) for (let i = 1; i < cells.length; i++) assert(sort === 'descending' ? amount(cells[i - 1]) >= amount(cells[i]) : amount(cells[i - 1]) <= amount(cells[i]), name);
      else assert.deepEqual(cells.map(c => c.replace(/ \(.*inline\)$/, '')), cells.map(c => c.replace(/ \(.*inline\)$/, '')).sort((a, b) => (a < b ? -1 : 1) * (sort === 'ascending' ? 1 : -1)));
    }
  }
  await p.click('th[data-column="Flat"] button'); await p.click('th[data-column="Flat"] button');
  await p.reload(); await ready(p);
  const ids = await p.$$eval('#toptable [id^=node]', trs => trs.map(tr => [tr.cells[0].textContent, Number(tr.id.slice(4))]));
  for (let i = 1; i < ids.length; i++) if (ids[i][0] === ids[i - 1][0]) assert(ids[i][1] > ids[i - 1][1], 'equal rows in the order of the report');
});

test('top: thirty thousand functions, two hundred rows in the page; End reaches the last; the search finds', async () => {
  const p = await at(own('plenty'), 'top'), count = () => p.locator('#toptable tr').count();
  assert.match(await text(p, '.foot'), /30,001 functions/);
  assert(await count() <= 200);
  await p.focus('#toptable'); await p.keyboard.press('End'); await frames(p, 3);
  assert(await count() <= 200);
  const last = await p.evaluate(() => document.getElementById(document.getElementById('toptable').getAttribute('aria-activedescendant')).cells[5].textContent);
  assert.equal(last, (await rows(p)).at(-1)[5]);
  const box = await p.locator('#toptable tr.active').boundingBox(), scroll = await p.locator('.scroll').boundingBox();
  assert(box.y + box.height <= scroll.y + scroll.height + 1, 'the last row is in sight');
  await p.fill('header input', `^f${PLENTY - 7}$`);
  await p.waitForFunction(() => /^1 function/.test(document.getElementById('found').textContent));
  assert.deepEqual((await rows(p)).map(r => r[5]), ['f' + (PLENTY - 7)]);
});

test('top: click and Space select, Shift with arrows extends', async () => {
  const p = await at(cpu(), 'top'), chosen = () => p.$$eval('#toptable [aria-selected=true]', trs => trs.map(tr => tr.id));
  await p.click('#node2 td.names'); await p.click('#node4 td.names', { modifiers: ['Control'] });
  assert.deepEqual(await chosen(), ['node2', 'node4']);
  await p.click('#node2 td.names');
  assert.deepEqual(await chosen(), ['node4']);
  await p.keyboard.press('Home'); await p.keyboard.press('Shift+ArrowDown'); await p.keyboard.press('Shift+ArrowDown');
  assert.deepEqual(await chosen(), ['node0', 'node1', 'node2']);
  await p.keyboard.press('ArrowDown'); await p.keyboard.press(' ');
  assert.equal((await chosen()).length, 4);
  await opened(p, () => p.keyboard.press('f'), /f=/);
  assert.equal(query(p).f.split('|').length, 4);
});

test('the flame graph has the actions, and View takes the selected frame', async () => {
  const p = await at(cpu(), 'flamegraph'), point = async n => p.evaluate(n => { const b = cprofFlame.boxes().find(b => b.frame === n && !b.merged), r = document.querySelector('.cf-canvas').getBoundingClientRect(); return [r.x + b.x + b.w / 2, r.y + b.y + b.h / 2]; }, n);
  await settle(p);
  await p.mouse.click(...await point(SEARCH)); await settle(p);
  await menu(p, 'View');
  assert.equal((await hrefs(p)).Source.f, '^example\\.com/shop/internal/catalog\\.\\(\\*Catalog\\)\\.Search$');
  await p.keyboard.press('Escape');
  await p.mouse.click(...await point(SEARCH), { button: 'right' });
  assert.match(await text(p, '.cf-menu[aria-label^=Frame]'), /Source[\s\S]*Focus[\s\S]*Ignore[\s\S]*Hide[\s\S]*Show from/);
  await opened(p, () => p.click('.cf-menu >> text=Ignore'), /[?&]i=/);
  await settle(p);
  assert.equal(await p.evaluate(n => cprofFlame.boxes().filter(b => b.frame === n).length, SEARCH), 0);
  assert.equal(await p.locator('.chips li').count(), 1);
});

test('the graph: the wheel zooms about the pointer within limits, drag moves, click selects, keys do both', async () => {
  const p = await at(cpu(), 'graph'), box = () => p.$eval('.board svg', s => s.getAttribute('viewBox').split(' ').map(Number)), b = await p.locator('.board').boundingBox();
  const under = (v, x, y) => [v[0] + v[2] * (x - b.x) / b.width, v[1] + v[3] * (y - b.y) / b.height], first = await box(), x = b.x + 300, y = b.y + 200;
  await p.mouse.move(x, y); await p.mouse.wheel(0, -100);
  await p.waitForFunction(w => Number(document.querySelector('.board svg').getAttribute('viewBox').split(' ')[2]) < w, first[2]);
  const zoomed = await box();
  assert(Math.abs(first[2] / zoomed[2] - 1.1) < 1e-6);
  under(first, x, y).forEach((v, i) => assert(Math.abs(v - under(zoomed, x, y)[i]) < 1));
  for (let k = 0; k < 40; k++) await p.mouse.wheel(0, -100);
  await p.waitForFunction(w => Math.abs(w / Number(document.querySelector('.board svg').getAttribute('viewBox').split(' ')[2]) - 10) < 1e-6, first[2]);
  for (let k = 0; k < 80; k++) await p.mouse.wheel(0, 100);
  await p.waitForFunction(w => Math.abs(w / Number(document.querySelector('.board svg').getAttribute('viewBox').split(' ')[2]) - 0.2) < 1e-6, first[2]);
  await p.click('text=Fit');
  assert.deepEqual(await box(), first);
  await p.mouse.move(x, y); await p.mouse.down(); await p.mouse.move(x + 50, y + 30, { steps: 4 }); await p.mouse.up();
  const moved = await box();
  assert(Math.abs((first[0] - moved[0]) / first[2] * b.width - 50) < 1, 'it follows the pointer');
  assert.equal(await p.locator('g.node[aria-pressed=true]').count(), 0, 'a drag selects nothing');
  await p.click('text=Fit');
  await p.click(`g.node[data-name="${DISTANCE}"]`);
  assert.equal(await p.locator('g.node[aria-pressed=true]').count(), 1);
  await menu(p, 'Refine');
  assert.equal((await hrefs(p)).Focus.f, '^example\\.com/shop/internal/catalog\\.editDistance$');
  await p.keyboard.press('Escape');
  await p.focus('.board g.node[tabindex="0"]'); await p.keyboard.press('ArrowDown'); await p.keyboard.press('Enter');
  assert.equal(await p.locator('g.node[aria-pressed=true]').count(), 2);
  await p.fill('header input', 'sha256'); await p.waitForSelector('g.node.match');
});

test('the graph without Graphviz is a table of callers and callees', async () => {
  const p = await at(serve(real('go-cpu'), { env: { PATH: '/nonexistent' } }), 'graph');
  assert.match(await text(p, 'main'), /not installed/);
  const cells = await p.$$eval(`tr[data-name="${DISTANCE}"] td`, tds => tds.map(t => t.innerText));
  assert.match(cells[1], /1\.46s/);
  assert.match(cells[3], /1\.53s .*Search/);
  assert.match(cells[4], /asyncPreempt/);
  await axe(p, 'table');
});

test('the graph with a dot that fails says so, and does not say that it is missing', async () => {
  const bin = join(dir, 'bin'), dot = join(bin, 'dot');
  mkdirSync(bin);
  writeFileSync(dot, '#!/bin/sh\nexit 3\n'); chmodSync(dot, 0o755);
  const p = await at(serve(real('go-cpu'), { env: { PATH: bin } }), 'graph');
  assert.match(await text(p, 'main'), /exit status 3/);
  assert.doesNotMatch(await text(p, 'main'), /not installed/);
  assert(await p.locator(`tr[data-name="${DISTANCE}"]`).count());
});

test('peek and traces: names are links, the search marks and walks', async () => {
  const p = await at(cpu(), 'peek?f=editDistance');
  await p.fill('header input', 'Search'); await p.waitForFunction(() => /match/.test(document.getElementById('found').textContent));
  await p.click('[title="Next match"]');
  assert.match(await text(p, '#found'), /^1 of \d+ match/);
  await opened(p, () => p.click('pre a >> nth=0'), /f=%5E/);
  assert.match(query(p).f, /^\^.*\( \|\$\)$/);
  assert.match(await p.textContent('pre'), /context/); // innerText is empty until the browser has laid out the lines in sight
  const q = await at(cpu(), 'traces');
  assert((await q.$$eval('pre a', as => as.map(a => a.dataset.name))).includes(SEARCH));
});

test('flame graph: what the page leaves out is loaded, for callers and callees, leaves first and below a node', async () => {
  const pivot = await at(own('plenty'), 'flamegraph?p=%5Ef5%24'), shown = p => p.evaluate(() => cprofFlame.boxes().filter(b => !b.merged).map(b => [b.frame, b.value]));
  await pivot.waitForFunction(() => cprofFlame.boxes().length === 3);
  assert.deepEqual(await shown(pivot), [['root', 1005], ['main', 1005], ['f5', 1005]]);
  const p = await at(own('plenty'), 'flamegraph'), note = () => text(p, '.cf-notes');
  assert.match(await note(), /^2\d,\d{3} small frames are not shown: zoom in to load them/);
  const total = (await shown(p)).find(b => b[0] === 'main')[1], sums = () => p.evaluate(() => { const all = cprofFlame.boxes(), main = all.find(b => b.frame === 'main'); return all.filter(b => b.parent === main.node).length; });
  const [x, y] = await p.evaluate(() => { const c = document.querySelector('.cf-canvas').getBoundingClientRect(), b = cprofFlame.boxes().find(b => /more frames/.test(b.frame)); return [c.x + b.x + b.w / 2, c.y + b.y + b.h / 2]; });
  const before = await sums();
  await Promise.all([p.waitForResponse(/node=[0-9a-f]{16}/), p.mouse.click(x, y)]); await settle(p);
  assert.equal((await shown(p)).find(b => b[0] === 'main')[1], total);
  await p.keyboard.press('Escape'); await settle(p);
  assert(await sums() >= before);
  assert.match(await note(), /^\d,\d{3} small frames/, 'those are shown that are as large as the average of those left out');
  await p.fill('main .cf-input', '^f3000$'); await p.press('main .cf-input', 'Tab'); await p.waitForURL(/q=/); await settle(p); await p.locator('.cf-tree').focus(); await p.keyboard.press('n'); await p.keyboard.press('Enter'); await settle(p);
  assert.match(query(p).z, /^[0-9a-f]{16}$/);
  await Promise.all([p.waitForResponse(/node=/), p.reload()]);
  await p.waitForFunction(() => cprofFlame.boxes().some(b => b.frame === 'f3000' && b.w > 900));
  const q = await at(own('plenty'), 'flamegraph?f=f5%24');
  await q.keyboard.press('i'); await settle(q);
  assert.equal((await shown(q)).find(b => b[0] === 'root')[1], (await shown(q)).filter(b => /^f/.test(b[0])).reduce((s, b) => s + b[1], 0));
});

test('flame graph: the page is exported as one file, with the filters', async () => {
  const p = await at(cpu(), 'flamegraph?f=Search%24&z=1&q=x');
  await p.click('button:text-is("Export")');
  const [file] = await Promise.all([p.waitForEvent('download'), p.click('.cf-menu >> text=Page as HTML')]), html = readFileSync(await file.path(), 'utf8');
  assert.match(file.suggestedFilename(), /^server-cpu\.html$/);
  assert.equal(JSON.parse(/id="data">(.*?)<\/script>/s.exec(html)[1]).nodes.total[0], 2130000000);
});

test('flame graph: where small frames cannot be loaded the chart stays, and Retry loads them', async () => {
  const p = await at(own('plenty'), 'flamegraph', { allow: /ERR_FAILED|Failed to load/ }), count = () => p.evaluate(() => cprofFlame.boxes().length), api = /api\/v1\/flame/;
  await settle(p);
  const before = await count(), left = parseInt((await text(p, '.cf-notes')).replaceAll(',', ''), 10);
  const [x, y] = await p.evaluate(() => { const c = document.querySelector('.cf-canvas').getBoundingClientRect(), b = cprofFlame.boxes().find(b => /more frames/.test(b.frame)); return [c.x + b.x + b.w / 2, c.y + b.y + b.h / 2]; });
  await p.route(api, r => r.abort());
  await p.mouse.click(x, y);
  await p.waitForSelector('.cf-notes .cf-error');
  assert.match(await text(p, '.cf-notes'), /small frames could not be loaded/);
  await settle(p);
  assert(await count() >= 3, 'there is a chart');
  await p.unroute(api);
  await p.click('.cf-notes button:text-is("Retry")');
  await p.waitForFunction(n => !document.querySelector('.cf-notes .cf-error') && parseInt(document.querySelector('.cf-notes').textContent.replaceAll(',', ''), 10) < n, left);
  await p.keyboard.press('Escape'); await settle(p);
  assert(await count() >= before);
});

test('source: lines have a heat bar, headings a menu', async () => {
  const p = await at(cpu(), 'source?f=editDistance'), shares = await p.$$eval('.share', ls => ls.map(l => [parseFloat(l.style.getPropertyValue('--share')), l.textContent]));
  assert.match(shares.find(s => s[0] === 100)[1], /660ms/);
  const q = await at(cpu(), 'source?f=Search%24');
  assert.match(await q.$$eval('.share', ls => ls.find(l => l.style.getPropertyValue('--share') === '100%').textContent), /1\.65s/, 'a line without a flat value has a bar, too');
  const r = await at(cpu(), 'source?f=runtime.pcvalue%24'), line = r.locator('main [aria-expanded]').first(), asm = r.locator('main [aria-expanded] + .asm').first();
  assert(await asm.isHidden());
  await line.click(); assert(await asm.isVisible(), 'a click shows the instructions');
  await line.press('Enter'); assert(await asm.isHidden(), 'Enter hides them');
  assert.match(await text(r, '.missing'), /could not find file runtime\/symtab\.go on path /);
  await p.click('h2[data-name]', { button: 'right' });
  assert.match(await text(p, '.cf-menu[aria-label^=example]'), /Peek[\s\S]*Copy name/);
});

test('labels: a click keeps a value, a second one joins it, Alt-click drops it, as root puts it there', async () => {
  const p = await at(cpu(), 'labels');
  await opened(p, () => p.click('.facet li >> text=/search'), /tf=/);
  assert.deepEqual(query(p), { tf: 'endpoint=^/search$' });
  await p.goBack(); await ready(p);
  await opened(p, () => p.click('.facet li >> text=/report', { modifiers: ['Alt'] }), /ti=/);
  assert.deepEqual(query(p), { ti: 'endpoint=^/report$' });
  assert.equal(await p.locator('.facet li >> text=/report').count(), 0);
  await opened(p, () => p.click('.facet[aria-label=tenant] >> text=as root'), /tagroot=/);
  assert.equal(query(p).tagroot, 'tenant');
  const both = await p.evaluate(async () => { const { focusOn, ignoreAlso } = await import('./assets/labels.js'); return [focusOn('a=^x$', 'a=^y\\x2cz$'), focusOn('a=^x$,^y$', 'b=^v$'), focusOn('a=^x$', 'n=12288bytes'), ignoreAlso('a=^x$,^y$', 'b=^v$')]; });
  assert.deepEqual(both, ['a=^x$,^y\\x2cz$', '^a:(?:x|y)$,^b:v$', 'n=12288bytes', '^a:x$|^a:y$|^b:v$']);
  const total = async tf => Number(JSON.parse(run(['-top', '-format=json', '-nodefraction=0', '-tagfocus=' + tf, real('go-cpu')])).rows.reduce((s, r) => s + Number(r.flat), 0));
  assert.equal(await total('endpoint=^/search$,^/report$'), await total('endpoint=^/search$') + await total('endpoint=^/report$'));
  assert(await total('^endpoint:(?:/search|/report)$,^tenant:acme$') < await total('tenant=^acme$'));
});

test('labels: many numbers are ranges that filter, the single ones are below', async () => {
  const p = await at(own('sizes'), 'labels'), names = await p.$$eval('.facet > ul li a:first-child', as => as.map(a => a.textContent));
  assert.deepEqual(names, ['64B – 127B', '128B – 255B', '256B – 511B', '512B – 1023B', '1kB – 2kB', '2kB – 4kB']);
  assert.equal(await p.locator('details li:visible').count(), 0);
  await p.click('summary'); assert.equal(await p.locator('details li:visible').count(), 40);
  await opened(p, () => p.click('.facet > ul li >> text=/^128B/'), /tf=/);
  assert.deepEqual(query(p), { tf: 'bytes=128bytes:255bytes' });
  const shown = JSON.parse(run(['-top', '-format=json', '-nodefraction=0', '-tagfocus=bytes=128bytes:255bytes', join(dir, 'sizes.pb')])).rows[0].flat;
  assert.equal(shown, 128 + 192);
});

test('labels are a panel beside other views', async () => {
  const p = await at(cpu(), 'flamegraph');
  await p.click('button:text-is("Labels")');
  await opened(p, () => p.click('#facets li >> text=acme'), /tf=/);
  assert.deepEqual(query(p), { tf: 'tenant=^acme$' });
  await p.waitForSelector('#facets li'); // it stays open, and loads the values again
  assert.equal(await p.locator('#facets li').count(), 4);
});

test('compare: the totals of both sides are those of the two queries', async () => {
  const p = await at(cpu(), 'compare');
  await opened(p, () => p.click('.suggestions a >> nth=0'), /a\.tf=/);
  await settle(p);
  const root = await p.evaluate(() => cprofFlame.boxes().find(b => b.frame === 'root'));
  assert.deepEqual([root.value, root.base], [2130000000, 540000000]);
  const one = await p.evaluate(n => cprofFlame.boxes().find(b => b.frame === n).text, SEARCH);
  assert.match(one, /new$/);
  await p.click('text=Table'); await p.waitForSelector('#sides tbody tr');
  assert.match(await text(p, '.note'), /^47\.1\d% of 4\.52s, with 11\.9\d% of 4\.52s/);
  await p.fill('[name="a.f"]', 'rank');
  await opened(p, () => p.press('[name="a.f"]', 'Enter'), /a\.f=rank/);
});

test('compare: two charts zoom, turn and search together', async () => {
  const p = await at(cpu(), 'compare?sides=t&a.tf=endpoint%3D%2Fsearch&b.f=editDistance'), both = () => p.$$eval('.half', hs => hs.map(h => h.cprofBoxes()));
  const total = (...args) => Number(JSON.parse(run(['-top', '-format=json', '-nodefraction=0', ...args, real('go-cpu')])).rows.reduce((s, r) => s + Number(r.flat), 0));
  await settle(p);
  assert.deepEqual((await both()).map(bs => bs[0].value), [total('-tagfocus=endpoint=/search'), total('-focus=editDistance')]);
  assert.deepEqual(await p.$$eval('.half', hs => hs.map(h => h.querySelector('.cf-line-name').textContent)), ['endpoint=/search', 'base: focus editDistance']);
  const half = await p.locator('.half .cf-canvas >> nth=1').boundingBox(), b = (await both())[1].find(b => b.frame === DISTANCE);
  await p.mouse.click(half.x + b.x + b.w / 2, half.y + b.y + b.h / 2); await settle(p);
  for (const [k, bs] of (await both()).entries()) assert(Math.abs(bs.find(b => b.frame === DISTANCE).w - half.width) < 4, 'zoomed in chart ' + k);
  await p.keyboard.press('Escape'); await settle(p);
  await p.keyboard.press('i'); await settle(p);
  assert.equal(query(p).inv, 't', 'a key acts once');
  for (const bs of await both()) assert.equal(bs.find(b => b.frame === DISTANCE).parent, 0);
  await p.fill('.cf-input >> visible=true >> nth=-1', 'editDistance');
  await p.waitForFunction(() => [...document.querySelectorAll('.half')].every(h => h.cprofBoxes().some(b => b.mark)));
  await axe(p, 'two charts');
});

test('save, use and delete a configuration; odd names; a server that refuses', async () => {
  const server = await serve(real('go-cpu'), { fresh: true }), p = await at(server, 'top?f=Search', { allow: /403/ }), entries = () => p.$$eval('.cf-menu:not([hidden]) .config a', as => as.map(a => a.textContent));
  const open = async () => { await Promise.all([p.waitForResponse(/configs/), menu(p, 'Config')]); };
  const shows = async names => { // the menu is made again once the answer is there
    await p.waitForFunction(names => JSON.stringify([...document.querySelectorAll('.cf-menu:not([hidden]) .config a')].map(a => a.textContent)) === JSON.stringify(names), names).catch(() => {});
    assert.deepEqual(await entries(), names);
  };
  const names = ['mine', '<script>alert(1)</script> & "x"', 'n'.repeat(200)];
  for (const name of names) {
    await open(); await p.click('.cf-menu >> text=Save as');
    if (name === names[0]) await axe(p, 'save');
    await p.fill('dialog input', name); await p.keyboard.press('Enter');
    await p.waitForSelector('dialog', { state: 'detached' });
  }
  await open();
  await shows(['Default', names[0], names[1], '✓ ' + names[2]]);
  await axe(p, 'Config');
  await opened(p, () => p.click('.config a:has-text("Default")'), u => !u.search.includes('Search'));
  await open();
  await shows(['✓ Default', ...names]);
  await opened(p, () => p.click('.config a:has-text("mine")'), /f=Search/);
  await open(); await p.click('.config button[aria-label="Delete mine"]');
  await axe(p, 'delete');
  await p.click('dialog button:text-is("Delete")'); await p.waitForSelector('dialog', { state: 'detached' });
  assert.equal(await p.evaluate(() => document.activeElement.textContent), 'Config');
  await open();
  await shows(['Default', names[1], '✓ ' + names[2]]);
  await p.evaluate(() => { document.querySelector('meta[name=cprof-token]').content = 'wrong'; });
  await p.click('.config button >> nth=0'); await p.click('dialog button:text-is("Delete")');
  await p.waitForSelector('dialog .cf-error:not(:empty)');
  assert.match(await text(p, 'dialog .cf-error'), /^Delete failed: .*token/);
  await server.stop();
});

test('refresh: new data of a changed file, the old where the new is broken', async () => {
  const path = join(dir, 'changing.pb'), server = (copyFileSync(join(dir, 'recursion.pb'), path), await serve(path, { fresh: true })), p = await at(server, 'top?q=leaf', { allow: /400/ });
  assert.match(await text(p, '.foot'), /7\.50us/);
  copyFileSync(join(dir, 'before.pb'), path);
  await Promise.all([p.waitForEvent('load'), p.click('button:text-is("Refresh")')]); await ready(p);
  assert.match(await text(p, '.foot'), /5100B/);
  assert.equal(query(p).q, 'leaf');
  const other = await at(server, 'top?q=main');
  copyFileSync(join(dir, 'after.pb'), path);
  await Promise.all([p.waitForEvent('load'), p.click('button:text-is("Refresh")')]); await ready(p);
  assert.match(await text(p, '.foot'), /4725B/);
  assert.equal(await other.locator('#errors button').count(), 0);
  assert.match(await text(other, '.foot'), /5100B/, 'another page has the old data');
  await other.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await Promise.all([other.waitForEvent('load'), other.click('#errors button:text-is("Show")')]); await ready(other);
  assert.match(await text(other, '.foot'), /4725B/);
  assert.equal(query(other).q, 'main');
  writeFileSync(path, 'broken');
  await p.click('button:text-is("Refresh")');
  assert.match(await text(p, '#errors .cf-error'), /failed to fetch/);
  assert.match(await text(p, '.foot'), /4725B/);
  await server.stop();
});

test('dark by preference and by switch, which survives a reload, without a flash', async () => {
  const bg = p => p.evaluate(() => getComputedStyle(document.body).backgroundColor), dark = 'rgb(20, 23, 27)', light = 'rgb(255, 255, 255)';
  for (const page of ['top', 'flamegraph']) {
    const p = await at(cpu(), page, { colorScheme: 'dark' });
    assert.equal(await bg(p), dark);
    await p.click('.right [title^=Colours]'); await p.click('.right [title^=Colours]');
    assert.equal(await bg(p), light, 'the switch wins');
    await p.addInitScript(() => new MutationObserver((_, o) => { if (document.body) { window.first = document.documentElement.dataset.theme; o.disconnect(); } }).observe(document, { childList: true, subtree: true }));
    await p.reload(); await ready(p);
    assert.deepEqual([await bg(p), await p.evaluate(() => window.first)], [light, 'light']);
    await p.context().close();
  }
});

test('no page scrolls sideways from 320 to 2560 px and at 200%; the search is in sight', async () => {
  for (const [width, height, deviceScaleFactor] of [[320, 640, 1], [600, 800, 1], [1280, 800, 1], [2560, 1400, 1], [640, 400, 2]]) for (const page of PAGES) {
    const p = await at(cpu(), page + (page.includes('?') ? '&' : '?') + 'i=never-a-name&ti=never%3Dthis', { width, height, deviceScaleFactor });
    assert(await p.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page} at ${width}`);
    const s = await p.locator('input[type=search]:visible').first();
    if (await s.count()) { const at = await s.boundingBox(); assert(at.x >= 0 && at.x + at.width <= width, `${page}: search at ${width}`); }
    await p.context().close();
  }
});

test('a server that is gone: the page stays, and asking again works once it is back', async () => {
  const server = await serve(real('go-cpu'), { fresh: true }), p = await at(server, 'top', { allow: /ERR_CONNECTION|Failed to load/ });
  await server.stop();
  await menu(p, 'View'); await p.click('.cf-menu a:has-text("Tree")');
  assert.match(await text(p, '#errors .cf-error'), /does not answer/);
  await p.click('th[data-column="Cum"] button');
  assert.equal((await rows(p))[0][5], 'net/http.(*conn).serve');
  await p.click('button:text-is("Retry")');
  assert.match(await text(p, '#errors .cf-error'), /does not answer/);
  const again = await serve(real('go-cpu'), { fresh: true, port: new URL(server.base).port });
  await opened(p, () => p.click('button:text-is("Retry")'), /tree/);
  await again.stop();
});

test('a flame graph works on when the server is gone', async () => {
  const server = await serve(real('go-cpu'), { fresh: true }), p = await at(server, 'flamegraph', { allow: /ERR_CONNECTION|Failed to load/ });
  await settle(p);
  await server.stop();
  const before = await p.evaluate(n => cprofFlame.boxes().find(b => b.frame === n).w, SEARCH);
  await p.fill('main .cf-input', 'Search'); await p.waitForFunction(() => /^\d+ frame/.test(document.querySelector('main .cf-result').textContent));
  const [x, y] = await p.evaluate(n => { const b = cprofFlame.boxes().find(b => b.frame === n && !b.merged), r = document.querySelector('.cf-canvas').getBoundingClientRect(); return [r.x + b.x + b.w / 2, r.y + b.y + b.h / 2]; }, SEARCH);
  await p.mouse.click(x, y); await settle(p);
  assert(await p.evaluate(n => cprofFlame.boxes().find(b => b.frame === n).w, SEARCH) > before);
  await p.locator('.cf-tree').focus(); await p.keyboard.press('f');
  assert.match(await text(p, '#errors .cf-error'), /does not answer/);
});

test('Escape gives up what takes long', async () => {
  const p = await at(cpu(), 'top');
  await p.route(/\/ui\/tree/, () => {});
  await menu(p, 'View'); await p.click('.cf-menu a:has-text("Tree")');
  await p.waitForSelector('.busy:visible');
  await p.keyboard.press('Escape');
  await p.waitForSelector('.busy', { state: 'hidden' });
  assert.equal(await p.locator('#errors .cf-error').count(), 0);
  assert.match(p.url(), /\/top/);
});

test('hostile names are text on every page', async () => {
  for (const page of ['top', 'flamegraph', 'tree', 'traces', 'graph', 'source?f=.', 'peek?f=.', 'labels', 'compare', 'compare?table=t&a.f=.&b.i=img', 'top?f=.%3Cb%3E%7C.&tf=.&i=%22%3E%3Ci%3E&unit=%3Cu%3E']) {
    const p = await at(own('hostile'), page, { allow: /Failed to load/ });
    assert.deepEqual(await p.evaluate(() => [window.evil, document.querySelectorAll('img, main script, main iframe, i, b, u').length]), [undefined, 0], page);
    if (page === 'labels') assert(await p.locator('.facet li').count() >= HOSTILE.length);
    const shown = await p.evaluate(() => document.querySelector('main').innerText);
    assert(!/[\u202e\u001b\u0007]/.test(shown), page + ' shows what reorders or escapes');
    if (page === 'top') for (const name of HOSTILE.filter(n => typeof n === 'string' && n.length < 40 && !/[\u0000-\u001f\u2028-\u202e]/.test(n))) assert(shown.includes(name), name);
    await p.context().close();
  }
});

test('without motion nothing turns; forced colours show the selection; on paper there is light and no bar', async () => {
  const p = await at(cpu(), 'top', { reducedMotion: 'reduce', forcedColors: 'active', colorScheme: 'dark' });
  assert.equal(await p.evaluate(() => getComputedStyle(document.querySelector('.busy'), '::before').animationName), 'none');
  await p.click('#node1 td.names');
  assert.notEqual(await p.$eval('#node1 td', td => getComputedStyle(td).backgroundColor), await p.$eval('#node3 td', td => getComputedStyle(td).backgroundColor));
  const q = await at(cpu(), 'tree', { colorScheme: 'dark' });
  await q.emulateMedia({ media: 'print' });
  assert.deepEqual(await q.evaluate(() => [getComputedStyle(document.querySelector('header nav')).display, getComputedStyle(document.body).colorScheme]), ['none', 'light']);
  assert((await q.pdf()).length > 20000);
});

test('Tab reaches everything on each page, in reading order, with a focus that shows', async () => {
  for (const page of ['top?f=Search', 'graph', 'source?f=Search', 'labels', 'compare?table=t&a.f=Search&b.f=checkout', 'peek?f=Search']) {
    const p = await at(cpu(), page), seen = [];
    for (;;) {
      await p.keyboard.press('Tab');
      const now = await p.evaluate(() => {
        const e = document.activeElement, all = [...document.querySelectorAll('a[href], button, input, select, [tabindex="0"]')].filter(x => x.tabIndex >= 0 && x.checkVisibility({ visibilityProperty: true }));
        if (e === document.body) return { all: all.length };
        const ring = e.getAttribute('role') === 'tree' ? e.parentElement : e, style = getComputedStyle(ring);
        return { at: all.indexOf(e), all: all.length, name: e.getAttribute('aria-label') || e.textContent.trim().slice(0, 40) || e.id || e.tagName, ring: e.matches('g.node') ? parseFloat(getComputedStyle(e.querySelector('polygon')).strokeWidth) >= 2 : style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 };
      });
      if (now.at === undefined || seen.length && now.at === seen[0].at) { if (now.at === undefined && !seen.length) continue; break; }
      assert(now.ring, `${page}: ${now.name} shows its focus`);
      seen.push(now);
    }
    const order = seen.map(s => s.at);
    assert.deepEqual(order, [...order].sort((a, b) => a - b), page + ': the order is that of the document');
    assert.equal(seen.length, seen.at(-1).all, page + ': all are reached: ' + seen.map(s => s.name).join(', '));
    await p.context().close();
  }
});

test('a page of another site can neither change nor read anything, nor show a page in a frame', async () => {
  const server = await serve(real('go-cpu'), { fresh: true }), own = await at(server, 'top'), base = server.base, token = await own.getAttribute('meta[name=cprof-token]', 'content');
  const names = async () => (await (await fetch(base + '/api/v1/configs')).json()).configs.map(c => c.name);
  assert.equal((await fetch(base + '/ui/saveconfig?config=mine&f=x', { method: 'POST', headers: { 'X-Cprof-Token': token } })).status, 200);
  assert.deepEqual(await names(), ['Default', 'mine']);
  const attack = base => `<!DOCTYPE html><meta charset="utf-8"><title>other</title><iframe name="target"></iframe><iframe id="frame" src="${base}/ui/top"></iframe>
    <img src="${base}/ui/deleteconfig?config=mine"><img src="${base}/ui/saveconfig?config=evil&f=x"><link rel="stylesheet" href="${base}/ui/top">
    <script src="${base}/api/v1/configs"></script><script type="module" src="${base}/ui/assets/page.js"></script>
    <form id="form" method="post" target="target" enctype="text/plain" action="${base}/ui/saveconfig?config=evil"><input name='{"name":"evil","query":"' value='"}'></form>
    <form id="api" method="post" target="target" enctype="text/plain" action="${base}/api/v1/configs"><input name='{"name":"evil","query":"' value='"}'></form>`;
  const site = createServer((request, answer) => { answer.setHeader('Content-Type', 'text/html'); answer.end(request.url === '/' ? attack(base) : ''); });
  await new Promise(done => site.listen(0, '127.0.0.1', done));
  try {
    const p = await visit('http://127.0.0.1:' + site.address().port + '/', { others: [base], allow: /./ });
    const got = await p.evaluate(async base => {
      const out = [];
      for (const [path, how] of [['/api/v1/profile', {}], ['/api/v1/profile', { mode: 'no-cors' }], ['/ui/top', {}], ['/ui/saveconfig?config=evil', { method: 'POST' }], ['/ui/saveconfig?config=evil', { method: 'POST', mode: 'no-cors' }],
        ['/ui/saveconfig?config=evil', { method: 'POST', headers: { 'X-Cprof-Token': 'x' } }], ['/ui/deleteconfig?config=mine', { method: 'DELETE' }], ['/api/v1/configs', { method: 'POST', body: '{"name":"evil","query":""}', mode: 'no-cors' }], ['/api/v1/refresh', { method: 'POST', mode: 'no-cors' }]])
        out.push(await fetch(base + path, how).then(async r => r.type + ' ' + await r.text(), () => 'refused'));
      for (const form of document.forms) form.submit();
      let inside = 'refused';
      try { inside = document.getElementById('frame').contentDocument.title; } catch { /* as it should be */ }
      return [out, inside, typeof about];
    }, base);
    assert.deepEqual(got, [Array(9).fill('refused'), 'refused', 'undefined']);
    assert(p.frames().slice(1).every(f => !f.url().includes('/ui/top')), 'a frame shows no page');
  } finally { site.close(); }
  const strange = base.replace('localhost', 'evil.example'), p = await visit(strange + '/ui/top', { allow: /403|Cross-Origin-Opener-Policy/ });
  assert.match(await p.innerText('body'), /^host "evil\.example:\d+" is not allowed/);
  assert.deepEqual(await p.evaluate(() => fetch('/api/v1/profile').then(async r => [r.status, await r.text()])).then(([status, t]) => [status, t.includes('server')]), [403, false]);
  assert.deepEqual(await names(), ['Default', 'mine']);
});

// pprof's rule for a flame graph, from the stacks of its page: [row, name, value] of each box, callers above the pivot
function layout(stacks, p) {
  const boxes = new Map(), add = (path, row, value) => { const k = path.join(' '); boxes.set(k, [row, path.at(-1), (boxes.get(k) ? boxes.get(k)[2] : 0) + value]); };
  const pivots = new Set(stacks.Sources.map((s, i) => i).filter(i => p ? p.test(stacks.Sources[i].UniqueName) || p.test(stacks.Sources[i].FileName) : i === 0));
  for (const { Value, Sources } of stacks.Stacks) {
    const at = Sources.findIndex(s => pivots.has(s));
    if (at < 0) continue;
    for (let k = at; k < Sources.length; k++) add(Sources.slice(at, k + 1), k - at, Value);
    for (let k = at - 1; k >= 0; k--) add([Sources[at], -1, ...Sources.slice(k, at).reverse()], k - at, Value);
  }
  return [...boxes.values()].map(([row, i, value]) => [row, stacks.Sources[i].FullName || 'root', value]);
}
test('the flame graph has the boxes that pprof draws: names, rows and widths, with and without a pivot', async () => {
  const stacks = await (await fetch((await cpu()).base + '/api/v1/stacks')).json();
  for (const p of ['', 'editDistance', '^runtime\\.mallocgc$', 'checkout\\.sign', 'net/http.*Serve']) {
    const q = await at(cpu(), 'flamegraph' + (p && '?p=' + encodeURIComponent(p)), { width: 2000, height: 1600 });
    await settle(q);
    const wide = (await q.evaluate(() => [document.querySelector('.cf-canvas').getBoundingClientRect().width, cprofFlame.boxes()])), all = wide[1].filter(b => !b.merged);
    const want = layout(stacks, p && new RegExp(p)), total = want.filter(b => b[0] === 0).reduce((s, b) => s + b[2], 0), least = 4 * total / wide[0];
    const pivot = want.filter(b => b[0] === 0).map(b => b[1]);
    const name = b => b.frame.replace(/ \(inlined\)$/, ''), row = b => Math.round(b.y / ROW), zero = row(all.find(b => pivot.includes(name(b))));
    const text = bs => bs.filter(b => b[2] >= least).map(b => b.join(' | ')).sort();
    assert.deepEqual(text(all.map(b => [row(b) - zero, name(b), b.value])), text(want), p);
    assert(text(want).length > 10);
    for (const b of all) assert(Math.abs(b.w - b.value / total * wide[0]) <= 2, `${p}: ${b.frame} is as wide as its share`);
    await q.context().close();
  }
});

test('touch: two fingers zoom the graph, a tap selects', async () => {
  const p = await at(cpu(), 'graph', { hasTouch: true }), cdp = await p.context().newCDPSession(p), width = () => p.$eval('.board svg', s => Number(s.getAttribute('viewBox').split(' ')[2])), before = await width();
  const touch = (type, ...points) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  await touch('touchStart', [500, 400], [600, 400]); await touch('touchMove', [450, 400], [650, 400]); await touch('touchEnd');
  assert(await width() < before * 0.7);
  await p.click('text=Fit');
  await p.tap(`g.node[data-name="${DISTANCE}"]`);
  assert.equal(await p.locator('g.node[aria-pressed=true]').count(), 1);
});

test('without scripts there are the report and links', async () => {
  const p = await visit((await cpu()).base + '/ui/top', { javaScriptEnabled: false });
  assert.match(await p.innerText('main'), /editDistance/);
  assert.match(await p.innerText('header'), /Flame Graph/);
  assert.match(await p.innerText('noscript'), /scripts/);
});

await finish();
