import { html, useEffect, useRef } from '../Assets/vendor/htm-preact.js';
import { loadMe, me } from './api.js';
import { useNow } from './clock.js';
import { duration, exact } from './format.js';
import { connection, follow, overview } from './live.js';
import { DeadLetters } from './pages/dead-letters.js';
import { Stream } from './pages/stream.js';
import { Streams } from './pages/streams.js';
import { Confirmation } from './parts/confirm.js';
import { Icon } from './parts/icons.js';
import { Notices } from './parts/notices.js';
import { link, route } from './router.js';
import { useStore } from './store.js';
import { t } from './texts.js';

/** The frame around every page. */
export function App() {
  const { page, name, tab } = useStore(route);
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const isFirst = useRef(true);
  useEffect(() => void loadMe().catch(() => {}), []);
  useEffect(() => {
    if (page !== 'stream') follow({});
    // A screen reader starts at the new page; a tab of a page isn't a new page.
    if (!isFirst.current) main.current?.querySelector('h1')?.focus();
    isFirst.current = false;
  }, [page, name]);
  useTitle(page === 'stream' ? name : t(page === 'dead-letters' ? 'deadLetters' : 'streams'));

  return html`
    <a class="skip" href="#main" onClick=${(/** @type {Event} */ event) => { event.preventDefault(); main.current?.focus(); }}>${t('skip')}</a>
    <${Header} page=${page} />
    <${ConnectionBanner} />
    <main id="main" tabindex="-1" ref=${main}>
      ${page === 'streams' && html`<${Streams} />`}
      ${page === 'stream' && html`<${Stream} key=${name} name=${name} tab=${tab} />`}
      ${page === 'dead-letters' && html`<${DeadLetters} />`}
    </main>
    <${Confirmation} />
    <${Notices} />`;
}

/** @param {string} page */
function useTitle(page) {
  const rows = useStore(overview)?.rows;
  const failing = rows ? [...rows.values()].filter((row) => row.problems.includes('failing')).length : 0;
  const title = `${failing ? `(${failing}) ` : ''}${page} · ${me.value?.host ?? 'MCP SSE'}`;
  useEffect(() => void (document.title = title), [title]);
}

/** @param {{ page: string }} props */
function Header({ page }) {
  const who = useStore(me);
  const letters = useStore(overview)?.totals.letters ?? 0;
  const current = (/** @type {boolean} */ is) => (is ? 'page' : undefined);
  return html`
    <header class="top">
      <a class="brand" href="#/" aria-label=${`MCP SSE ${who?.host ?? ''}`}>
        <img src="assets/favicon.svg" alt="" width="22" height="22" /><b>${who?.host ?? 'MCP SSE'}</b></a>
      <nav aria-label="MCP SSE">
        <a href="#/" aria-current=${current(page !== 'dead-letters')}>${t('streams')}</a>
        <a href=${link(['dead-letters'])} aria-current=${current(page === 'dead-letters')}>
          ${t('deadLetters')}${letters > 0 && html` <span class="badge">${exact(letters)}</span>`}</a>
      </nav>
      <div class="who">
        ${who?.node && html`<span class="muted node">${who.node}</span>`}
        ${who?.user && html`<span class="muted user" title=${t('signedIn', { user: who.user })}>${who.user}</span>`}
        ${who && !who.canAct && html`<span class="tag" title=${t('readOnlyWhy')}><${Icon} name="lock" />${t('readOnly')}</span>`}
        <${ConnectionLight} />
      </div>
    </header>`;
}

function ConnectionLight() {
  const { status } = useStore(connection);
  const words = { loading: t('loading'), live: t('live'), resting: t('resting'), lost: t('lostShort'), denied: t('lostShort') };
  return html`<span class="light ${status}">${words[status]}</span>`;
}

/** Says that what is seen is old. */
function ConnectionBanner() {
  const { status, lastData, words } = useStore(connection);
  useNow();
  if (status === 'denied') return html`
    <div class="banner" role="alert">${t('denied', { words })} <button class="button quiet" onClick=${() => location.reload()}>${t('reload')}</button></div>`;
  if (status !== 'lost') return null;
  // The age is announced once, not each second.
  return html`
    <div class="banner" role="alert" aria-label=${t('lostShort')}>
      <span aria-hidden="true">${lastData ? t('lost', { age: duration(Math.max(1_000, Date.now() - lastData)) }) : t('lostAtOnce')}</span>
    </div>`;
}
