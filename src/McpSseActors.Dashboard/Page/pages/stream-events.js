import { html, useEffect, useRef, useState } from '../../Assets/vendor/htm-preact.js';
import { get, me, post } from '../api.js';
import { EventsBuffer } from '../events-buffer.js';
import { at, exact, size } from '../format.js';
import { connection, eventsUpdate, follow } from '../live.js';
import { Blank } from '../parts/blank.js';
import { confirm } from '../parts/confirm.js';
import { Facts } from '../parts/facts.js';
import { Icon } from '../parts/icons.js';
import { act } from '../parts/notices.js';
import { Payload } from '../parts/payload.js';
import { VirtualList } from '../parts/virtual-list.js';
import { changeQuery, route } from '../router.js';
import { useStore } from '../store.js';
import { t } from '../texts.js';

/** @typedef {import('../contract').EventRow} EventRow */
const ROW_HEIGHT = 30;
const TYPING = 300;

/**
 * The events of a stream as they arrive. The host filters them. Scrolling down, selecting and the button pause the list; nothing moves below the pointer.
 * @param {{ name: string }} props
 */
export function StreamEvents({ name }) {
  const { query } = useStore(route);
  const type = query.type ?? '';
  const text = query.text ?? '';
  const buffer = useRef(new EventsBuffer());
  const [shown, show] = useState(/** @type {EventRow[]} */ ([]));
  const [fault, setFault] = useState('');
  const [pause, setPause] = useState(/** @type {'' | 'byUser' | 'byScroll' | 'bySelection'} */ (''));
  const [selected, select] = useState(/** @type {EventRow | null} */ (null));
  const [toTop, scrollToTop] = useState(0);
  const [cleared, clear] = useState(0);
  const { returns } = useStore(connection);
  const update = useStore(eventsUpdate);

  // The recent events first: they also tell whether the filter is valid, which an EventSource can't.
  useEffect(() => {
    let isShown = true;
    const typed = setTimeout(async () => {
      try {
        const recent = await get('recent', { stream: name, type, text, count: 200 });
        if (!isShown) return;
        buffer.current = new EventsBuffer();
        buffer.current.add(recent);
        setFault('');
        setPause('');
        show(buffer.current.snapshot());
        follow({ stream: name, events: true, type, text });
      } catch (problem) {
        if (isShown) setFault(/** @type {Error} */ (problem).message);
      }
    }, type || text ? TYPING : 0);
    return () => {
      isShown = false;
      clearTimeout(typed);
    };
  }, [name, type, text, cleared, returns]);

  useEffect(() => {
    if (!update) return;
    buffer.current.add(update.events, update.skipped);
    if (!pause) show(buffer.current.snapshot());
  }, [update]);

  const resume = () => {
    setPause('');
    show(buffer.current.snapshot());
    scrollToTop((number) => number + 1);
  };
  const close = () => {
    select(null);
    if (pause === 'bySelection') resume();
  };
  const filterBy = (/** @type {string} */ key) => (/** @type {any} */ event) => changeQuery({ [key]: event.target.value });
  const waiting = pause ? newer(buffer.current, shown) : 0;
  return html`
    <div class="toolbar events-toolbar">
      <label class="field ${fault ? 'bad' : ''}"><span>${t('pattern')}</span>
        <input class="mono" value=${type} placeholder=${t('patternHint')} spellcheck=${false} autocomplete="off"
          aria-invalid=${!!fault} aria-describedby="filter-fault" onInput=${filterBy('type')} /></label>
      ${me.value?.canSeePayloads && html`
        <label class="field"><span>${t('containing')}</span><input value=${text} spellcheck=${false} autocomplete="off" onInput=${filterBy('text')} /></label>`}
      <div class="buttons">
        ${pause
          ? html`
            <button key="resume" class="button primary" onClick=${resume}>
              <${Icon} name="play" />${t('resumeLive')}${waiting > 0 && ` · ${t('newEvents', { n: waiting })}`}</button>`
          : html`<button key="pause" class="button" onClick=${() => setPause('byUser')}><${Icon} name="pause" />${t('pause')}</button>`}
        ${me.value?.canAct && html`
          <button class="button" onClick=${() => clearRecent(name, () => clear((times) => times + 1))}><${Icon} name="discard" />${t('clearRecent')}</button>`}
      </div>
    </div>
    <p class="hint bad" id="filter-fault" role="alert" lang="en">${fault}</p>
    <div class="split ${selected ? 'has-detail' : ''}">
      <div class="card list">
        <p class="caption muted">
          ${pause && html`<span class="tag">${t('paused')}</span> `}${t('listed', { n: shown.length })}
          ${buffer.current.skipped > 0 && html` · ${t('skipped', { n: buffer.current.skipped })}`}
        </p>
        ${shown.length === 0 ? html`<${Blank} title=${t('waiting')} text=${t('waitingWhy')} />` : html`
          <${VirtualList} label=${t('eventList')} count=${shown.length} rowHeight=${ROW_HEIGHT} toTop=${toTop}
            selected=${selected ? shown.findIndex((event) => event.sequence === selected.sequence) : -1}
            keyOf=${(/** @type {number} */ index) => shown[index].sequence}
            row=${(/** @type {number} */ index) => html`<${EventLine} event=${shown[index]} />`}
            onSelect=${(/** @type {number} */ index) => {
              select(shown[index]);
              if (!pause) setPause('bySelection');
            }}
            onScroll=${(/** @type {boolean} */ isAtTop) => {
              if (!isAtTop && !pause) setPause('byScroll');
              else if (isAtTop && pause === 'byScroll') resume();
            }} />`}
      </div>
      <${EventDetail} event=${selected} onClose=${close} />
    </div>`;
}

