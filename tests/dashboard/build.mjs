// Builds src/McpSseActors.Dashboard/Page into page.js and page.css of its Assets: 'npm run build'. They are committed, so .NET needs no npm.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dashboard = fileURLToPath(new URL('../../src/McpSseActors.Dashboard/', import.meta.url));

/** @type {import('esbuild').Plugin} What others wrote stays as it is, in separate files. */
const vendor = {
  name: 'vendor',
  setup: ({ onResolve }) => onResolve({ filter: /\/vendor\// }, ({ path }) => ({ path: `./vendor/${path.split('/').at(-1)}`, external: true })),
};

/** @param {boolean} write whether the files are written, or only returned */
export const buildPage = async (write) => (await build({
  entryPoints: [{ in: `${dashboard}Page/main.js`, out: 'page' }, { in: `${dashboard}Page/app.css`, out: 'page' }],
  outdir: `${dashboard}Assets`,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2023',
  charset: 'utf8',
  plugins: [vendor],
  write,
})).outputFiles ?? [];

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage(true);
