import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildPage } from './build.mjs';

const folder = fileURLToPath(new URL('../../src/McpSseActors.Dashboard/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /^Page\/.*\.(js|css)$|^Assets\/[^/]*\.(html|svg)$/.test(name));
const read = (/** @type {string} */ name) => readFileSync(folder + name, 'utf8');

it('should be built from its sources', async () => {
  for (const { path, text } of await buildPage(false))
    assert.ok(readFileSync(path, 'utf8') === text, `${path} is older than its sources: run 'npm run build' in tests/dashboard, and commit it`);
});

it('should have no inline script or style, and load nothing from elsewhere', () => {
  for (const name of files) {
    assert.doesNotMatch(read(name), / style="|<style|<script>|javascript:|\beval\(|innerHTML|dangerouslySet/, name);
    assert.doesNotMatch(read(name).replaceAll('http://www.w3.org/2000/svg', ''), /["'(]https?:\/\//, name);
  }
});

it('should use every text of the dictionary', () => {
  const own = files.filter((name) => name.endsWith('.js') && name !== 'Page/texts.js').map(read).join('\n');
  const keys = [...read('Page/texts.js').split('const zh')[0].matchAll(/^ {2}(\w+): '/gm)].map(([, key]) => key);
  const named = ['Disabled', 'Idle', 'Connecting', 'Connected', 'BackingOff', 'Stopped', 'Failed', 'Running', 'Retrying', 'Open'];
  const reasons = ['duplicate', 'oversized', 'malformed', 'unwanted', 'handler_stopped', 'mailbox_full', 'batch_failed', 'overflow', 'not_stored'];
  assert.ok(keys.length > 150);
  assert.deepEqual(keys.filter((key) => !own.includes(`'${key}'`) && !named.includes(key) && !reasons.includes(key)), []);
});
