import { html, useState } from '../../Assets/vendor/htm-preact.js';
import { t } from '../texts.js';

/**
 * The options of a stream, without secrets.
 * @param {{ options: import('../contract').StreamDetails['options'] }} props
 */
export function StreamOptions({ options }) {
  const [onlyChanged, showOnlyChanged] = useState(false);
  const shown = options.filter((option) => !onlyChanged || !option.isDefault);
  return html`
    <div class="toolbar">
      <label class="check"><input type="checkbox" checked=${onlyChanged} onChange=${() => showOnlyChanged(!onlyChanged)} /> ${t('onlyChanged')}</label>
    </div>
    ${shown.length === 0 ? html`<p class="hint">${t('noneChanged')}</p>` : html`
      <div class="card">
        <table class="rows plain options">
          <thead><tr><th scope="col">${t('option')}</th><th scope="col">${t('value')}</th></tr></thead>
          <tbody>
            ${shown.map(({ key, value, isDefault }) => html`
              <tr key=${key} class=${isDefault ? 'muted' : ''}>
                <td class="mono">${key}</td>
                <td class="mono">${value === '' ? '""' : value}${isDefault && html` <span class="tag">${t('isDefault')}</span>`}</td>
              </tr>`)}
          </tbody>
        </table>
      </div>`}`;
}
