import assert from 'node:assert/strict';
import { it } from 'node:test';
import { launch, open } from './support/browser.mjs';
import { Host } from './support/host.mjs';

const minutes = Number(process.env.MEMORY_MINUTES ?? 0.4);
const LIMIT = 4e6; // bytes; the lists of the page are full after the warm-up

it(`should answer clicks and keep its memory for ${minutes} min at 10,000 events/s`, { timeout: minutes * 60_000 + 240_000 }, async () => {
  const [browser, host] = await Promise.all([launch(), Host.start(0, '--fast')]);
  try {
    const { page, faults } = await open(browser, `${host.page.href}#/streams/fast/events`);
    await page.getByText('2,000 events listed').waitFor({ timeout: 60_000 });

    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Performance.enable');
    const measure = async () => {
      await devTools.send('HeapProfiler.collectGarbage');
      const { metrics } = await devTools.send('Performance.getMetrics');
      const of = (/** @type {string} */ name) => metrics.find((each) => each.name === name)?.value ?? 0;
      return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
    };
    const click = async () => {
      const took = await page.evaluate(() => new Promise((resolve) => {
        const button = [...document.querySelectorAll('button')].find((each) => /^(Pause|Resume)/.test(each.textContent?.trim() ?? ''));
        const begin = performance.now();
        button?.click();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begin)));
      }));
      await page.waitForTimeout(500);
      return Number(took);
    };

    const start = await measure();
    let end = start;
    const until = Date.now() + minutes * 60_000;
    while (Date.now() < until) {
      const slowest = Math.max(await click(), await click()); // pause and resume
      await page.waitForTimeout(2_000);
      end = await measure();
      console.log(`heap ${(end.heap / 1e6).toFixed(1)} MB, ${end.nodes} nodes, ${end.listeners} listeners, click ${slowest.toFixed(0)} ms`);
    }
    assert.ok(end.heap - start.heap < LIMIT, `the heap grew from ${start.heap} to ${end.heap} bytes`);
    assert.ok(end.nodes - start.nodes < 500, `${start.nodes} nodes became ${end.nodes}`);
    assert.deepEqual(faults, []);
  } finally {
    await browser.close();
    await host.stop();
  }
});
