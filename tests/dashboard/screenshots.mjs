// Writes docs/images/dashboard-*.png: each page in both themes.
import { fileURLToPath } from 'node:url';
import { launch, open } from './support/browser.mjs';
import { Host } from './support/host.mjs';

const folder = process.env.SCREENSHOTS ?? fileURLToPath(new URL('../../docs/images/', import.meta.url));
const WARM_UP = Number(process.env.WARM_UP ?? 90) * 1_000; // until the charts have something to show

const [browser, host] = await Promise.all([launch(), Host.start()]);
const warm = await open(browser, host.page.href);
await warm.page.waitForTimeout(WARM_UP / 2);
await host.control('kill');
await warm.page.waitForTimeout(4_000);
await host.control('revive');
await warm.page.waitForTimeout(WARM_UP / 2);

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  const { page } = await open(browser, host.page.href, { colorScheme, viewport: { width: 1280, height: 800 } });
  const shoot = (/** @type {string} */ name) => page.screenshot({ path: `${folder}/dashboard-${name}-${colorScheme}.png`, animations: 'disabled' });
  const go = async (/** @type {string} */ path) => {
    await page.goto(`${host.page.href}#/${path}`);
    await page.waitForTimeout(2_500);
  };
  await go('');
  await shoot('streams');
  await go('streams/chat');
  await shoot('stream');
  await go('streams/chat/events?type=chat.*');
  await page.getByRole('option').nth(3).click();
  await shoot('events');
  await go('streams/chat/handlers');
  await shoot('handlers');
  await go('dead-letters');
  await page.locator('tbody button').nth(1).click();
  await page.waitForTimeout(500);
  await shoot('dead-letters');
  await page.setViewportSize({ width: 360, height: 740 });
  await go('');
  await shoot('phone');
  await page.context().close();
}

await browser.close();
await host.stop();
