import { Store } from './store.js';

/**
 * What the part of the URL behind # asks for: #/, #/streams/NAME, #/streams/NAME/TAB, #/dead-letters; each with a query.
 * @typedef {{ page: 'streams' | 'stream' | 'dead-letters', name: string, tab: string, query: Record<string, string> }} Route
 */

export const route = new Store(read());
addEventListener('hashchange', () => (route.value = read()));

/** @returns {Route} */
function read() {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [first, name = '', tab = ''] = path.split('/').map(decode);
  const page = first === 'streams' && name ? 'stream' : first === 'dead-letters' ? 'dead-letters' : 'streams';
  return { page, name, tab, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * @param {string[]} parts
 * @param {Record<string, string>} [query]
 */
export function link(parts, query = {}) {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${given && `?${given}`}`;
}

/**
 * Changes the query of the page that is shown, without an entry in the history: the filters of a page are in its URL, but typing is not navigating.
 * @param {Record<string, string>} changes
 */
export function changeQuery(changes) {
  const path = location.hash.replace(/^#\/?/, '').split('?')[0];
  const parts = path.split('/').filter(Boolean).map(decode);
  history.replaceState(null, '', link(parts, { ...route.value.query, ...changes }));
  route.value = read();
}
