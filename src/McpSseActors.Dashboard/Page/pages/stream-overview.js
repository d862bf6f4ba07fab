import { html, useMemo } from '../../Assets/vendor/htm-preact.js';
import { useNow } from '../clock.js';
import { ago, at, count, duration, exact, rate, size } from '../format.js';
import { Chart } from '../parts/chart.js';
import { Facts } from '../parts/facts.js';
import { State } from '../parts/state.js';
import { busiest, NO_SERIES, times } from '../series.js';
import { t } from '../texts.js';

/**
 * Charts, history, position and counters of a stream.
 * @param {{ details: import('../contract').StreamDetails }} props
 */
export function StreamOverview({ details: { stats, history, series = NO_SERIES } }) {
  const at = useMemo(() => times(series), [series]);
  const byType = useMemo(() => busiest(series, t('otherTypes')), [series]);
  const durations = useMemo(() => [{ label: t('mean'), values: series.handlerMilliseconds }], [series]);
  const reconnects = useMemo(() => [{ label: t('reconnects'), values: series.reconnects }], [series]);
  return html`
    <div class="charts">
      <${Chart} title=${t('byType')} times=${byType.length > 0 ? at : []} lines=${byType} format=${rate} stacked />
      <${Chart} title=${t('handlerDuration')} times=${at} lines=${durations} format=${duration} />
      <${Chart} title=${t('reconnectChart')} times=${at} lines=${reconnects} format=${count} bars />
    </div>
    <div class="columns">
      <div>
        <${History} history=${history} />
        <${Position} stats=${stats} />
        <section class="card">
          <h3>${t('counters')}</h3>
          <${Facts} facts=${[
            { name: t('received'), value: exact(stats.totalEventsReceived) },
            { name: t('dispatched'), value: exact(stats.dispatched) },
            { name: t('filtered'), value: exact(stats.filtered) },
            { name: t('unhandled'), value: exact(stats.unhandled) },
            { name: t('handlerFailures'), value: exact(stats.handlerFailures), isBad: stats.handlerFailures > 0 },
            { name: t('payloadFaults'), value: exact(stats.payloadFaults), isBad: stats.payloadFaults > 0 },
            { name: t('deadLetters'), value: exact(stats.deadLetters), isBad: stats.deadLetters > 0 },
            { name: t('missedDuplicates'), value: exact(stats.missedDuplicates) },
            { name: t('comments'), value: exact(stats.comments) },
            { name: t('bytes'), value: size(stats.bytesReceived) },
          ]} />
        </section>
      </div>
      <div>
        <${Types} types=${stats.eventsByType} />
        <${Drops} drops=${stats.dropped} />
      </div>
    </div>`;
}

/** @param {{ history: import('../contract').StateEntry[] }} props */
function History({ history }) {
  const now = useNow();
  return html`
    <section class="card">
      <h3>${t('history')}</h3>
      ${history.length === 0 ? html`<p class="hint">${t('noHistory')}</p>` : html`
        <ol class="history" tabindex="0" aria-label=${t('history')}>
          ${history.toReversed().map((entry, index) => html`
            <li key=${`${entry.time}${history.length - index}`}>
              <span class="when" title=${ago(entry.time, now)}>${at(entry.time)}</span>
              <${State} state=${entry.state} />
              <span class="muted" lang="en">${entry.reason}</span>
            </li>`)}
        </ol>`}
    </section>`;
}

/** @param {{ stats: import('../contract').StreamStats }} props */
function Position({ stats }) {
  const now = useNow();
  const isStored = stats.positionSavedTime || stats.positionStoreFault || stats.handledEventId;
  const id = (/** @type {string | undefined} */ text, /** @type {string | undefined} */ time) => html`
    ${text ? html`<span class="mono">${text}</span>` : '–'} ${time && html`<span class="muted">${ago(time, now)}</span>`}`;
  const { positionSavedTime: saved } = stats;
  return html`
    <section class="card">
      <h3>${t('resume')}</h3>
      <${Facts} facts=${[
        { name: t('lastEventId'), value: id(stats.lastEventId, stats.lastEventTime) },
        isStored && { name: t('handledUpTo'), value: id(stats.handledEventId, stats.handledTime) },
        isStored && { name: t('saved'), value: html`${at(saved)} ${saved && html`<span class="muted">${ago(saved, now)}</span>`}` },
        stats.positionStoreFault && { name: t('storeFault'), value: html`<span lang="en">${stats.positionStoreFault}</span>`, isBad: true },
      ]} />
      ${!isStored && html`<p class="hint">${t('notStored')}</p>`}
    </section>`;
}

/** @param {{ types: Record<string, number> }} props */
function Types({ types }) {
  const rows = Object.entries(types).sort(([, a], [, b]) => b - a);
  const total = rows.reduce((sum, [, number]) => sum + number, 0);
  return html`
    <section class="card">
      <h3>${t('types')}</h3>
      ${rows.length === 0 ? html`<p class="hint">${t('noEventsYet')}</p>` : html`
        <table class="rows plain">
          <thead>
            <tr><th scope="col">${t('type')}</th><th scope="col" class="number">${t('count')}</th><th scope="col" class="share">${t('share')}</th></tr>
          </thead>
          <tbody>
            ${rows.slice(0, 20).map(([type, number]) => html`
              <tr key=${type}>
                <td class="mono">${type}</td><td class="number">${exact(number)}</td>
                <td class="share"><meter min="0" max=${total} value=${number} aria-label=${`${type} ${t('share')}`}></meter></td>
              </tr>`)}
          </tbody>
        </table>`}
    </section>`;
}

/** @param {{ drops: Record<string, number> }} props */
function Drops({ drops }) {
  const rows = Object.entries(drops).filter(([, number]) => number > 0).sort(([, a], [, b]) => b - a);
  return html`
    <section class="card">
      <h3>${t('reasonsOfDrops')}</h3>
      ${rows.length === 0 ? html`<p class="hint">${t('noDrops')}</p>` : html`
        <table class="rows plain">
          <thead>
            <tr><th scope="col">${t('reason')}</th><th scope="col" class="number">${t('count')}</th><th scope="col">${t('meaning')}</th></tr>
          </thead>
          <tbody>
            ${rows.map(([reason, number]) => html`
              <tr key=${reason}>
                <td class="mono">${reason}</td><td class="number">${exact(number)}</td><td class="muted">${t(/** @type {any} */ (reason))}</td>
              </tr>`)}
          </tbody>
        </table>`}
    </section>`;
}
