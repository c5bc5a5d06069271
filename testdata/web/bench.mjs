// bench.mjs: how fast the flame graph page is. usage: node bench.mjs CPROF TOOLS PROFILE... Prints one row per profile; times are
// medians in ms of script in Chromium. Only ratios within one run say something about the page; nothing is judged here.
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { dataOf, end, frames, open, page } from './browser.mjs';

const round = x => x < 10 ? x.toFixed(1) : x.toFixed(0);
console.log(['profile', 'KB', 'nodes', 'first picture', 'boxes', 'draw', 'boxes, zoomed x4', 'pan', 'search', 'inverted', 'heap MB'].join(' | '));
for (const profile of process.argv.slice(4)) {
  const path = page(profile), p = await open(path), cdp = await p.context().newCDPSession(p);
  // from the last byte until the script has drawn
  const first = await p.evaluate(() => { const n = performance.getEntriesByType('navigation')[0]; return n.domContentLoadedEventEnd - n.responseEnd; });
  const measure = body => p.evaluate(`(async () => { const times = [], time = f => { const t = performance.now(); f(); times.push(performance.now() - t); }; ${body}; times.sort((a, b) => a - b); return [times[times.length >> 1], cprofFlame.boxes().filter(b => b.w > 0).length]; })()`);
  const [draw, all] = await measure('for (let k = 0; k < 60; k++) { time(cprofFlame.draw); await new Promise(requestAnimationFrame); }');
  await p.mouse.move(400, 300);
  await p.keyboard.down('Control'); await p.mouse.wheel(0, -277); await p.keyboard.up('Control');
  await frames(p, 3);
  const [pan, some] = await measure('const step = cprofFlame.boxes()[0].value / 800; for (let k = 0; k < 60; k++) { time(() => { cprofFlame.pan(k < 30 ? step : -step); cprofFlame.draw(); }); await new Promise(requestAnimationFrame); }');
  const [search] = await measure('for (const q of ["a", "b", "er", "re", "main", "s"]) time(() => cprofFlame.search(q))');
  const [inverted] = await measure('const b = [...document.querySelectorAll("button")].find(b => b.textContent === "Inverted"); for (let k = 0; k < 3; k++) { time(() => b.click()); b.click(); }');
  const heap = (await cdp.send('Runtime.getHeapUsage')).usedSize / 1e6;
  console.log([basename(profile), round(statSync(path).size / 1024), dataOf(path).nodes.depth.length, round(first), all, round(draw), some, round(pan), round(search), round(inverted), round(heap)].join(' | '));
  await p.context().close();
}
await end();
