import { post } from '../api.js';
import { act } from '../parts/notices.js';
import { t } from '../texts.js';

/** @typedef {{ filter: Record<string, string> } | { ids: string[] }} Letters */

/** @param {Letters} letters */
export const retryLetters = (letters) => act(() => post('dead-letters/retry', letters), (/** @type {import('../contract').LettersRetried} */ result) => {
  const { handled, failed, underWay, faults, missingNodes } = result;
  const missing = missingNodes.length > 0 && t('retriedWithout', { nodes: missingNodes.join(', ') });
  return [t('retriedResult', { handled, failed, underWay }), faults[0]?.reason, missing].filter(Boolean).join(' ');
});

/** @param {Letters} letters */
export const discardLetters = (letters) => act(() => post('dead-letters/discard', letters), (/** @type {{ discarded: number }} */ { discarded }) =>
  t('discardedResult', { n: discarded }));
