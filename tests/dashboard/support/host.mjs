import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../McpSseActors.Dashboard.Host/bin/Release/net10.0/McpSseActors.Dashboard.Host.dll', import.meta.url));

/** A host with streams in every state, as a separate process. */
export class Host {
  #process;
  #ended;
  /** @type {URL} */
  page;

  /** @param {string[]} options @returns {Promise<Host>} once it answers */
  static async start(port = 0, ...options) {
    const started = new Host();
    started.#process = spawn('dotnet', [program, String(port), ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    started.#ended = new Promise((resolve) => started.#process.once('exit', resolve));
    const lines = createInterface({ input: started.#process.stdout });
    started.page = await new Promise((resolve, reject) => {
      lines.on('line', (line) => (line.startsWith('http') ? resolve(new URL(line)) : console.error(`host: ${line}`)));
      void started.#ended.then((code) => reject(new Error(`The host ended with ${code}.`)));
    });
    return started;
  }

  /** @param {string} path such as "/viewer/" */
  at(path) {
    return new URL(path, this.page).href;
  }

  /** @param {'kill' | 'revive' | 'break' | 'repair'} what */
  async control(what) {
    const response = await fetch(this.at(`/control/${what}`), { method: 'POST' });
    if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
  }

  async stop() {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}

/**
 * A reverse proxy that adds a prefix, as in front of many dashboards: /tools/ops/x becomes /anyone/x.
 * @param {Host} host
 */
export async function startProxy(host) {
  const prefix = '/tools/ops';
  const proxy = createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith(prefix)) return void outgoing.writeHead(404).end();
    const path = `/anyone${incoming.url.slice(prefix.length)}`;
    const headers = { ...incoming.headers, host: host.page.host, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': incoming.headers.host };
    const forwarded = request({ host: host.page.hostname, port: host.page.port, method: incoming.method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
  return { url: `http://127.0.0.1:${port}${prefix}`, close: () => { proxy.closeAllConnections(); proxy.close(); } };
}
