import { html, useMemo } from '../../Assets/vendor/htm-preact.js';
import { me } from '../api.js';
import { pretty, size } from '../format.js';
import { t } from '../texts.js';
import { Icon } from './icons.js';
import { notify } from './notices.js';

/**
 * The data of an event: pretty-printed if it is JSON.
 * @param {{ event: { data?: string, length: number, truncated?: boolean } }} props
 */
export function Payload({ event: { data, length, truncated } }) {
  const text = useMemo(() => pretty(data), [data]);
  if (data === undefined && !me.value?.canSeePayloads) return html`<p class="hint"><${Icon} name="lock" />${t('noPayloads')}</p>`;
  if (!text) return html`<p class="hint">${t('emptyPayload')}</p>`;
  const copy = () => navigator.clipboard.writeText(text).then(() => notify(t('copied')));
  return html`
    <div class="payload">
      ${navigator.clipboard && html`<button class="button quiet" onClick=${copy}><${Icon} name="copy" />${t('copy')}</button>`}
      <pre tabindex="0" role="region" aria-label=${t('payload')}>${text}</pre>
      ${truncated && html`<p class="hint">${t('truncated', { shown: size(new TextEncoder().encode(data).length), size: size(length) })}</p>`}
    </div>`;
}
