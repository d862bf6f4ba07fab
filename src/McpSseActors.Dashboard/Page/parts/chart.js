import { html, useLayoutEffect, useRef, useState } from '../../Assets/vendor/htm-preact.js';
import uPlot from '../../Assets/vendor/uplot.js';
import { at, atMinute } from '../format.js';
import { t } from '../texts.js';

/** @typedef {{ label: string, values: (number | null)[] }} Line */
/** @typedef {{ format: (value: number) => string, stacked?: boolean, bars?: boolean }} Look */

const HEIGHT = 160;
const OUTSIDE = -10;
const TIME_STEPS = [5, 10, 30, 60, 120, 300];
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
const KEYS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30, Home: -Infinity, End: Infinity });

/**
 * A chart over time with its legend, which shows the values below the pointer, or the last ones. All charts of a page point at the same time; the arrow
 * keys move it.
 * @param {{ title: string, times: number[], lines: Line[] } & Look} props the times in seconds, evenly spaced
 */
export function Chart({ title, times, lines, ...look }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const plot = useRef(/** @type {uPlot | null} */ (null));
  const [pointed, point] = useState(/** @type {number | null | undefined} */ (null));
  const isEmpty = times.length < 2 || lines.every(({ values }) => values.every((value) => value == null));
  const data = /** @type {uPlot.AlignedData} */ ([times, ...(look.stacked ? sums(lines) : lines.map(({ values }) => values))]);

  useLayoutEffect(() => {
    if (isEmpty || !place.current) return;
    const made = draw(place.current, data, look, point);
    plot.current = made.plot;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [isEmpty, lines.length]);
  useLayoutEffect(() => plot.current?.setData(data), [times, lines]);

  const shown = pointed != null && pointed < times.length ? pointed : times.length - 1;
  const values = lines.map((line) => ({ label: line.label, value: line.values[shown] == null ? '–' : look.format(Number(line.values[shown])) }));
  const spoken = `${title}: ${values.map(({ label, value }) => `${label} ${value}`).join(', ')}`;
  // The third argument, which its types don't know, moves the other charts too.
  const pointAt = (/** @type {number} */ left) => /** @type {any} */ (plot.current)?.setCursor({ left, top: Math.min(0, left) }, true, true);
  const move = (/** @type {KeyboardEvent} */ event) => {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    const to = Math.min(times.length - 1, Math.max(0, shown + KEYS[event.key]));
    pointAt(plot.current?.valToPos(times[to], 'x') ?? OUTSIDE);
  };
  return html`
    <figure class="chart card">
      <figcaption><h3>${title}</h3><span class="muted">${pointed != null && !isEmpty && at(times[shown] * 1_000)}</span></figcaption>
      ${isEmpty ? html`<p key="none" class="plot muted">${t('noData')}</p>` : html`
        <div key="plot" ref=${place} class="plot" role="img" aria-label=${spoken} tabindex="0" onKeyDown=${move} onBlur=${() => pointAt(OUTSIDE)}></div>
        <ul class="legend">${values.map(({ label, value }, line) => html`<li key=${label}><i class="swatch s${line}"></i>${label} <b>${value}</b></li>`)}</ul>`}
    </figure>`;
}

/**
 * @param {HTMLElement} place
 * @param {uPlot.AlignedData} data
 * @param {Look} look
 * @param {(index: number | null | undefined) => void} point
 */
function draw(place, data, { format, stacked, bars }, point) {
  // Colors are those of the style sheet, as they are when it is drawn: the theme may change.
  const styleOf = (/** @type {string} */ selector) => getComputedStyle(place.parentElement?.querySelector(selector) ?? place);
  const color = (/** @type {number} */ line) => styleOf(`.swatch.s${line - 1}`).backgroundColor;
  const axis = { stroke: () => styleOf('.plot').color, grid: { stroke: () => styleOf('.plot').borderTopColor, width: 1 }, ticks: { show: false } };
  const font = `11px ${styleOf('.plot').fontFamily}`;
  const lines = Array.from({ length: data.length - 1 }, (_, line) => line + 1);
  const plot = new uPlot({
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 14, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'page' }, points: { show: !bars, size: 6 } },
    scales: { y: { range: (_, _least, most) => [0, Math.max(bars ? 1 : 0.1, (Number.isFinite(most) ? most : 0) * 1.1)] } },
    series: [{}, ...lines.map((line) => ({
      width: stacked ? 1 : 1.5,
      points: { show: false },
      stroke: () => color(line),
      fill: () => (bars ? color(line) : color(line).replace(')', `, ${stacked ? 0.55 : 0.12})`)),
      paths: bars ? uPlot.paths.bars?.({ size: [0.8, 20, 2] }) : undefined,
    }))],
    bands: stacked ? lines.slice(1).map((line) => ({ series: /** @type {[number, number]} */ ([line - 1, line]) })) : [],
    axes: [
      {
        ...axis, grid: { show: false }, font, size: 22, gap: 4, space: 70, incrs: TIME_STEPS,
        values: (_, times, _axis, _space, step) => times.map((time) => (step < 60 ? at : atMinute)(time * 1_000)),
      },
      { ...axis, font, gap: 6, space: 28, size: sizeOf, values: (_, values) => values.map(format), ...(bars ? { incrs: WHOLE_STEPS } : {}) },
    ],
    hooks: { setCursor: [({ cursor }) => point(cursor.idx)] },
  }, data, place);
  const resized = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
  resized.observe(place);
  const theme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => plot.redraw();
  theme.addEventListener('change', redraw);
  const destroy = () => {
    theme.removeEventListener('change', redraw);
    resized.disconnect();
    plot.destroy();
  };
  return { plot, destroy };
}

/** The width of the axis: that of its longest label. @param {uPlot} _ @param {string[] | null} labels */
const sizeOf = (_, labels) => Math.max(30, 10 + 6.5 * Math.max(0, ...(labels ?? []).map((label) => label.length)));

/**
 * Each line as the sum of itself and those that follow it: the first is the largest.
 * @param {Line[]} lines
 */
function sums(lines) {
  const isKnown = lines[0]?.values.map((_, index) => lines.some(({ values }) => values[index] != null)) ?? [];
  /** @type {(number | null)[][]} */
  const result = [];
  for (const { values } of lines.toReversed())
    result.unshift(values.map((value, index) => (isKnown[index] ? (value ?? 0) + (result[0]?.[index] ?? 0) : null)));
  return result;
}
