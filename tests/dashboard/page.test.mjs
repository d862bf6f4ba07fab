import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertAccessible, launch, open, row } from './support/browser.mjs';
import { Host, startProxy } from './support/host.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Host} */
let host;

before(async () => ([browser, host] = await Promise.all([launch(), Host.start()])));
after(async () => {
  await browser.close();
  await host.stop();
});

/**
 * Opens a page until the test ends. No page may violate its Content-Security-Policy, whatever it shows.
 * @param {import('node:test').TestContext} test
 * @param {string} url
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function visit(test, url, options) {
  const visited = await open(browser, url, options);
  test.after(async () => {
    await visited.close();
    assert.deepEqual(visited.faults, []);
  });
  return visited.page;
}

/**
 * A separate host for a test that would disturb others.
 * @param {import('node:test').TestContext} test
 * @param {Parameters<typeof Host.start>} options
 */
async function startHost(test, ...options) {
  const own = await Host.start(...options);
  test.after(() => own.stop());
  return own;
}

const AT_ONCE = { concurrency: 2 }; // tests that don't disturb each other
const root = () => host.page.href;
const dialog = (/** @type {import('playwright-core').Page} */ page) => page.getByRole('dialog');

describe('first screen', AT_ONCE, () => {
  it('should show every stream with its state and reason', async (t) => {
    const page = await visit(t, root());
    await row(page, 'chat').getByText('Connected').waitFor();
    await row(page, 'payments').getByText('Backing off').waitFor();
    await row(page, 'payments').getByText(/refused the connection/).waitFor();
    await row(page, 'payments').getByText(/^in \d+s$/).waitFor();
    await row(page, 'audit').getByText('Failed').waitFor();
    await row(page, 'fast').getByText('Disabled').waitFor();
    await row(page, 'chat').locator('.rate b', { hasText: /[1-9]/ }).waitFor();
    await assertAccessible(page);
  });

  it('should filter, search and sort, and keep that in its URL', async (t) => {
    const page = await visit(t, root());
    const isFirst = (/** @type {string} */ name) => page.locator('tbody tr').first().getByRole('link', { name, exact: true }).waitFor();
    await page.getByRole('button', { name: /^Failing/ }).click();
    await row(page, 'chat').waitFor({ state: 'detached' });
    await row(page, 'audit').waitFor();
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
    await isFirst('audit');
    await page.getByRole('columnheader', { name: /^Stream/ }).getByRole('button').click();
    await isFirst('payments');
  });

  it('should show that a handler drops events', async (t) => {
    const page = await visit(t, root());
    await row(page, 'orders').getByText(/^\+[\d,.km]+\/min$/i).waitFor();
    await page.getByRole('button', { name: /^Dropping/ }).click();
    await row(page, 'chat').waitFor({ state: 'detached' });
    await row(page, 'orders').waitFor();
    assert.equal(await page.locator('tbody tr').count(), 1);
  });

  it('should show a server that is killed and comes back', async (t) => {
    const own = await startHost(t);
    const page = await visit(t, own.page.href);
    await row(page, 'chat').getByText('Connected').waitFor();
    await own.control('kill');
    await row(page, 'chat').getByText('Backing off').waitFor();
    await page.getByRole('button', { name: /^Failing/ }).click();
    await row(page, 'chat').waitFor();
    await own.control('revive');
    await row(page, 'chat').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^All/ }).click();
    await row(page, 'chat').getByText('Connected').waitFor();
  });

  it('should say so if the host has no streams', async (t) => {
    const own = await startHost(t, 0, '--empty');
    const page = await visit(t, own.page.href);
    await page.getByText('No streams yet').waitFor();
    await assertAccessible(page);
  });

  it('should say that the host is lost and how old its data is, and recover', async (t) => {
    const own = await startHost(t);
    const page = await visit(t, own.page.href);
    await row(page, 'chat').waitFor();
    await own.stop();
    await page.getByText(/Connection to the host lost, last data \d+s old/).waitFor();
    await row(page, 'chat').waitFor();
    await startHost(t, Number(own.page.port));
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('alert').filter({ hasText: 'lost' }).waitFor({ state: 'detached' });
  });
});

