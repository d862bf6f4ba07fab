import { html, useEffect, useState } from '../../Assets/vendor/htm-preact.js';
import { get, me, post } from '../api.js';
import { useNow } from '../clock.js';
import { ago, at, count, duration, exact, perMinute, rate } from '../format.js';
import { connection, follow, goneStream, overview, streamUpdate } from '../live.js';
import { Blank, Loading } from '../parts/blank.js';
import { confirm } from '../parts/confirm.js';
import { Figures } from '../parts/facts.js';
import { Icon } from '../parts/icons.js';
import { act, notify } from '../parts/notices.js';
import { State } from '../parts/state.js';
import { link } from '../router.js';
import { NO_SERIES, withPoint } from '../series.js';
import { useStore } from '../store.js';
import { t } from '../texts.js';
import { Countdown } from './streams-table.js';
import { StreamEvents } from './stream-events.js';
import { StreamHandlers } from './stream-handlers.js';
import { StreamMcp } from './stream-mcp.js';
import { StreamOptions } from './stream-options.js';
import { StreamOverview } from './stream-overview.js';

/** @typedef {import('../contract').StreamDetails} StreamDetails */

/**
 * What is known of a stream, kept up to date while it is shown.
 * @param {string} name
 */
function useDetails(name) {
  const [details, setDetails] = useState(/** @type {StreamDetails | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import('../api.js').Problem | null} */ (null));
  const { returns } = useStore(connection);
  const update = useStore(streamUpdate);
  const isGone = useStore(goneStream) === name;
  // What a lost connection missed is asked for again, and a stream that was removed may come back.
  useEffect(() => {
    let isShown = true;
    get(`streams/${encodeURIComponent(name)}`).then(
      (found) => isShown && (setDetails(found), setProblem(null)),
      (fault) => isShown && setProblem(fault),
    );
    return () => void (isShown = false);
  }, [name, returns, isGone]);
  useEffect(() => {
    if (!update || update.stats.stream !== name) return;
    setDetails((old) => old && {
      ...old,
      stats: update.stats,
      handlers: update.handlers ?? old.handlers,
      history: withEntries(old.history, update.history ?? []),
      series: update.point ? withPoint(old.series ?? NO_SERIES, update.point) : old.series,
    });
  }, [update]);
  return { details, problem };
}

/**
 * A live update may tell what was asked for at the same time.
 * @param {import('../contract').StateEntry[]} known
 * @param {import('../contract').StateEntry[]} more
 */
const withEntries = (known, more) =>
  [...known, ...more.filter(({ time, state }) => !known.some((old) => old.time === time && old.state === state))].slice(-100);

const tabs = /** @type {const} */ (['overview', 'events', 'handlers', 'options', 'mcp']);

/**
 * The page of one stream.
 * @param {{ name: string, tab: string }} props
 */
