import { html } from '../../Assets/vendor/htm-preact.js';

const WIDTH = 88;
const HEIGHT = 22;

/**
 * A small chart of the last minutes, from zero up to the largest value.
 * @param {{ values?: (number | null)[], label: string }} props
 */
export function Sparkline({ values = [], label }) {
  const top = Math.max(1, ...values.map(Number));
  const x = (/** @type {number} */ index) => (index * WIDTH) / Math.max(1, values.length - 1);
  const y = (/** @type {number} */ value) => HEIGHT - 1 - (value / top) * (HEIGHT - 3);
  const known = values.map((value, index) => ({ value, index })).filter(({ value }) => value != null);
  const line = known.map(({ value, index }) => `${x(index).toFixed(1)},${y(Number(value)).toFixed(1)}`).join(' ');
  return html`
    <svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${known.length > 1 && html`
        <polygon points="${x(known[0].index).toFixed(1)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}" />
        <polyline points=${line} />`}
    </svg>`;
}
