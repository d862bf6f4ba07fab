// A server of MCP events by webhook on mcp-handler, which speaks the design before SEP-3415 and leaves storage and delivery to its user: what is below.
// What it tells depends on the clock only, as in typescript-events-server.mjs. It accepts https addresses only; posting goes to http on the same
// port, as a server does whose proxy ends TLS.
// Arguments: port, start (Unix time in ms), interval in ms, number of events.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { fromJsonSchema } from '@modelcontextprotocol/server';
import { createMcpHandler, experimental_registerMcpEvents, withMcpAuth } from 'mcp-handler';

const [port, start, interval, total] = process.argv.slice(2).map(Number);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const newest = () => Math.max(0, Math.min(total, Math.floor((Date.now() - start) / interval)));
const occurrence = (number) => ({
  eventId: `tick-${number}`,
  name: 'tick',
  timestamp: new Date(start + number * interval).toISOString(),
  data: { number },
  cursor: `at:${number}`,
});

const post = async (subscription, id, message) => {
  const body = JSON.stringify(message);
  const timestamp = Math.floor(Date.now() / 1000);
  const sign = (secret) => `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return fetch(subscription.url.replace('https:', 'http:'), {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(5000),
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': `${timestamp}`,
      'webhook-signature': subscription.secrets.map(sign).join(' '),
      'X-MCP-Subscription-Id': subscription.id,
    },
  });
};

const subscriptions = new Map();
const deliver = async (subscription) => {
  while (subscriptions.get(subscription.id) === subscription && (subscription.refreshBefore === null || Date.now() < Date.parse(subscription.refreshBefore))) {
    if (subscription.position >= newest()) {
      await sleep(5);
      continue;
    }
    const next = occurrence(subscription.position + 1);
    const answer = await post(subscription, next.eventId, next).catch(() => ({ ok: false }));
    if (answer.ok) subscription.position++;
    else await sleep(50);
  }
  if (subscriptions.get(subscription.id) === subscription) subscriptions.delete(subscription.id);
};

const events = {
  getPrincipal: () => 'alice',
  ttl: { minMs: 1000, defaultMs: 3000, maxMs: 3000 },
  events: [
    {
      name: 'tick',
      description: 'A number, each time the next one.',
      inputSchema: fromJsonSchema({ type: 'object', properties: {}, additionalProperties: false }),
      payloadSchema: fromJsonSchema({ type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] }),
      authorize: () => true,
    },
  ],
  subscriptions: {
    prepare: () => crypto.randomUUID(),
    upsert: ({ secret, cursor, ...wanted }) => {
      const known = subscriptions.get(wanted.id);
      if (known) {
        Object.assign(known, wanted, { secrets: known.secrets[0] === secret ? known.secrets : [secret, known.secrets[0]] });
        return { cursor: `at:${known.position}`, truncated: false };
      }
      const subscription = { ...wanted, secrets: [secret], position: cursor === null ? newest() : Number(cursor.split(':')[1]) };
      subscriptions.set(wanted.id, subscription);
      deliver(subscription);
      return { cursor: `at:${subscription.position}`, truncated: false };
    },
    remove: ({ id }) => subscriptions.delete(id),
  },
  delivery: {
    verifyEndpoint: async (target) => {
      const challenge = crypto.randomUUID();
      const answer = await post({ ...target, secrets: [target.secret] }, `msg_verification_${challenge}`, { type: 'verification', challenge }).catch(() => null);
      if (answer === null) return { verified: false, reason: 'connection_refused' };
      const echo = answer.ok ? await answer.json() : {};
      return echo.challenge === challenge ? { verified: true } : { verified: false, reason: 'challenge_failed' };
    },
  },
};

const handler = withMcpAuth(
  createMcpHandler((server) => experimental_registerMcpEvents(server, events), { serverInfo: { name: 'mcp-handler-events', version: '2.4.0' } }),
  (_, token) => (token === 'key-of-alice' ? { token, clientId: 'test', scopes: [] } : undefined),
  { required: true },
);
createServer(async (request, response) => {
  const body = await buffer(request);
  const answer = await handler(
    new Request(`http://127.0.0.1:${port}${request.url}`, { method: request.method, headers: request.headers, body: body.length > 0 ? body : undefined }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  for await (const chunk of answer.body ?? []) response.write(chunk);
  response.end();
}).listen(port, '127.0.0.1');
