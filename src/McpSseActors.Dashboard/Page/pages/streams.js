import { html, useEffect, useRef } from '../../Assets/vendor/htm-preact.js';
import { useNow } from '../clock.js';
import { exact, rate } from '../format.js';
import { connection, overview } from '../live.js';
import { Blank, Loading } from '../parts/blank.js';
import { Figures } from '../parts/facts.js';
import { Icon } from '../parts/icons.js';
import { Sparkline } from '../parts/sparkline.js';
import { changeQuery, link, route } from '../router.js';
import { useStore } from '../store.js';
import { t } from '../texts.js';
import { StreamsTable } from './streams-table.js';

/** @typedef {import('../contract').StreamRow} StreamRow */
const problems = /** @type {const} */ (['failing', 'dropping', 'lagging']);

/** The first screen: every stream of the host. */
export function Streams() {
  const seen = useStore(overview);
  const { query } = useStore(route);
  const { status } = useStore(connection);
  useNow();
  if (!seen) return html`<h1 class="unseen" tabindex="-1">${t('streams')}</h1><${Loading} label=${status === 'lost' ? t('lostAtOnce') : t('loading')} />`;

  const rows = [...seen.rows.values()];
  const found = rows.filter((row) => isFound(row, query.find));
  const shown = found.filter((row) => !query.show || row.problems.includes(/** @type {any} */ (query.show)));
  return html`
    <h1 class="unseen" tabindex="-1">${t('streams')}</h1>
    <${Totals} rows=${rows} totals=${seen.totals} />
    <${Filters} found=${found} query=${query} />
    ${shown.length > 0 ? html`<${StreamsTable} rows=${shown} query=${query} />`
      : rows.length === 0 ? html`<${Blank} title=${t('noStreams')} text=${t('noStreamsWhy')} />`
      : html`
        <${Blank} title=${t('noMatch')} text=${t('noMatchWhy')}>
          <button class="button" onClick=${() => changeQuery({ show: '', find: '' })}>${t('clearFilters')}</button>
        <//>`}`;
}

/**
 * @param {StreamRow} row
 * @param {string} [words]
 */
const isFound = (row, words = '') => !words || [row.name, row.url, row.reason, row.node].some((text) => text?.toLowerCase().includes(words.toLowerCase()));

/** @param {{ rows: StreamRow[], totals: import('../contract').Totals }} props */
function Totals({ rows, totals }) {
  const length = rows.reduce((most, row) => Math.max(most, row.spark?.length ?? 0), 0);
  const trend = Array.from({ length }, (_, index) => rows.some((row) => row.spark?.[index] != null)
    ? rows.reduce((sum, row) => sum + (row.spark?.[index] ?? 0), 0) : null);
  return html`
    <${Figures} figures=${[
      { name: t('connected'), value: exact(totals.connected), note: t('ofStreams', { n: totals.streams }) },
      { name: t('eventsPerSecond'), value: rate(totals.rate), note: html`<${Sparkline} values=${trend} label=${t('lastMinutes')} />` },
      { name: t('inFlight'), value: exact(totals.inFlight), note: t('inFlightWhy') },
      { name: t('dropsPerMinute'), value: exact(totals.dropsPerMinute), note: t('dropsWhy'), isBad: totals.dropsPerMinute > 0 },
      {
        name: t('deadLetters'), value: totals.letters == null ? '–' : exact(totals.letters), note: t('waitingLetters'),
        isBad: !!totals.letters, href: link(['dead-letters']),
      },
    ]} />`;
}

/** @param {{ found: StreamRow[], query: Record<string, string> }} props */
function Filters({ found, query }) {
  const search = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    const focus = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== '/' || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '')) return;
      event.preventDefault();
      search.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  const choice = (/** @type {'' | typeof problems[number]} */ problem) => {
    const number = problem ? found.filter((row) => row.problems.includes(problem)).length : found.length;
    return html`
      <button key=${problem} class="choice ${number > 0 ? problem : ''}" aria-pressed=${(query.show ?? '') === problem}
          onClick=${() => changeQuery({ show: problem })}>
        ${t(problem || 'all')} <b>${exact(number)}</b>
      </button>`;
  };
  return html`
    <div class="toolbar">
      <div class="choices" role="group" aria-label=${t('show')}>${choice('')}${problems.map(choice)}</div>
      <label class="field search">
        <${Icon} name="search" /><span class="unseen">${t('search')}</span>
        <input ref=${search} type="search" placeholder=${t('searchHint')} value=${query.find ?? ''} aria-keyshortcuts="/"
          onInput=${(/** @type {any} */ event) => changeQuery({ find: event.target.value })}
          onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && changeQuery({ find: '' })} />
        <kbd aria-hidden="true">/</kbd>
      </label>
    </div>`;
}
