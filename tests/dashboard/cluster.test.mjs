import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertAccessible, launch, open } from './support/browser.mjs';

const program = fileURLToPath(new URL('../../src/McpSseActors.ClusterSample/bin/Release/net10.0/McpSseActors.ClusterSample.dll', import.meta.url));

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('node:child_process').ChildProcessByStdio<import('node:stream').Writable, import('node:stream').Readable, null>} */
let sample;
let url = '';

before(async () => {
  browser = await launch();
  sample = spawn('dotnet', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    createInterface({ input: sample.stdout }).on('line', (line) => {
      url = /http:\S+\/mcp-sse/.exec(line)?.[0] ?? url;
      if (line.includes('Type a command')) resolve(undefined);
    });
    sample.once('exit', (code) => reject(new Error(`The sample ended with ${code}.`)));
  });
});
after(async () => {
  await browser.close();
  sample.stdin.end();
  await new Promise((resolve) => sample.once('exit', resolve));
});

it('should show where each stream of a cluster runs, and that it moves', async () => {
  const { page, faults } = await open(browser, url);
  /** @returns {Promise<Record<string, string>>} the node of each stream */
  const nodes = () => page.locator('tbody tr').evaluateAll((rows) => Object.fromEntries(
    rows.map((row) => [row.querySelector('a')?.textContent?.trim(), row.querySelector('td.node')?.textContent?.trim()])));
  /** @param {number} count */
  const runOn = (count) => page.waitForFunction((wanted) => {
    const rows = [...document.querySelectorAll('tbody tr')];
    return rows.length === 12 && rows.every((row) => row.textContent?.includes('Connected'))
      && new Set(rows.map((row) => row.querySelector('td.node')?.textContent?.trim())).size === wanted;
  }, count, { timeout: 90_000 });
  await page.getByRole('columnheader', { name: 'Node' }).waitFor();
  await runOn(3);
  await assertAccessible(page);
  const three = await nodes();
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/cluster-streams.png` });

  sample.stdin.write('kill 2\n');
  await runOn(2);

  const two = await nodes();
  assert.ok(Object.values(two).every((node) => Object.values(three).includes(node)));
  const moved = Object.keys(two).find((name) => two[name] !== three[name]) ?? '';
  await page.getByRole('link', { name: moved, exact: true }).click();
  await page.getByText(/Node 127\.0\.0\.1:\d+/).waitFor();
  await page.locator('.history').getByText(/has left the cluster/).first().waitFor();
  assert.deepEqual(faults, []);
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/cluster-stream.png` });
});
