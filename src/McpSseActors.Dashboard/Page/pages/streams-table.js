import { html, useState } from '../../Assets/vendor/htm-preact.js';
import { age, ago, at, count, duration, perMinute, rate } from '../format.js';
import { hostNow } from '../live.js';
import { Sparkline } from '../parts/sparkline.js';
import { State } from '../parts/state.js';
import { changeQuery, link } from '../router.js';
import { t } from '../texts.js';

/** @typedef {import('../contract').StreamRow} StreamRow */
/** @typedef {import('../texts.js').TextKey} TextKey */
/**
 * @typedef {{
 *   key: string, name: TextKey, why?: TextKey, isNumber?: boolean,
 *   by: (row: StreamRow) => number | string, cell: (row: StreamRow, now: number) => unknown,
 * }} Column by: what it is sorted by, the most important first
 */

const MOST = 100; // rows drawn without being asked for: more make a page slow

const order = ['Failed', 'BackingOff', 'Connecting', 'Idle', 'Connected', 'Stopped', 'Disabled'];
const zero = html`<span class="zero">0</span>`;
const nothing = html`<span class="zero" aria-label=${t('none')}>–</span>`;
/** The name of a transport as in the configuration. @param {string} text */
export const kebab = (text) => text.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
const time = (/** @type {string | undefined} */ text) => (text ? Date.parse(text) : 0);

/** @type {Column[]} */
const columns = [
  {
    key: 'stream', name: 'stream', by: (row) => row.name,
    cell: (row) => html`
      <a class="name" href=${link(['streams', row.name])}>${row.name}</a>
      <span class="under" title=${row.url}>${kebab(row.transport)} · ${row.url.replace(/^https?:\/\//, '')}</span>`,
  },
  {
    key: 'state', name: 'state', by: (row) => order.indexOf(row.state) * 4 - row.problems.length,
    cell: (row) => html`<${State} state=${row.state} /><span class="under" lang="en" title=${row.reason}>${row.reason}</span>`,
  },
  {
    key: 'since', name: 'since', isNumber: true, by: (row) => -time(row.since),
    cell: (row, now) => html`<span title=${at(row.since)}>${age(row.since, now)}</span>`,
  },
  {
    key: 'rate', name: 'eventsPerSecond', isNumber: true, by: (row) => -row.rate,
    cell: (row) => html`
      <span class="trend">
        <${Sparkline} values=${row.spark} label=${t('sparkLabel', { n: Math.round(row.rate) })} /><b>${row.rate > 0 ? rate(row.rate) : zero}</b>
      </span>`,
  },
  {
    key: 'last', name: 'lastEvent', isNumber: true, by: (row) => -time(row.lastEvent),
    cell: (row, now) => (row.lastEvent ? html`<span title=${at(row.lastEvent)}>${ago(row.lastEvent, now)}</span>` : nothing),
  },
  {
    key: 'lag', name: 'lag', why: 'lagWhy', isNumber: true, by: (row) => -(row.lagMilliseconds ?? 0),
    cell: (row) => (row.lagMilliseconds
      ? html`<span class=${row.problems.includes('lagging') ? 'warn strong' : ''}>${duration(row.lagMilliseconds)}</span>` : zero),
  },
  {
    key: 'flight', name: 'inFlight', why: 'inFlightWhy', isNumber: true, by: (row) => -row.inFlight,
    cell: (row) => (row.inFlight ? count(row.inFlight) : zero),
  },
  {
    key: 'drops', name: 'drops', why: 'dropsWhy', isNumber: true, by: (row) => -row.drops,
    cell: (row) => html`
      ${row.drops ? count(row.drops) : zero}
      ${row.dropsPerMinute > 0 && html`<span class="under warn">${perMinute(row.dropsPerMinute)}</span>`}`,
  },
  {
    key: 'next', name: 'nextAttempt', isNumber: true, by: (row) => (row.nextAttempt ? time(row.nextAttempt) : Infinity),
    cell: (row, now) => html`
      ${row.nextAttempt ? html`<${Countdown} to=${row.nextAttempt} now=${now} />` : nothing}
      ${row.retries > 0 && html`<span class="under" title=${t('retriesWhy')}>${t('retriesInARow', { n: row.retries })}</span>`}`,
  },
  {
    key: 'letters', name: 'deadLetters', why: 'lettersOfStream', isNumber: true, by: (row) => -row.letters,
    cell: (row) => (row.letters ? html`<a href=${link(['dead-letters'], { stream: row.name })}>${count(row.letters)}</a>` : zero),
  },
];
/** @type {Column} */
const nodeColumn = {
  key: 'node', name: 'node', by: (row) => row.node,
  cell: (row) => {
    const [, host, port] = /^(.*)(:\d+)$/.exec(row.node) ?? ['', row.node, ''];
    return html`<span title=${row.node}>${host}<span class="under">${port}</span></span>`;
  },
};