describe('page of a stream', AT_ONCE, () => {
  it('should show charts, history, position and counters', async (t) => {
    const page = await visit(t, root());
    await row(page, 'chat').getByRole('link', { name: 'chat', exact: true }).click();
    await page.getByRole('heading', { name: 'chat', level: 1 }).waitFor();
    await page.getByRole('img', { name: /^Events per second by type: .*chat\.message/ }).waitFor();
    await page.locator('.history').getByText('Connected').first().waitFor();
    await page.getByText('Positions aren’t stored').waitFor();
    await page.locator('.plot canvas').nth(2).waitFor();
    await assertAccessible(page);
    const received = page.getByText(/^Received [\d,]+$/).first();
    const before = await received.innerText();
    await page.getByText(before, { exact: true }).waitFor({ state: 'detached' }); // an update has come, with what is shown already
    const entries = await page.locator('.history li').allInnerTexts();
    assert.equal(new Set(entries).size, entries.length, 'each state once');
  });

  it('should show the values of a time in all charts, by pointer and by keyboard', async (t) => {
    const page = await visit(t, `${root()}#/streams/chat`);
    const times = () => page.locator('.chart figcaption .muted').allInnerTexts();
    const allShow = (/** @type {boolean} */ one) => page.waitForFunction((wanted) => {
      const shown = [...document.querySelectorAll('.chart figcaption .muted')].map((each) => each.textContent);
      return shown.length === 3 && shown.every((text) => text === shown[0]) && !!shown[0] === wanted;
    }, one);
    const plot = page.locator('.plot').first();
    await plot.locator('canvas').waitFor();
    await plot.hover({ position: { x: 200, y: 60 } });
    await allShow(true);
    await page.mouse.move(2, 2);
    await allShow(false);
    await plot.focus();
    await page.keyboard.press('ArrowLeft');
    await allShow(true);
    const [last] = await times();
    for (let presses = 0; presses < 10; presses++) await page.keyboard.press('ArrowLeft');
    await page.waitForFunction((time) => (document.querySelector('.chart figcaption .muted')?.textContent ?? '') < time, last);
    await page.keyboard.press('Tab');
    await allShow(false);
  });

  it('should filter the events on the server', async (t) => {
    const page = await visit(t, `${root()}#/streams/chat/events`);
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

  it('should pause by the button and by scrolling, and resume', async (t) => {
    const page = await visit(t, `${root()}#/streams/chat/events`);
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

  it('should select events by keyboard', async (t) => {
    const page = await visit(t, `${root()}#/streams/chat/events`);
    await page.locator('.row').nth(5).waitFor();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('region', { name: 'Payload' }).waitFor();
    assert.equal(await page.getByRole('option', { selected: true }).count(), 1);
  });

  it('should say that a stream stays disabled which the configuration disables', async (t) => {
    const page = await visit(t, `${root()}#/streams/fast`);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('fast stays disabled: its configuration says enable = false.').waitFor();
  });

  it('should show handlers, options without secrets, and MCP', async (t) => {
    const page = await visit(t, `${root()}#/streams/audit/options`);
    await page.getByRole('cell', { name: 'auth_key' }).waitFor();
    assert.equal(await page.getByText('wrong', { exact: true }).count(), 0);
    await page.goto(`${root()}#/streams/chat/handlers`);
    await page.getByRole('row', { name: /Reactions/ }).waitFor();
    await assertAccessible(page);
    await page.goto(`${root()}#/streams/incidents/mcp`);
    await page.getByRole('cell', { name: 'deploy.finished' }).waitFor();
    await assertAccessible(page);
  });

  it('should say so if the stream does not exist', async (t) => {
    const page = await visit(t, `${root()}#/streams/nothing`);
    await page.getByText('The stream “nothing” doesn’t exist').waitFor();
  });
});

describe('actions on a stream', () => {
  it('should clear the recent events of a stream, and ask before', async (t) => {
    const page = await visit(t, `${root()}#/streams/incidents/events`);
    const oldest = await page.locator('.row').last().getAttribute('id');
    await page.getByRole('button', { name: 'Clear recent' }).click();
    await dialog(page).getByRole('button', { name: 'Clear recent' }).click();
    await page.getByText('Recent events of incidents cleared.').waitFor();
    await page.waitForFunction((id) => !document.getElementById(id ?? ''), oldest);
  });

  it('should stop and start a stream, and ask before it stops', async (t) => {
    const page = await visit(t, `${root()}#/streams/incidents`);
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

  it('should work through a proxy that adds a prefix, and act there', async (t) => {
    const proxy = await startProxy(host);
    const page = await visit(t, `${proxy.url}/#/streams/incidents`);
    await page.getByRole('button', { name: 'Restart' }).click();
    await dialog(page).getByRole('button', { name: 'Restart' }).click();
    await page.getByText('incidents is restarting.').waitFor();
    await page.getByRole('link', { name: 'Streams' }).first().click();
    await row(page, 'chat').waitFor();
    proxy.close();
  });
});

describe('dead letters', () => {
  it('should show, retry and discard them, and ask once', async (t) => {
    const page = await visit(t, `${root()}#/dead-letters`);
    await page.getByRole('button', { name: 'chat.reaction' }).first().click();
    await page.getByRole('region', { name: 'Fault' }).getByText(/read-only/).waitFor();
    await page.getByRole('region', { name: 'Payload' }).getByText('"emoji":').waitFor();
    await assertAccessible(page);

    await host.control('repair');
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

describe('dead letters of a cluster', AT_ONCE, () => {
  it('should name the nodes that did not answer a retry', async (t) => {
    const page = await visit(t, root());
    const time = new Date().toISOString();
    const letters = [{ id: '1', stream: 'chat', type: 'x', handler: 'h', fault: 'f', attempts: 1, length: 2, firstFailedAt: time, givenUpAt: time, isRetryRequested: false }];
    await page.route('**/api/v1/dead-letters?**', (route) => route.fulfill({ json: { letters, count: 1 } }));
    await page.route('**/api/v1/dead-letters/retry', (route) =>
      route.fulfill({ json: { handled: 0, failed: 0, underWay: 0, faults: [], missingNodes: ['10.0.0.2:4053', '10.0.0.3:4053'] } }));
    await page.goto(`${root()}#/dead-letters`);
    await page.getByLabel('Handler').fill('h');
    await page.getByRole('button', { name: /^Retry (all )?\d/ }).click();
    await dialog(page).getByRole('button', { name: 'Retry' }).click();
    await page.getByText('No answer from 10.0.0.2:4053, 10.0.0.3:4053: retry again.').waitFor();
  });
});

describe('what others wrote', AT_ONCE, () => {
  it('should leave the other columns in sight when a type is long', async (t) => {
    const page = await visit(t, root());
    const letter = { id: '1', stream: 'chat', type: 'x'.repeat(500), handler: 'h'.repeat(300), fault: 'f'.repeat(500), attempts: 1, length: 2 };
    const time = new Date().toISOString();
    const letters = [{ ...letter, firstFailedAt: time, givenUpAt: time, isRetryRequested: false }];
    await page.route('**/api/v1/dead-letters?**', (route) => route.fulfill({ json: { letters, count: 1 } }));
    await page.goto(`${root()}#/dead-letters`);
    const [card, last] = await Promise.all(['.list', 'tbody td:last-child'].map((each) => page.locator(each).boundingBox()));
    assert.ok(card && last && last.x + last.width <= card.x + card.width, JSON.stringify({ card, last }));
  });

  it('should not turn the direction of the text beside it', async (t) => {
    const page = await visit(t, root());
    await page.route('**/api/v1/live**', (route) => route.abort());
    await page.route('**/api/v1/streams/chat', async (route) => {
      const response = await route.fetch();
      const details = await response.json();
      await route.fulfill({ response, json: { ...details, stats: { ...details.stats, lastEventId: '\u202Eltr' } } });
    });
    await page.goto(`${root()}#/streams/chat`);
    const fact = page.locator('.facts dd').filter({ hasText: 'ltr' });
    const [id, age] = await Promise.all(['.mono', '.muted'].map((each) => fact.locator(each).boundingBox()));
    assert.ok(id && age && id.x + id.width <= age.x, JSON.stringify({ id, age }));
  });
});

describe('access', AT_ONCE, () => {
  it('should show a viewer neither actions nor payloads', async (t) => {
    const page = await visit(t, host.at('/viewer/'));
    await page.getByText('Read only').waitFor();
    await page.goto(`${host.at('/viewer/')}#/streams/chat`);
    await page.getByRole('heading', { name: 'chat', level: 1 }).waitFor();
    assert.equal(await page.getByRole('button', { name: /Stop|Start|Restart/ }).count(), 0);
    await page.goto(`${host.at('/viewer/')}#/streams/chat/events`);
    await page.getByRole('option').first().click();
    await page.getByText('Your role can’t see payloads.').waitFor();
    await assertAccessible(page);
  });

  it('should say that the host refuses access when it does so while the page is open', async (t) => {
    const page = await visit(t, root());
    await row(page, 'chat').waitFor();
    await page.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.7' });
    await page.goto(`${root()}#/streams/chat`);
    await page.getByRole('alert').getByText(/The host refuses access: Without authorization/).waitFor();
    await assertAccessible(page);
    await page.setExtraHTTPHeaders({});
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('heading', { name: 'chat', level: 1 }).waitFor();
  });

  it('should work under a path base', async (t) => {
    const page = await visit(t, host.at('/base/mcp-sse'));
    await row(page, 'chat').getByText('Connected').waitFor();
  });
});

describe('appearance', AT_ONCE, () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    it(`should be readable at 360 px when ${colorScheme}`, async (t) => {
      const page = await visit(t, root(), { colorScheme, viewport: { width: 360, height: 740 } });
      for (const path of ['', '#/streams/chat', '#/streams/chat/events', '#/streams/chat/handlers', '#/streams/incidents/mcp', '#/dead-letters']) {
        await page.goto(root() + path);
        await page.locator('main .card, main .blank:not(.loading)').first().waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, `${path} is too wide`);
        await assertAccessible(page);
      }
    });
  }

  it('should be dark if the system is', async (t) => {
    const page = await visit(t, root(), { colorScheme: 'dark' });
    await row(page, 'chat').waitFor();
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(13, 15, 18)');
    await assertAccessible(page);
  });

  it('should speak Chinese if the browser does', async (t) => {
    const page = await visit(t, root(), { locale: 'zh-CN' });
    await row(page, 'chat').getByText('已连接').waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
    await page.getByRole('link', { name: /死信/ }).first().click();
    await page.getByRole('heading', { name: '死信' }).waitFor();
  });
});
