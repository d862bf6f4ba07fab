import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../../src/McpSseActors.Dashboard/Assets/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|css|html|svg)$/.test(name));
const read = (/** @type {string} */ name) => readFileSync(folder + name, 'utf8');

it('should have at most 60 KB, compressed', () => {
  const bytes = files.reduce((sum, name) => sum + gzipSync(read(name)).length, 0);
  assert.ok(bytes <= 60_000, `${bytes} bytes`);
});

it('should have no inline script or style, and load nothing from elsewhere', () => {
  for (const name of files.filter((each) => !each.startsWith('vendor'))) {
    assert.doesNotMatch(read(name), / style="|<style|<script>|javascript:|\beval\(|innerHTML|dangerouslySet/, name);
    assert.doesNotMatch(read(name).replaceAll('http://www.w3.org/2000/svg', ''), /["'(]https?:\/\//, name);
  }
});

it('should use every text of the dictionary', () => {
  const own = files.filter((name) => name.endsWith('.js') && name !== 'texts.js').map(read).join('\n');
  const keys = [...read('texts.js').split('const zh')[0].matchAll(/^ {2}(\w+): '/gm)].map(([, key]) => key);
  const named = ['Disabled', 'Idle', 'Connecting', 'Connected', 'BackingOff', 'Stopped', 'Failed', 'Running', 'Retrying', 'Open'];
  const reasons = ['duplicate', 'oversized', 'malformed', 'unwanted', 'handler_stopped', 'mailbox_full', 'batch_failed', 'overflow', 'not_stored'];
  assert.ok(keys.length > 150);
  assert.deepEqual(keys.filter((key) => !own.includes(`'${key}'`) && !named.includes(key) && !reasons.includes(key)), []);
});
