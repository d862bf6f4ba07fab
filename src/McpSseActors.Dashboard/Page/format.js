import { isChinese, locale, t } from './texts.js';

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const minutes = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
/** @type {Map<string, Intl.NumberFormat>} */
const units = new Map();
const clockOfDay = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** @param {number} value */
export const count = (value) => (value < 100_000 ? whole : short).format(value);

/** @param {number} value what happened in the last minute */
export const perMinute = (value) => t('perMinute', { n: (value < 10_000 ? whole : short).format(value) });

/** @param {number} value */
export const rate = (value) => (value < 10 ? fine : value < 100_000 ? whole : short).format(value);

/** @param {number} value */
export const exact = (value) => whole.format(value);

/** @param {number} value */
export function size(value) {
  const power = value < 999.5 ? 0 : value < 999.5e3 ? 1 : value < 999.5e6 ? 2 : 3; // 1 MB rather than 1,000 kB
  const amount = value / 1e3 ** power;
  return unit(['byte', 'kilobyte', 'megabyte', 'gigabyte'][power], amount, amount < 10 && power > 0 ? 1 : 0);
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  if (milliseconds < 1_000) return unit('millisecond', milliseconds, milliseconds < 1 ? 2 : milliseconds < 10 ? 1 : 0);
  const seconds = Math.floor(milliseconds / 1_000);
  const parts = /** @type {const} */ ([['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]]);
  const first = parts.findIndex(([, length]) => seconds >= length);
  return parts.slice(first, first + 2)
    .map(([name, length], index) => ({ name, value: Math.floor((index ? seconds % parts[first][1] : seconds) / length) }))
    .filter(({ value }, index) => index === 0 || value > 0)
    .map(({ name, value }) => unit(name, value))
    .join(isChinese ? '' : ' ');
}

/**
 * How long ago something was, in whole seconds.
 * @param {string | null | undefined} time
 * @param {number} now
 */
export function age(time, now) {
  if (!time) return '';
  const passed = now - Date.parse(time);
  return passed < 1_000 ? unit('second', 0) : duration(passed);
}

/**
 * @param {string | null | undefined} time
 * @param {number} now
 */
export function ago(time, now) {
  if (!time) return t('never');
  return now - Date.parse(time) < 2_000 ? t('justNow') : t('ago', { age: age(time, now) });
}

/**
 * The time of day, and the day if it isn't today.
 * @param {string | number | null | undefined} time
 */
export function at(time) {
  if (time == null) return t('never');
  const date = new Date(time);
  return (date.toDateString() === new Date().toDateString() ? clock : clockOfDay).format(date);
}

/** The time of day without seconds. @param {number} time */
export const atMinute = (time) => minutes.format(time);

/** @param {string | null | undefined} text */
export function pretty(text) {
  if (!text) return '';
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * @param {string} name
 * @param {number} value
 */
function unit(name, value, digits = 0) {
  const key = name + digits;
  let found = units.get(key);
  if (!found) units.set(key, (found = new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow', maximumFractionDigits: digits })));
  return found.format(value);
}
