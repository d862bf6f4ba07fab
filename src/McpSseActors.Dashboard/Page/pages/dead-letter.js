import { html, useEffect, useState } from '../../Assets/vendor/htm-preact.js';
import { get, me } from '../api.js';
import { useNow } from '../clock.js';
import { ago, at, exact, size } from '../format.js';
import { Blank, Loading } from '../parts/blank.js';
import { confirm } from '../parts/confirm.js';
import { Facts } from '../parts/facts.js';
import { Icon } from '../parts/icons.js';
import { Payload } from '../parts/payload.js';
import { changeQuery, link } from '../router.js';
import { t } from '../texts.js';
import { discardLetters, retryLetters } from './letter-actions.js';

/** @typedef {import('../contract').Letter} Letter */

/**
 * One dead letter: its event, why it was given up, and what can be done with it.
 * @param {{ id?: string, version: number, onDone: (id: string) => void }} props
 */
export function DeadLetter({ id, version, onDone }) {
  const [letter, setLetter] = useState(/** @type {Letter | null} */ (null));
  const [problem, setProblem] = useState('');
  const now = useNow();
  useEffect(() => {
    let isShown = true;
    setLetter(null);
    setProblem('');
    if (id) get(`dead-letters/${encodeURIComponent(id)}`).then(
      (found) => isShown && setLetter(found),
      (fault) => isShown && setProblem(fault.status === 404 ? t('letterGone') : fault.message),
    );
    return () => void (isShown = false);
  }, [id, version]);

  if (!id) return html`<aside class="card detail"><${Blank} title="" text=${t('selectLetter')} /></aside>`;
  return html`
    <aside class="card detail" aria-label=${t('event')}>
      <div class="detail-head">
        <h3 class="mono">${letter?.type ?? ''}</h3>
        <button class="button quiet" aria-label=${t('close')} onClick=${() => changeQuery({ letter: '' })}><${Icon} name="close" /></button>
      </div>
      ${problem ? html`<${Blank} title=${problem} />` : !letter ? html`<${Loading} label=${t('loading')} />` : html`
        ${me.value?.canAct && html`<${Actions} letter=${letter} onDone=${() => onDone(letter.id)} />`}
        <h4>${t('fault')}</h4>
        <pre class="fault" lang="en" tabindex="0" role="region" aria-label=${t('fault')}>${letter.fault}</pre>
        <${Facts} facts=${[
          { name: t('stream'), value: html`<a href=${link(['streams', letter.stream])}>${letter.stream}</a>` },
          { name: t('handler'), value: letter.handler || t('payloadHandler') },
          { name: t('attempts'), value: exact(letter.attempts) },
          { name: t('firstFailed'), value: html`${at(letter.firstFailedAt)} <span class="muted">${ago(letter.firstFailedAt, now)}</span>` },
          { name: t('givenUp'), value: html`${at(letter.givenUpAt)} <span class="muted">${ago(letter.givenUpAt, now)}</span>` },
          { name: t('eventId'), value: letter.eventId ? html`<span class="mono">${letter.eventId}</span>` : '–' },
          { name: t('size'), value: size(letter.length) },
        ]} />
        <h4>${t('payload')}</h4>
        <${Payload} event=${letter} />`}
    </aside>`;
}

/** @param {{ letter: Letter, onDone: () => void }} props */
function Actions({ letter, onDone }) {
  const ids = { ids: [letter.id] };
  const handler = letter.handler || t('payloadHandler');
  const retry = async () => await confirm({ title: t('retryAsk'), text: t('retryWhy', { handler }), action: t('retry') })
    && await retryLetters(ids) && onDone();
  const discard = async () => await confirm({ title: t('discardAsk'), text: t('discardWhy'), action: t('discard'), isDangerous: true })
    && await discardLetters(ids) && onDone();
  return html`
    <div class="buttons">
      <button class="button primary" onClick=${retry}><${Icon} name="retry" />${t('retry')}</button>
      <button class="button" onClick=${discard}><${Icon} name="discard" />${t('discard')}</button>
    </div>`;
}
