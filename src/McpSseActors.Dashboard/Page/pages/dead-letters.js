import { html, useEffect, useRef, useState } from '../../Assets/vendor/htm-preact.js';
import { get, me } from '../api.js';
import { useNow } from '../clock.js';
import { ago, at, exact } from '../format.js';
import { overview } from '../live.js';
import { Blank, Loading } from '../parts/blank.js';
import { confirm } from '../parts/confirm.js';
import { Icon } from '../parts/icons.js';
import { changeQuery, route } from '../router.js';
import { useStore } from '../store.js';
import { t } from '../texts.js';
import { DeadLetter } from './dead-letter.js';
import { discardLetters, retryLetters } from './letter-actions.js';

/** @typedef {import('../contract').LetterRow} LetterRow */
/** @typedef {import('../contract').LetterPage} LetterPage */
const TYPING = 300;
const PAGE = 100;
const MOST = 1_000; // in one answer of the host

/** The events that handlers gave up. */
export function DeadLetters() {
  const { query } = useStore(route);
  const { stream = '', type = '', handler = '', text = '' } = query;
  const filter = { stream, type, handler, text };
  const [page, setPage] = useState(/** @type {LetterPage | null} */ (null));
  const [fault, setFault] = useState('');
  const [version, renew] = useState(0);
  const total = useStore(overview)?.totals.letters;
  const key = JSON.stringify(filter);

  const asked = useRef(key);
  useEffect(() => {
    let isShown = true;
    const typed = setTimeout(() => get('dead-letters', { ...filter, count: Math.min(MOST, Math.max(PAGE, page?.letters.length ?? 0)) }).then(
      (found) => isShown && (setPage(found), setFault('')),
      (problem) => isShown && setFault(problem.message),
    ), asked.current === key ? 0 : TYPING);
    asked.current = key;
    return () => {
      isShown = false;
      clearTimeout(typed);
    };
  }, [key, version, total]);

  const more = () => get('dead-letters', { ...filter, count: PAGE, after: page?.next }).then(
    (/** @type {LetterPage} */ next) => setPage({ ...next, letters: [...(page?.letters ?? []), ...next.letters] }),
    (problem) => setFault(problem.message),
  );
  // Those that an action concerned leave at once; the new list shows which stay.
  const done = (/** @type {string} */ id = '') => {
    changeQuery({ letter: '' });
    setPage((old) => old && { ...old, letters: old.letters.filter((letter) => letter.id !== id) });
    renew((number) => number + 1);
  };
  // The host counts without looking for text.
  const found = page?.letters.length ?? 0;
  const count = !text ? page?.count ?? 0 : page?.next ? `${exact(found)}+` : found;
  const clearFilters = () => changeQuery({ stream: '', type: '', handler: '', text: '' });
  const isFiltered = Object.values(filter).some(Boolean);
  return html`
    <div class="heading"><h1 tabindex="-1">${t('deadLetters')}</h1>
      ${page && page.letters.length > 0 && me.value?.canAct && html`<${ActionsOnAll} filter=${filter} count=${count} onDone=${done} />`}</div>
    <${Filters} query=${query} fault=${fault} />
    ${!page ? !fault && html`<${Loading} label=${t('loading')} />`
      : page.letters.length === 0 ? html`
        <${Blank} title=${t(isFiltered ? 'noLettersMatch' : 'noLetters')} text=${t(isFiltered ? 'noMatchWhy' : 'noLettersWhy')}>
          ${isFiltered && html`<button class="button" onClick=${clearFilters}>${t('clearFilters')}</button>`}
        <//>`
      : html`
        <div class="split ${query.letter ? 'has-detail' : ''}">
          <div class="card list">
            <p class="caption muted" role="status">
              ${t(isFiltered ? 'lettersMatching' : 'lettersMatch', { n: count })}</p>
            <${LettersTable} letters=${page.letters} selected=${query.letter} />
            ${page.next && html`<p class="more"><button class="button" onClick=${more}>${t('more')}</button></p>`}
          </div>
          <${DeadLetter} id=${query.letter} version=${version} onDone=${done} />
        </div>`}`;
}

/** @param {{ query: Record<string, string>, fault: string }} props */
function Filters({ query, fault }) {
  const names = [...(useStore(overview)?.rows.keys() ?? [])].sort();
  if (query.stream && !names.includes(query.stream)) names.push(query.stream);
  const field = (/** @type {'type' | 'handler' | 'text'} */ key, /** @type {string} */ label, placeholder = '') => html`
    <label class="field"><span>${label}</span>
      <input value=${query[key] ?? ''} placeholder=${placeholder} spellcheck=${false} autocomplete="off" aria-describedby="letters-fault"
        onInput=${(/** @type {any} */ event) => changeQuery({ [key]: event.target.value, letter: '' })} /></label>`;
  return html`
    <div class="toolbar" role="search" aria-label=${t('letterFilter')}>
      <label class="field"><span>${t('stream')}</span>
        <select value=${query.stream ?? ''} onChange=${(/** @type {any} */ event) => changeQuery({ stream: event.target.value, letter: '' })}>
          <option value="">${t('anyStream')}</option>
          ${names.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
        </select></label>
      ${field('type', t('pattern'), t('patternHint'))}${field('handler', t('handler'))}${me.value?.canSeePayloads && field('text', t('containing'))}
    </div>
    <p class="hint bad" id="letters-fault" role="alert" lang="en">${fault}</p>`;
}

/** @param {{ letters: LetterRow[], selected?: string }} props */
function LettersTable({ letters, selected }) {
  const now = useNow();
  return html`
    <table class="rows letters" role="table" aria-label=${t('deadLetters')}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">${t('event')}</th><th role="columnheader" scope="col">${t('handler')}</th>
          <th role="columnheader" scope="col">${t('fault')}</th><th role="columnheader" scope="col" class="number">${t('attempts')}</th>
          <th role="columnheader" scope="col" class="number">${t('givenUp')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${letters.map((letter) => html`
          <tr key=${letter.id} role="row" class=${letter.id === selected ? 'selected' : ''} onClick=${() => changeQuery({ letter: letter.id })}>
            <td role="cell" data-label=${t('event')}>
              <button class="name mono" aria-pressed=${letter.id === selected}>${letter.type}</button><span class="under">${letter.stream}</span></td>
            <td role="cell" data-label=${t('handler')}>
              ${letter.handler || t('payloadHandler')}
              ${letter.isRetryRequested && html`<span class="under"><span class="tag">${t('retryRequested')}</span></span>`}</td>
            <td role="cell" data-label=${t('fault')} class="fault" lang="en" title=${letter.fault}>${letter.fault}</td>
            <td role="cell" data-label=${t('attempts')} class="number">${exact(letter.attempts)}</td>
            <td role="cell" data-label=${t('givenUp')} class="number" title=${at(letter.givenUpAt)}>${ago(letter.givenUpAt, now)}</td>
          </tr>`)}
      </tbody>
    </table>`;
}

/** @param {{ filter: Record<string, string>, count: number | string, onDone: () => void }} props */
function ActionsOnAll({ filter, count: n, onDone }) {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
  const retry = async () => await confirm({ title: t('retryAllAsk', { n }), text: t('retryAllWhy'), action: t('retry') })
    && await retryLetters({ filter: given }) && onDone();
  const discard = async () => await confirm({ title: t('discardAllAsk', { n }), text: t('discardAllWhy'), action: t('discard'), isDangerous: true })
    && await discardLetters({ filter: given }) && onDone();
  return html`
    <div class="buttons">
      <button class="button" onClick=${retry}><${Icon} name="retry" />${t('retryAll', { n })}</button>
      <button class="button" onClick=${discard}><${Icon} name="discard" />${t('discardAll', { n })}</button>
    </div>`;
}
