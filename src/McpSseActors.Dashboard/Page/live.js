import { get, loadMe, me, url } from './api.js';
import { Store } from './store.js';

// The one event stream of the page. EventSource reconnects by itself after a loss, but not after an answer such as 502, and it doesn't notice a silence.

const SILENCE = 12_000; // the host sends at least one message each 5 s
const RETRY = 2_000;
const HIDDEN = 60_000; // a browser has six connections to a host over HTTP/1.1, so hidden tabs give theirs back

/**
 * loading: nothing has come yet; live; lost: no data comes; resting: the tab was hidden; denied: the host refuses, in its words. What a page has
 * asked for besides is stale when the number of returns changes.
 * @typedef {{ status: 'loading' | 'live' | 'lost' | 'resting' | 'denied', lastData: number, words: string, returns: number }} Connection
 */
export const connection = new Store(/** @type {Connection} */ ({ status: 'loading', lastData: 0, words: '', returns: 0 }));

/** @typedef {{ rows: Map<string, import('./contract').StreamRow>, totals: import('./contract').Totals, isComplete: boolean }} Overview */
export const overview = new Store(/** @type {Overview | null} */ (null));

/** The newest update of the stream whose page is shown. */
export const streamUpdate = new Store(/** @type {import('./contract').StreamUpdate | null} */ (null));

/** The stream whose page is shown, once it doesn't exist anymore. */
export const goneStream = new Store('');

/** The newest events of the stream whose events are shown. */
export const eventsUpdate = new Store(/** @type {import('./contract').EventsUpdate | null} */ (null));

let offset = 0;
/** The time of the host's clock: an age is right even if the browser's clock is wrong. */
export const hostNow = () => Date.now() + offset;

/** @type {EventSource | null} */
let source = null;
/** @type {Parameters<typeof url>[1]} */
let wanted = {};
let lastMessage = 0;
/** @type {Set<string> | null} the rows of this connection, until all have come */
let seen = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Follows the overview, and with a stream also that stream.
 * @param {{ stream?: string, events?: boolean, type?: string, text?: string }} query
 */
export function follow(query) {
  if (source && JSON.stringify(query) === JSON.stringify(wanted)) return;
  wanted = query;
  streamUpdate.value = null;
  eventsUpdate.value = null;
  goneStream.value = '';
  if (!document.hidden) open();
}

function open() {
  close();
  seen = new Set();
  lastMessage = Date.now();
  source = new EventSource(url('live', wanted));
  on('overview', showOverview);
  on('stream', (/** @type {import('./contract').StreamUpdate} */ update) => {
    goneStream.value = '';
    streamUpdate.value = update;
  });
  on('gone', (/** @type {{ stream: string }} */ { stream }) => (goneStream.value = stream));
  on('events', (/** @type {import('./contract').EventsUpdate} */ update) => (eventsUpdate.value = update));
  on('ping', () => {});
  source.onerror = () => {
    const refused = source?.readyState === EventSource.CLOSED;
    if (refused) source = null;
    clearTimeout(timer);
    timer = setTimeout(() => (refused ? retry() : lose()), RETRY);
  };
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

/**
 * @template T
 * @param {string} name
 * @param {(update: T) => void} show
 */
function on(name, show) {
  const from = source;
  from?.addEventListener(name, (event) => {
    if (from !== source) return;
    clearTimeout(timer);
    lastMessage = Date.now();
    const { status, returns } = connection.value;
    const isBack = status !== 'live' && status !== 'loading';
    if (isBack) void loadMe().catch(() => {}); // a restarted host doesn't know the token of the one before
    connection.value = { status: 'live', lastData: lastMessage, words: '', returns: returns + (isBack ? 1 : 0) };
    show(event.data ? JSON.parse(event.data) : null);
  });
}

/** @param {import('./contract').OverviewUpdate} update */
function showOverview(update) {
  const difference = Date.parse(update.time) - Date.now();
  if (Math.abs(difference - offset) > 1_000) offset = difference;
  const rows = new Map(overview.value?.rows);
  for (const row of update.streams) {
    rows.set(row.name, { ...row, spark: row.spark ?? rows.get(row.name)?.spark });
    seen?.add(row.name);
  }
  for (const name of update.removed ?? []) rows.delete(name);
  if (seen && !update.more) {
    for (const name of [...rows.keys()]) if (!seen.has(name)) rows.delete(name);
    seen = null;
  }
  overview.value = { rows, totals: update.totals, isComplete: !seen };
}

function lose() {
  if (connection.value.status !== 'denied') connection.value = { ...connection.value, status: 'lost' };
}

async function retry() {
  lose();
  try {
    me.value = await get('me');
    open();
  } catch (problem) {
    const { status, message } = /** @type {import('./api.js').Problem} */ (problem);
    if (status === 401 || status === 403) connection.value = { ...connection.value, status: 'denied', words: message };
    timer = setTimeout(retry, RETRY);
  }
}

setInterval(() => {
  if (document.hidden || !source || Date.now() - lastMessage < SILENCE) return;
  lose();
  open();
}, 1_000);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiding;
document.addEventListener('visibilitychange', () => {
  clearTimeout(hiding);
  if (document.hidden) {
    hiding = setTimeout(() => {
      close();
      connection.value = { ...connection.value, status: 'resting' };
    }, HIDDEN);
  } else if (!source) {
    open();
  }
});
