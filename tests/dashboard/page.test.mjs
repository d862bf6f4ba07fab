import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { assertAccessible, launch, open, row } from './support/browser.mjs';
import { Host, startProxy } from './support/host.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Host} */
let host;
/** @type {Awaited<ReturnType<typeof open>>[]} */
let opened = [];

before(async () => ([browser, host] = await Promise.all([launch(), Host.start()])));
after(async () => {
  await browser.close();
  await host.stop();
});

/** @param {string} url @param {import('playwright-core').BrowserContextOptions} [options] */
async function visit(url, options) {
  const visited = await open(browser, url, options);
  opened.push(visited);
  return visited.page;
}

// No page may violate its Content-Security-Policy, whatever it shows.
afterEach(async () => {
  const faults = opened.flatMap((each) => each.faults);
  await Promise.all(opened.map((each) => each.close()));
  opened = [];
  assert.deepEqual(faults, []);
});

const root = () => host.page.href;
const dialog = (/** @type {import('playwright-core').Page} */ page) => page.getByRole('dialog');

describe('first screen', () => {
  it('should show every stream with its state and reason', async () => {
    const page = await visit(root());
    await row(page, 'chat').getByText('Connected').waitFor();
    await row(page, 'payments').getByText('Backing off').waitFor();
    await row(page, 'payments').getByText(/refused the connection/).waitFor();
    await row(page, 'payments').getByText(/^in \d+s$/).waitFor();
    await row(page, 'audit').getByText('Failed').waitFor();
    await row(page, 'fast').getByText('Disabled').waitFor();
    await row(page, 'chat').locator('.rate b', { hasText: /[1-9]/ }).waitFor();
    await assertAccessible(page);
  });

  it('should filter, search and sort, and keep that in its URL', async () => {
    const page = await visit(root());
    await page.getByRole('button', { name: /^Failing/ }).click();
    await row(page, 'audit').waitFor();
    assert.equal(await row(page, 'chat').count(), 0);
    await page.keyboard.press('/');
    await page.keyboard.type('pay');
    await row(page, 'audit').waitFor({ state: 'detached' });
    assert.match(page.url(), /show=failing&find=pay|find=pay&show=failing/);
    await page.reload();
    await row(page, 'payments').waitFor();
    assert.equal(await page.locator('tbody tr').count(), 1);
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByRole('columnheader', { name: /^Stream/ }).getByRole('button').click();
    assert.equal(await page.locator('tbody tr').first().getByRole('link').first().innerText(), 'audit');
    await page.getByRole('columnheader', { name: /^Stream/ }).getByRole('button').click();
    assert.equal(await page.locator('tbody tr').first().getByRole('link').first().innerText(), 'payments');
  });

  it('should show that a handler drops events', async () => {
    const page = await visit(root());
    await row(page, 'orders').getByText(/^\+[\d,.km]+\/min$/i).waitFor();
    await page.getByRole('button', { name: /^Dropping/ }).click();
    await row(page, 'orders').waitFor();
    assert.equal(await page.locator('tbody tr').count(), 1);
  });

  it('should show a server that is killed and comes back', async () => {
    const page = await visit(root());
    await row(page, 'chat').getByText('Connected').waitFor();
    await host.control('kill');
    await row(page, 'chat').getByText('Backing off').waitFor();
    await page.getByRole('button', { name: /^Failing/ }).click();
    await row(page, 'chat').waitFor();
    await host.control('revive');
    await row(page, 'chat').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^All/ }).click();
    await row(page, 'chat').getByText('Connected').waitFor();
  });

  it('should say so if there are no streams', async () => {
    const own = await Host.start(0, '--empty');
    const page = await visit(own.page.href);
    await page.getByText('No streams yet').waitFor();
    await assertAccessible(page);
    await own.stop();
  });

  it('should say that the host is lost and how old its data is, and recover', async () => {
    const own = await Host.start();
    const page = await visit(own.page.href);
    await row(page, 'chat').waitFor();
    await own.stop();
    await page.getByText(/Connection to the host lost, last data \d+s old/).waitFor();
    await row(page, 'chat').waitFor();
    const again = await Host.start(Number(own.page.port));
    await page.getByText('Live', { exact: true }).waitFor();
    assert.equal(await page.getByRole('alert').filter({ hasText: 'lost' }).count(), 0);
    await again.stop();
  });
});

