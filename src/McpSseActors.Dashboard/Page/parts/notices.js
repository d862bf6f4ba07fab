import { html } from '../../Assets/vendor/htm-preact.js';
import { Store, useStore } from '../store.js';
import { t } from '../texts.js';

const SHOWN = 6_000;
/** @typedef {{ id: number, text: string, isBad: boolean }} Notice */
const notices = new Store(/** @type {Notice[]} */ ([]));
let last = 0;

/** @param {string} text */
export function notify(text, isBad = false) {
  const notice = { id: ++last, text, isBad };
  notices.value = [...notices.value.slice(-2), notice];
  setTimeout(() => (notices.value = notices.value.filter((each) => each !== notice)), isBad ? 2 * SHOWN : SHOWN);
}

/**
 * Acts, and tells what came of it.
 * @template T
 * @param {() => Promise<T>} action
 * @param {(result: T) => string} words
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function act(action, words) {
  try {
    notify(words(await action()));
    return true;
  } catch (problem) {
    notify(t('actionFailed', { words: /** @type {Error} */ (problem).message }), true);
    return false;
  }
}

/** Where notices appear; a screen reader reads them. */
export function Notices() {
  const shown = useStore(notices);
  return html`
    <div class="notices" role="status" aria-live="polite">
      ${shown.map(({ id, text, isBad }) => html`<p key=${id} class=${isBad ? 'notice bad' : 'notice'}>${text}</p>`)}
    </div>`;
}