/**
 * How many events of the buffer are newer than those that are shown.
 * @param {EventsBuffer} buffer
 * @param {EventRow[]} shown
 */
function newer(buffer, shown) {
  const newest = shown[0]?.sequence ?? -1;
  const index = buffer.snapshot().findIndex((event) => event.sequence <= newest);
  return index < 0 ? buffer.count : index;
}

/** @param {{ event: EventRow }} props */
const EventLine = ({ event }) => html`
  <span class="when">${at(event.timestamp)}</span>
  <span class="mono type">${event.type}</span>
  <span class="mono muted preview">${event.data?.slice(0, 300) ?? ''}</span>
  <span class="muted size">${size(event.length)}</span>`;

/** @param {{ event: EventRow | null, onClose: () => void }} props */
function EventDetail({ event, onClose }) {
  if (!event) return html`<aside class="card detail"><${Blank} title="" text=${t('selectEvent')} /></aside>`;
  return html`
    <aside class="card detail" aria-label=${t('event')}>
      <div class="detail-head">
        <h3 class="mono">${event.type}</h3>${event.redelivered && html`<span class="tag">${t('redelivered')}</span>`}
        <button class="button quiet" aria-label=${t('close')} onClick=${onClose}><${Icon} name="close" /></button>
      </div>
      <${Facts} facts=${[
        { name: t('time'), value: at(event.timestamp) },
        { name: t('id'), value: event.id ? html`<span class="mono">${event.id}</span>` : '–' },
        { name: t('size'), value: html`${size(event.length)} <span class="muted">#${exact(event.sequence)}</span>` },
      ]} />
      <${Payload} event=${event} />
    </aside>`;
}

/**
 * @param {string} name
 * @param {() => void} done
 */
async function clearRecent(name, done) {
  if (!await confirm({ title: t('clearAsk', { name }), text: t('clearWhy'), action: t('clearRecent'), isDangerous: true })) return;
  if (await act(() => post(`streams/${encodeURIComponent(name)}/clear-recent`), () => t('cleared', { name }))) done();
}
