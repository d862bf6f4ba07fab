import { html } from '../../Assets/vendor/htm-preact.js';
import { useNow } from '../clock.js';
import { ago, count, duration } from '../format.js';
import { Blank } from '../parts/blank.js';
import { State } from '../parts/state.js';
import { t } from '../texts.js';

/** @typedef {import('../contract').HandlerRow} HandlerRow */
const order = ['Stopped', 'Open', 'Retrying', 'Running'];

/**
 * The handlers of a stream, those with problems first.
 * @param {{ handlers: HandlerRow[] }} props
 */
export function StreamHandlers({ handlers }) {
  const now = useNow();
  if (handlers.length === 0) return html`<${Blank} title=${t('noHandlers')} text=${t('noHandlersWhy')} />`;
  const number = (/** @type {number | undefined} */ value, isBad = false) => value == null ? '–'
    : html`<span class=${value === 0 ? 'zero' : isBad ? 'warn strong' : ''}>${count(value)}</span>`;
  const time = (/** @type {number | undefined} */ value) => (value == null ? '–' : duration(value));
  return html`
    <div class="card">
      <table class="rows" role="table" aria-label=${t('handlers')}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">${t('handler')}</th>
            <th role="columnheader" scope="col">${t('state')}</th>
            <th role="columnheader" scope="col" class="number" title=${t('lagWhy')}>${t('lag')}</th>
            <th role="columnheader" scope="col" class="number" title=${t('durationWhy')}>${t('duration')}</th>
            <th role="columnheader" scope="col" class="number">${t('inFlight')}</th>
            <th role="columnheader" scope="col" class="number">${t('handled')}</th>
            <th role="columnheader" scope="col" class="number" title=${t('failuresWhy')}>${t('failures')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${[...handlers].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state)).map((handler) => html`
            <tr key=${handler.name} role="row" class=${handler.state === 'Running' ? '' : 'failing'}>
              <td role="cell" data-label=${t('handler')}><span class="name">${handler.name}</span><span class="under mono">${handler.pattern}</span></td>
              <td role="cell" data-label=${t('state')}>
                <${State} state=${handler.state} />${handler.since && html` <span class="muted">${ago(handler.since, now)}</span>`}
                ${handler.reason && html`<span class="under" lang="en">${handler.reason}</span>`}</td>
              <td role="cell" data-label=${t('lag')} class="number">${time(handler.lagMilliseconds)}</td>
              <td role="cell" data-label=${t('duration')} class="number">${time(handler.durationMilliseconds)}</td>
              <td role="cell" data-label=${t('inFlight')} class="number">${number(handler.inFlight)}</td>
              <td role="cell" data-label=${t('handled')} class="number">${number(handler.handled)}</td>
              <td role="cell" data-label=${t('failures')} class="number">
                ${number(handler.failures, true)}${handler.lastFailedAt && html`<span class="under">${ago(handler.lastFailedAt, now)}</span>`}</td>
            </tr>`)}
        </tbody>
      </table>
    </div>`;
}
