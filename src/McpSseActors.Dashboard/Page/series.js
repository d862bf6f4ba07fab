/** @typedef {import('./contract').Series} Series */

/** @type {Series} nothing is known yet */
export const NO_SERIES = { end: '1970-01-01T00:00:00Z', stepSeconds: 1, rates: [], byType: {}, reconnects: [], handlerMilliseconds: [] };

const MOST = 300;
const TYPES = 6; // as many as colors
const HOST_REST = '(other)'; // the host knows few types, too

/**
 * Appends a point to the series of a stream, and drops the oldest.
 * @param {Series} series
 * @param {import('./contract').SeriesPoint} point
 * @returns {Series}
 */
export function withPoint(series, point) {
  if (Date.parse(point.time) < Date.parse(series.end) + series.stepSeconds * 500) return series; // it is there already
  const length = series.rates.length;
  const append = (/** @type {(number | null)[]} */ values, /** @type {number | null} */ value) => [...values, value].slice(-MOST);
  const typed = (/** @type {string} */ type) => append(own(series.byType, type) ?? Array(length).fill(null), own(point.byType, type) ?? 0);
  const types = new Set([...Object.keys(series.byType), ...Object.keys(point.byType)]);
  return {
    stepSeconds: series.stepSeconds,
    end: point.time,
    rates: append(series.rates, point.rate),
    byType: Object.fromEntries([...types].map((type) => [type, typed(type)])),
    reconnects: append(series.reconnects, point.reconnects),
    handlerMilliseconds: append(series.handlerMilliseconds, point.handlerMilliseconds ?? null),
  };
}

/**
 * A type may have a name that every object knows, such as "constructor".
 * @template T
 * @param {Record<string, T>} record
 * @param {string} key
 */
const own = (record, key) => (Object.hasOwn(record, key) ? record[key] : undefined);

/**
 * The times of the points, in seconds.
 * @param {Series} series
 */
export const times = (series) => series.rates.map((_, index) => Date.parse(series.end) / 1_000 - (series.rates.length - 1 - index) * series.stepSeconds);

/**
 * The busiest types, and the rest as one.
 * @param {Series} series
 * @param {string} rest the name of the rest
 */
export function busiest(series, rest) {
  const sum = (/** @type {(number | null)[]} */ values) => values.reduce((/** @type {number} */ total, value) => total + (value ?? 0), 0);
  const lines = Object.entries(series.byType)
    .map(([label, values]) => ({ label: label === HOST_REST ? rest : label, values, sum: label === HOST_REST ? 0 : sum(values) }))
    .filter((line) => line.values.some(Boolean))
    .sort((a, b) => b.sum - a.sum);
  if (lines.length <= TYPES) return lines;
  const others = lines.slice(TYPES - 1);
  const values = series.rates.map((_, index) => (others.every((line) => line.values[index] == null)
    ? null : others.reduce((total, line) => total + (line.values[index] ?? 0), 0)));
  return [...lines.slice(0, TYPES - 1), { label: rest, values }];
}
