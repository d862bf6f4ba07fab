import { Store } from './store.js';

/** An answer that is not a success, in the host's words. */
export class Problem extends Error {
  /**
   * @param {number} status 0 for a request without an answer
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Who uses the page and what they may do. */
export const me = new Store(/** @type {import('./contract').Me | null} */ (null));

export async function loadMe() {
  me.value = await get('me');
}

/**
 * @param {string} path below api/v1, such as "streams/chat"
 * @param {Record<string, string | number | boolean | null | undefined>} [query]
 */
export function url(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== '' && value != null && value !== false);
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return `api/v1/${path}${text && `?${text}`}`;
}

/**
 * @param {string} path
 * @param {Parameters<typeof url>[1]} [query]
 */
export const get = (path, query) => answer(url(path, query), { headers: { accept: 'application/json' } });

/**
 * @param {string} path
 * @param {unknown} [body]
 */
export function post(path, body) {
  const { header, token } = me.value?.antiforgery ?? { header: 'x-none', token: '' };
  return answer(url(path), {
    method: 'POST',
    headers: { accept: 'application/json', [header]: token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/**
 * @param {string} address
 * @param {RequestInit} request
 */
async function answer(address, request) {
  let response;
  try {
    response = await fetch(address, { credentials: 'same-origin', ...request });
  } catch (lost) {
    throw new Problem(0, lost instanceof Error ? lost.message : String(lost));
  }
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const content = response.status === 204 || !isJson ? null : await response.json().catch(() => null);
  if (response.ok) return content;
  const { title, detail } = /** @type {import('./contract').ProblemDocument} */ (content ?? {});
  throw new Problem(response.status, detail || title || `${response.status} ${response.statusText}`.trim());
}
