import { html, useEffect, useState } from '../../Assets/vendor/htm-preact.js';
import { get } from '../api.js';
import { exact } from '../format.js';
import { Loading } from '../parts/blank.js';
import { Facts } from '../parts/facts.js';
import { t } from '../texts.js';

/** @typedef {NonNullable<import('../contract').StreamStats['mcp']>} Mcp */

/**
 * What a stream has agreed on with an MCP server.
 * @param {{ name: string, mcp: Mcp | null }} props
 */
export function StreamMcp({ name, mcp }) {
  if (!mcp) return null;
  return html`
    <div class="columns">
      <section class="card">
        <h3>${t('server')}</h3>
        <${Facts} facts=${[
          { name: t('server'), value: mcp.server || '–' },
          { name: t('era'), value: mcp.protocolVersion || '–' },
          { name: t('transport'), value: html`${mcp.transport || '–'} <span class="muted" lang="en">${mcp.transportReason}</span>` },
          { name: t('sessions'), value: exact(mcp.sessions) },
          { name: t('resyncs'), note: t('resyncsWhy'), value: exact(mcp.resyncs) },
          { name: t('gaps'), note: t('gapsWhy'), value: exact(mcp.gaps), isBad: mcp.gaps > 0 },
          { name: t('schemaFaults'), value: exact(mcp.schemaFaults), isBad: mcp.schemaFaults > 0 },
        ]} />
      </section>
      <${Subscriptions} requested=${mcp.requested} granted=${mcp.granted} />
    </div>
    <${EventTypes} name=${name} />`;
}

/** @param {{ requested: import('../contract').Subscriptions, granted: import('../contract').Subscriptions }} props */
function Subscriptions({ requested, granted }) {
  const changes = /** @type {const} */ (['toolsChanged', 'promptsChanged', 'resourcesChanged']);
  const yes = (/** @type {boolean} */ is) => html`<span class=${is ? 'good' : 'zero'}>${is ? `✓ ${t('yes')}` : t('no')}</span>`;
  const row = (/** @type {string} */ name, /** @type {unknown} */ wanted, /** @type {unknown} */ given) => html`
    <tr key=${name}><th scope="row">${name}</th><td>${wanted}</td><td>${given}</td></tr>`;
  return html`
    <section class="card">
      <h3>${t('subscriptions')}</h3>
      <table class="rows plain">
        <thead><tr><th scope="col"></th><th scope="col">${t('requested')}</th><th scope="col">${t('granted')}</th></tr></thead>
        <tbody>
          ${changes.map((change) => row(t(change), yes(requested[change]), yes(granted[change])))}
          ${row(t('logLevel'), requested.logLevel || '–', granted.logLevel || '–')}
          ${[...new Set([...requested.resources, ...granted.resources])].map((uri) => html`
            <tr key=${uri}>
              <th scope="row"><span class="mono">${uri}</span></th>
              <td>${yes(requested.resources.includes(uri))}</td><td>${yes(granted.resources.includes(uri))}</td>
            </tr>`)}
        </tbody>
      </table>
    </section>`;
}

/** The event types take a request to the server, so they are asked for when the page is opened. @param {{ name: string }} props */
function EventTypes({ name }) {
  const [found, setFound] = useState(/** @type {import('../contract').EventTypes | null} */ (null));
  const [problem, setProblem] = useState('');
  useEffect(() => {
    get(`streams/${encodeURIComponent(name)}/event-types`).then(setFound, (fault) => setProblem(fault.message));
  }, [name]);
  return html`
    <section class="card">
      <h3>${t('eventTypes')}</h3>
      ${problem ? html`<p class="hint" lang="en">${problem}</p>`
        : !found ? html`<${Loading} label=${t('loading')} />`
        : found.types.length === 0 ? html`<p class="hint">${t('noEventTypes')}</p>` : html`
          <table class="rows plain">
            <thead><tr><th scope="col">${t('type')}</th><th scope="col">${t('delivery')}</th><th scope="col">${t('description')}</th></tr></thead>
            <tbody>
              ${found.types.map((type) => html`
                <tr key=${type.name}>
                  <td class="mono">${type.name}</td><td>${type.delivery.join(', ')}</td><td class="muted" lang="en">${type.description ?? ''}</td>
                </tr>`)}
            </tbody>
          </table>`}
    </section>`;
}
