import { html, useEffect, useRef } from '../../Assets/vendor/htm-preact.js';
import { Store, useStore } from '../store.js';
import { t } from '../texts.js';

/** @typedef {{ title: string, text: string, action: string, isDangerous?: boolean, answer: (sure: boolean) => void }} Question */
const question = new Store(/** @type {Question | null} */ (null));

/**
 * Asks once before an action.
 * @param {Omit<Question, 'answer'>} asked
 * @returns {Promise<boolean>}
 */
export function confirm(asked) {
  return new Promise((answer) => {
    question.value?.answer(false);
    question.value = { ...asked, answer };
  });
}

/** Where questions appear. */
export function Confirmation() {
  const asked = useStore(question);
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    if (asked) dialog.current?.showModal();
  }, [asked]);
  if (!asked) return null;
  const answer = (/** @type {boolean} */ sure) => {
    dialog.current?.close();
    question.value = null;
    asked.answer(sure);
  };
  return html`
    <dialog ref=${dialog} aria-labelledby="question" aria-describedby="consequence" onCancel=${() => answer(false)}
        onClick=${(/** @type {MouseEvent} */ event) => event.target === dialog.current && answer(false)}>
      <form method="dialog" onSubmit=${(/** @type {Event} */ event) => { event.preventDefault(); answer(true); }}>
        <h2 id="question">${asked.title}</h2>
        <p id="consequence">${asked.text}</p>
        <div class="buttons">
          <button type="button" class="button" onClick=${() => answer(false)}>${t('cancel')}</button>
          <button type="submit" class="button ${asked.isDangerous ? 'dangerous' : 'primary'}">${asked.action}</button>
        </div>
      </form>
    </dialog>`;
}