describe('page of a stream', () => {
  it('should show charts, history, position and counters', async () => {
    const page = await visit(root());
    await row(page, 'chat').getByRole('link', { name: 'chat', exact: true }).click();
    await page.getByRole('heading', { name: 'chat', level: 1 }).waitFor();
    await page.getByRole('img', { name: /^Events per second by type: .*chat\.message/ }).waitFor();
    await page.locator('.history').getByText('Connected').first().waitFor();
    await page.getByText('Positions aren’t stored').waitFor();
    await assertAccessible(page);
  });

  it('should filter the events on the server', async () => {
    const page = await visit(`${root()}#/streams/chat/events`);
    const events = page.getByRole('listbox', { name: /Events/ });
    await events.getByRole('option').first().waitFor();
    await page.getByLabel('Type or pattern').fill('chat.*');
    const allRows = (/** @type {string} */ cell, /** @type {string} */ text) => page.waitForFunction(([selector, words]) => {
      const cells = [...document.querySelectorAll(selector)];
      return cells.length > 0 && cells.every((each) => each.textContent?.includes(words));
    }, [`.row ${cell}`, text]);
    await allRows('.type', 'chat.');
    await page.getByLabel('Text in the event').fill('release');
    await allRows('.preview', 'release');
    await page.getByLabel('Type or pattern').fill('chat..[');
    await page.getByLabel('Text in the event').fill('');
    await page.reload();
    await page.getByLabel('Type or pattern').fill('chat.message');
    await events.getByRole('option').first().click();
    await page.getByRole('region', { name: 'Payload' }).getByText('"room":').waitFor();
    await assertAccessible(page);
  });

  it('should pause by the button and by scrolling, and resume', async () => {
    const page = await visit(`${root()}#/streams/chat/events`);
    const first = () => page.locator('.row').first().getAttribute('id');
    await page.locator('.row').nth(10).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const paused = await first();
    await page.getByRole('button', { name: /Resume · [1-9]\d* new event/ }).waitFor();
    assert.equal(await first(), paused);
    await page.getByRole('button', { name: /^Resume/ }).click();
    await page.waitForFunction((old) => document.querySelector('.row')?.id !== old, paused);

    await page.locator('.virtual-list').hover();
    await page.mouse.wheel(0, 400);
    await page.getByText('Paused', { exact: true }).waitFor();
    await page.mouse.wheel(0, -2_000);
    await page.getByText('Paused', { exact: true }).waitFor({ state: 'detached' });
  });

  it('should select events by keyboard', async () => {
    const page = await visit(`${root()}#/streams/chat/events`);
    await page.locator('.row').nth(5).waitFor();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('region', { name: 'Payload' }).waitFor();
    assert.equal(await page.getByRole('option', { selected: true }).count(), 1);
  });

  it('should clear the recent events of a stream, and ask before', async () => {
    const page = await visit(`${root()}#/streams/incidents/events`);
    const oldest = await page.locator('.row').last().getAttribute('id');
    await page.getByRole('button', { name: 'Clear recent' }).click();
    await dialog(page).getByRole('button', { name: 'Clear recent' }).click();
    await page.getByText('Recent events of incidents cleared.').waitFor();
    await page.waitForFunction((id) => !document.getElementById(id ?? ''), oldest);
  });

  it('should stop and start a stream, and ask before it stops', async () => {
    const page = await visit(`${root()}#/streams/incidents`);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await dialog(page).getByText('Stop incidents?').waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await page.locator('.status').getByText('Connected').waitFor();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await dialog(page).getByRole('button', { name: 'Stop' }).click();
    await page.locator('.status').getByText('Stopped').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.locator('.status').getByText('Connected').waitFor();
  });

  it('should say that a stream stays disabled which the configuration disables', async () => {
    const page = await visit(`${root()}#/streams/fast`);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('fast stays disabled: its configuration says enable = false.').waitFor();
  });

  it('should show handlers, options without secrets, and MCP', async () => {
    const page = await visit(`${root()}#/streams/audit/options`);
    await page.getByRole('cell', { name: 'auth_key' }).waitFor();
    assert.equal(await page.getByText('wrong', { exact: true }).count(), 0);
    await page.goto(`${root()}#/streams/chat/handlers`);
    await page.getByRole('row', { name: /Reactions/ }).waitFor();
    await assertAccessible(page);
    await page.goto(`${root()}#/streams/incidents/mcp`);
    await page.getByRole('cell', { name: 'deploy.finished' }).waitFor();
    await assertAccessible(page);
  });

  it('should say so if the stream does not exist', async () => {
    const page = await visit(`${root()}#/streams/nothing`);
    await page.getByText('The stream “nothing” doesn’t exist').waitFor();
  });
});