/** @param {{ to: string, now: number }} props */
export function Countdown({ to, now }) {
  const left = Date.parse(to) - now;
  return html`<span class="strong">${left < 1_000 ? t('now') : t('inTime', { time: duration(left) })}</span>`;
}

/** @param {{ rows: StreamRow[], query: Record<string, string> }} props */
export function StreamsTable({ rows, query }) {
  const [all, showAll] = useState(false);
  const shownColumns = rows.some((row) => row.node) ? [columns[0], nodeColumn, ...columns.slice(1)] : columns;
  const [key, isReversed] = query.sort?.startsWith('-') ? [query.sort.slice(1), true] : [query.sort || 'state', false];
  const sorted = sort(rows, shownColumns.find((column) => column.key === key) ?? columns[1], isReversed);
  const shown = all ? sorted : sorted.slice(0, MOST);
  const now = hostNow();
  const sortBy = (/** @type {string} */ by) => changeQuery({ sort: by === key && !isReversed ? `-${key}` : by });
  const open = (/** @type {any} */ event, /** @type {StreamRow} */ row) => {
    if (!event.target.closest('a') && !getSelection()?.toString()) location.hash = link(['streams', row.name]);
  };
  return html`
    <div class="card">
      <table class="rows streams" role="table" aria-label=${t('streams')}>
        <thead role="rowgroup">
          <tr role="row">
            ${shownColumns.map((column) => html`
              <th key=${column.key} role="columnheader" scope="col" class="${column.key} ${column.isNumber ? 'number' : ''}"
                  aria-sort=${column.key !== key ? undefined : isReversed ? 'descending' : 'ascending'}>
                <button title=${column.why && t(column.why)} onClick=${() => sortBy(column.key)}>${t(column.name)}</button>
              </th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${shown.map((row) => html`
            <tr key=${row.name} role="row" class=${row.problems.includes('failing') ? 'failing' : ''}
                onClick=${(/** @type {Event} */ event) => open(event, row)}>
              ${shownColumns.map((column) => html`
                <td key=${column.key} role="cell" class="${column.key} ${column.isNumber ? 'number' : ''}" data-label=${t(column.name)}>
                  ${column.cell(row, now)}</td>`)}
            </tr>`)}
        </tbody>
      </table>
      ${shown.length < sorted.length && html`
        <p class="more"><button class="button" onClick=${() => showAll(true)}>${t('showAll', { n: sorted.length })}</button></p>`}
    </div>`;
}

/**
 * @param {StreamRow[]} rows
 * @param {Column} column
 * @param {boolean} isReversed
 */
function sort(rows, column, isReversed) {
  const compare = (/** @type {string | number} */ a, /** @type {string | number} */ b) =>
    typeof a === 'string' ? a.localeCompare(String(b), undefined, { numeric: true }) : a === b ? 0 : a < Number(b) ? -1 : 1;
  return rows.map((row) => ({ row, by: column.by(row) }))
    .sort((a, b) => (isReversed ? -1 : 1) * compare(a.by, b.by) || compare(a.row.name, b.row.name))
    .map(({ row }) => row);
}