export function Stream({ name, tab }) {
  const { details, problem } = useDetails(name);
  useEffect(() => {
    if (tab !== 'events') follow({ stream: name });
  }, [name, tab]);
  const now = useNow();
  const crumbs = html`<p class="crumbs"><a href="#/"><${Icon} name="back" />${t('streams')}</a></p>`;
  if (problem?.status === 404) return html`
    ${crumbs}<h1 class="unseen" tabindex="-1">${name}</h1>
    <${Blank} title=${t('gone', { name })} text=${t('goneWhy')}><a class="button" href="#/">${t('allStreams')}</a><//>`;
  if (!details) return html`${crumbs}<h1 tabindex="-1">${name}</h1>${problem
    ? html`<${Blank} title=${t('notLoaded')} text=${problem.message} />` : html`<${Loading} label=${t('loading')} />`}`;

  const { stats } = details;
  const hasTrouble = details.handlers.some((handler) => handler.state !== 'Running');
  const shownTabs = tabs.filter((each) => each !== 'mcp' || stats.mcp);
  const current = shownTabs.find((each) => each === tab) ?? 'overview';
  return html`
    ${crumbs}
    <div class="heading">
      <div>
        <div class="title">
          <h1 tabindex="-1">${name}</h1>
          <p class="status"><${State} state=${stats.state} /> <span class="muted" title=${at(stats.stateSince)}>${ago(stats.stateSince, now)}</span>
            ${stats.nextAttemptTime && html` · ${t('nextAttempt')} <${Countdown} to=${stats.nextAttemptTime} now=${now} />`}</p>
        </div>
        <p class="muted"><span lang="en">${stats.stateReason}</span> · <span class="mono">${stats.serverUrl}</span>
          ${stats.node && html` · ${t('node')} <span class="mono">${stats.node}</span>`}</p>
      </div>
      ${me.value?.canAct && html`<${Actions} name=${name} isRunning=${stats.isRunning} isDisabled=${stats.state === 'Disabled'} />`}
    </div>
    <${StreamFigures} name=${name} stats=${stats} />
    <nav class="tabs" aria-label=${name}>
      ${shownTabs.map((each) => html`
        <a key=${each} href=${link(['streams', name, ...(each === 'overview' ? [] : [each])])} aria-current=${each === current ? 'page' : undefined}>
          ${t(each)}${each === 'handlers' && hasTrouble && html` <span class="dot" title=${t('failing')}></span>`}
        </a>`)}
    </nav>
    ${current === 'overview' && html`<${StreamOverview} details=${details} />`}
    ${current === 'events' && html`<${StreamEvents} name=${name} />`}
    ${current === 'handlers' && html`<${StreamHandlers} handlers=${details.handlers} />`}
    ${current === 'options' && html`<${StreamOptions} options=${details.options} />`}
    ${current === 'mcp' && html`<${StreamMcp} name=${name} mcp=${stats.mcp} />`}`;
}

/** @param {{ name: string, stats: import('../contract').StreamStats }} props */
function StreamFigures({ name, stats }) {
  const row = useStore(overview)?.rows.get(name);
  const now = useNow();
  const drops = Object.entries(stats.dropped).reduce((sum, [reason, number]) => sum + (reason === 'duplicate' ? 0 : number), 0);
  const lately = row?.dropsPerMinute ?? 0;
  const retries = stats.consecutiveReconnectAttempts;
  return html`
    <${Figures} figures=${[
      { name: t('eventsPerSecond'), value: rate(stats.eventsPerSecond), note: `${t('received')} ${count(stats.totalEventsReceived)}` },
      { name: t('lastEvent'), value: stats.lastEventTime ? ago(stats.lastEventTime, now) : '–', note: at(stats.lastEventTime) },
      { name: t('lag'), value: duration(row?.lagMilliseconds ?? 0), note: t('lagWhy'), isBad: row?.problems.includes('lagging') },
      { name: t('inFlight'), value: exact(stats.inFlight), note: t('inFlightWhy') },
      { name: t('drops'), value: count(drops), note: lately ? perMinute(lately) : t('dropsWhy'), isBad: lately > 0 },
      { name: t('retries'), value: exact(retries), note: t('reconnectsInAll', { n: stats.totalReconnectAttempts }), isBad: retries > 0 },
      {
        name: t('deadLetters'), value: count(stats.deadLetters), note: t('lettersOfStream'),
        isBad: stats.deadLetters > 0, href: link(['dead-letters'], { stream: name }),
      },
    ]} />`;
}

/** @param {{ name: string, isRunning: boolean, isDisabled: boolean }} props */
function Actions({ name, isRunning, isDisabled }) {
  const path = `streams/${encodeURIComponent(name)}`;
  const start = () => isDisabled
    ? notify(t('staysDisabled', { name }), true)
    : act(() => post(`${path}/start`), () => t('started', { name }));
  const stop = async () => await confirm({ title: t('stopAsk', { name }), text: t('stopWhy'), action: t('stop'), isDangerous: true })
    && act(() => post(`${path}/stop`), () => t('stopped', { name }));
  const restart = async () => await confirm({ title: t('restartAsk', { name }), text: t('restartWhy'), action: t('restart') })
    && act(() => post(`${path}/restart`), () => t('restarted', { name }));
  return html`
    <div class="buttons">
      ${isRunning
        ? html`<button key="stop" class="button" onClick=${stop}><${Icon} name="stop" />${t('stop')}</button>`
        : html`<button key="start" class="button primary" onClick=${start}><${Icon} name="play" />${t('start')}</button>`}
      <button class="button" onClick=${restart}><${Icon} name="restart" />${t('restart')}</button>
    </div>`;
}