describe('dead letters', () => {
  it('should show, retry and discard them, and ask once', async () => {
    const page = await visit(`${root()}#/dead-letters`);
    await page.getByRole('button', { name: 'chat.reaction' }).first().click();
    await page.getByRole('region', { name: 'Fault' }).getByText(/read-only/).waitFor();
    await page.getByRole('region', { name: 'Payload' }).getByText('"emoji":').waitFor();
    await assertAccessible(page);

    await host.control('mend');
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await dialog(page).getByText('Retry this event?').waitFor();
    await dialog(page).getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Handled: 1. Stay: 0. Under way: 0.').waitFor();

    await page.getByRole('button', { name: 'chat.reaction' }).first().click();
    await page.getByRole('button', { name: 'Discard', exact: true }).click();
    await dialog(page).getByRole('button', { name: 'Discard' }).click();
    await page.getByText('1 letter discarded.').waitFor();

    await page.getByLabel('Handler').fill('Reactions');
    await page.getByRole('button', { name: /^Retry (all )?\d/ }).click();
    await dialog(page).getByRole('button', { name: 'Retry' }).click();
    await page.getByText('No dead letter').waitFor();
    await host.control('break');
  });
});

describe('access', () => {
  it('should show a viewer neither actions nor payloads', async () => {
    const page = await visit(host.at('/viewer/'));
    await page.getByText('Read only').waitFor();
    await page.goto(`${host.at('/viewer/')}#/streams/chat`);
    await page.getByRole('heading', { name: 'chat', level: 1 }).waitFor();
    assert.equal(await page.getByRole('button', { name: /Stop|Start|Restart/ }).count(), 0);
    await page.goto(`${host.at('/viewer/')}#/streams/chat/events`);
    await page.getByRole('option').first().click();
    await page.getByText('Your role can’t see payloads.').waitFor();
    await assertAccessible(page);
  });

  it('should say that the host refuses access when it does so while the page is open', async () => {
    const page = await visit(root());
    await row(page, 'chat').waitFor();
    await page.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.7' });
    await page.goto(`${root()}#/streams/chat`);
    await page.getByRole('alert').getByText(/The host refuses access: Without authorization/).waitFor();
    await assertAccessible(page);
    await page.setExtraHTTPHeaders({});
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('heading', { name: 'chat', level: 1 }).waitFor();
  });

  it('should work under a path base', async () => {
    const page = await visit(host.at('/base/mcp-sse'));
    await row(page, 'chat').getByText('Connected').waitFor();
  });

  it('should work behind a proxy that adds a prefix, and act there', async () => {
    const proxy = await startProxy(host);
    const page = await visit(`${proxy.url}/#/streams/incidents`);
    await page.getByRole('button', { name: 'Restart' }).click();
    await dialog(page).getByRole('button', { name: 'Restart' }).click();
    await page.getByText('incidents is restarting.').waitFor();
    await page.getByRole('link', { name: 'Streams' }).first().click();
    await row(page, 'chat').waitFor();
    proxy.close();
  });
});

describe('appearance', () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    it(`should be readable at 360 px when ${colorScheme}`, async () => {
      const page = await visit(root(), { colorScheme, viewport: { width: 360, height: 740 } });
      for (const path of ['', '#/streams/chat', '#/streams/chat/events', '#/streams/chat/handlers', '#/streams/incidents/mcp', '#/dead-letters']) {
        await page.goto(root() + path);
        await page.locator('main .card, main .blank:not(.loading)').first().waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, `${path} is too wide`);
        await assertAccessible(page);
      }
    });
  }

  it('should be dark if the system is', async () => {
    const page = await visit(root(), { colorScheme: 'dark' });
    await row(page, 'chat').waitFor();
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(13, 15, 18)');
    await assertAccessible(page);
  });

  it('should speak Chinese if the browser does', async () => {
    const page = await visit(root(), { locale: 'zh-CN' });
    await row(page, 'chat').getByText('已连接').waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
    await page.getByRole('link', { name: /死信/ }).first().click();
    await page.getByRole('heading', { name: '死信' }).waitFor();
  });
});
