import assert from 'node:assert/strict';
import { it } from 'node:test';
import { busiest, NO_SERIES, withPoint } from '../../src/McpSseActors.Dashboard/Page/series.js';

const at = (/** @type {number} */ second) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

it('should append types that are named as what every object has', () => {
  const types = JSON.parse('{ "constructor": 1, "toString": 2, "__proto__": 3 }');
  const series = [1, 2].reduce((known, second) => withPoint(known, { time: at(second), rate: 6, byType: types, reconnects: 0 }), NO_SERIES);
  assert.deepEqual(busiest(series, 'rest').map(({ label, values }) => [label, values]), [['__proto__', [3, 3]], ['toString', [2, 2]], ['constructor', [1, 1]]]);
});

it('should show one rest, of those that the host and the page leave out', () => {
  const byType = { '(other)': 50, ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((type, index) => [type, 10 - index])) };
  const lines = busiest(withPoint(NO_SERIES, { time: at(1), rate: 99, byType, reconnects: 0 }), 'rest');
  assert.deepEqual(lines.map(({ label, values }) => [label, values[0]]), [['a', 10], ['b', 9], ['c', 8], ['d', 7], ['e', 6], ['rest', 59]]);
});
