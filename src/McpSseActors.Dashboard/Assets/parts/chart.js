import { html, useLayoutEffect, useRef, useState } from '../vendor/htm-preact.js';
import { at, atMinute } from '../format.js';
import { t } from '../texts.js';

/** @typedef {{ label: string, values: (number | null)[] }} Line */

const HEIGHT = 160;
const LEFT = 52;
const BOTTOM = 22;
const ROOM = HEIGHT - BOTTOM;
const TIME_STEPS = [5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

/**
 * A chart over time with its legend, which shows the values below the pointer, or the last ones.
 * @param {{ title: string, times: number[], lines: Line[], format: (value: number) => string, stacked?: boolean, bars?: boolean }} props
 *   the times in seconds, evenly spaced
 */
export function Chart({ title, times, lines, format, stacked = false, bars = false }) {
  const [place, width] = useWidth();
  const [pointed, point] = useState(-1);
  const isEmpty = times.length === 0;
  const drawn = stacked ? sums(lines) : lines.map(({ values }) => values);
  const largest = drawn.reduce((top, values) => values.reduce((/** @type {number} */ most, value) => Math.max(most, value ?? 0), top), 0);
  const step = Math.max(niceStep(largest / 4), bars ? 1 : 0);
  const ticks = [0, 1, 2, 3, 4].map((tick) => tick * step);
  const gap = (width - LEFT) / Math.max(1, times.length - (bars ? 0 : 1));
  const x = (/** @type {number} */ index) => LEFT + index * gap;
  const y = (/** @type {number} */ value) => 6 + (ROOM - 6) * (1 - value / ticks[4]);
  const shown = pointed >= 0 && pointed < times.length ? pointed : times.length - 1;
  const values = lines.map((line) => ({ label: line.label, value: line.values[shown] == null ? '–' : format(Number(line.values[shown])) }));
  const spoken = `${title}: ${values.map(({ label, value }) => `${label} ${value}`).join(', ')}`;
  const bar = (/** @type {number} */ index, /** @type {number} */ value) => `M${x(index)},${y(0)}V${y(value)}h${Math.max(2, gap * 0.8)}V${y(0)}Z`;
  const follow = (/** @type {any} */ event) => {
    const index = (event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT) / gap;
    point(Math.min(times.length - 1, Math.max(0, bars ? Math.floor(index) : Math.round(index))));
  };
  return html`
    <figure class="chart card">
      <figcaption><h3>${title}</h3><span class="muted">${pointed >= 0 && !isEmpty && at(times[shown] * 1_000)}</span></figcaption>
      <div ref=${place} class="plot">
        ${isEmpty ? html`<p class="muted">${t('noData')}</p>` : html`
          <svg width=${width} height=${HEIGHT} role="img" aria-label=${spoken}
              onPointerMove=${follow} onPointerLeave=${() => point(-1)}>
            ${ticks.map((tick) => html`
              <line class="grid" x1=${LEFT} x2=${width} y1=${y(tick)} y2=${y(tick)} />
              <text x=${LEFT - 8} y=${y(tick) + 4} text-anchor="end">${format(tick)}</text>`)}
            ${timeTicks(times, gap).map(({ index, text }) => html`<text x=${x(index)} y=${HEIGHT - 4} text-anchor="middle">${text}</text>`)}
            ${drawn.map((each, line) => bars
              ? html`<path class="bar s${line}" d=${each.map((value, index) => (value ? bar(index, value) : '')).join('')} />`
              : html`
                <path class="area s${line} ${stacked ? 'solid' : ''}" d=${pathOf(each, x, y, true)} />
                <path class="line s${line}" d=${pathOf(each, x, y, false)} />`)}
            ${pointed >= 0 && html`<line class="pointed" x1=${x(shown)} x2=${x(shown)} y1="0" y2=${ROOM} />`}
          </svg>`}
      </div>
      ${!isEmpty && html`
        <ul class="legend">${values.map(({ label, value }, line) => html`<li key=${label}><i class="swatch s${line}"></i>${label} <b>${value}</b></li>`)}</ul>`}
    </figure>`;
}

/** @returns {[import('../vendor/htm-preact.js').Ref<HTMLDivElement>, number]} */
function useWidth() {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [width, setWidth] = useState(400);
  useLayoutEffect(() => {
    const resized = new ResizeObserver(([entry]) => setWidth(Math.max(200, Math.floor(entry.contentRect.width))));
    if (place.current) resized.observe(place.current);
    return () => resized.disconnect();
  }, []);
  return [place, width];
}

/**
 * Each line as the sum of itself and those behind it: the first is the largest, and those drawn after it cover their part.
 * @param {Line[]} lines
 */
function sums(lines) {
  /** @type {(number | null)[][]} */
  const result = [];
  for (const { values } of lines.toReversed())
    result.unshift(values.map((value, index) => (value == null && result[0]?.[index] == null ? null : (value ?? 0) + (result[0]?.[index] ?? 0))));
  return result;
}

/**
 * A line with a gap where there is no value, or the area below it.
 * @param {(number | null)[]} values
 * @param {(index: number) => number} x
 * @param {(value: number) => number} y
 * @param {boolean} isArea
 */
function pathOf(values, x, y, isArea) {
  let path = '';
  values.forEach((value, index) => {
    if (value == null) return;
    const isFirst = values[index - 1] == null;
    const isLast = values[index + 1] == null;
    path += isArea && isFirst ? `M${x(index).toFixed(1)},${y(0)}L` : isFirst ? 'M' : 'L';
    path += `${x(index).toFixed(1)},${y(value).toFixed(1)}`;
    if (isArea && isLast) path += `L${x(index).toFixed(1)},${y(0)}Z`;
  });
  return path;
}

/** The next 1, 2 or 5 times a power of ten. @param {number} least */
function niceStep(least) {
  if (least <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/**
 * The points whose times are written below the chart: round ones, not too close.
 * @param {number[]} times
 * @param {number} gap between two points, in pixels
 */
function timeTicks(times, gap) {
  const seconds = times.length > 1 ? times[1] - times[0] : 1;
  const step = TIME_STEPS.find((each) => (each / seconds) * gap >= (each < 60 ? 90 : 56)) ?? 7_200;
  const crossed = (/** @type {number} */ index) => index > 0 && Math.floor(times[index] / step) > Math.floor(times[index - 1] / step);
  return times.map((_, index) => index)
    .filter((index) => crossed(index) && index * gap > 24 && (times.length - 1 - index) * gap > 24)
    .map((index) => ({ index, text: (step < 60 ? at : atMinute)(times[index] * 1_000) }));
}
