// A server of MCP events on the official TypeScript SDK, revision 2026-07-28. What it tells depends on the clock only: event n happens n intervals
// after the start that it is given, so that a server that was killed and started again has the same history.
// Arguments: port, start (Unix time in ms), interval in ms, number of events.
import { createServer } from 'node:http';
import { createMcpHandler, McpServer, ProtocolError } from '@modelcontextprotocol/server';
import { toNodeHandler } from '@modelcontextprotocol/node';

const [port, start, interval, total] = process.argv.slice(2).map(Number);
const type = {
  name: 'tick',
  description: 'A number, each time the next one.',
  delivery: ['push', 'poll'],
  inputSchema: { type: 'object', properties: { parity: { type: 'string', enum: ['even', 'odd'] } }, additionalProperties: false },
  payloadSchema: { type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] },
};
const params = { '~standard': { version: 1, vendor: 'none', validate: (value) => ({ value }) } };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const newest = () => Math.max(0, Math.min(total, Math.floor((Date.now() - start) / interval)));
const positionOf = (cursor) => (cursor == null ? newest() : Number(cursor.split(':')[1]));
const wanted = (asked, number) => asked?.parity === undefined || asked.parity === (number % 2 ? 'odd' : 'even');
const occurrence = (number) => ({ eventId: `tick-${number}`, name: type.name, timestamp: new Date(start + number * interval).toISOString(), data: { number } });
const check = ({ name }) => {
  if (name !== type.name) throw new ProtocolError(-32023, 'NotFound', { kind: 'event' });
};

const create = () => {
  const server = new McpServer(
    { name: 'typescript-sdk-events', version: '2.4.0' },
    { capabilities: { events: {}, extensions: { 'io.modelcontextprotocol/events': {} } } },
  );
  server.server.setRequestHandler('events/list', { params }, async () => ({ events: [type] }));
  server.server.setRequestHandler('events/stream', { params }, async (asked, context) => {
    check(asked);
    const { id, signal } = context.mcpReq;
    const notify = (method, members) =>
      context.mcpReq.notify({ method: `notifications/events/${method}`, params: { ...members, _meta: { 'io.modelcontextprotocol/subscriptionId': id } } });
    let position = positionOf(asked.cursor);
    await notify('active', { cursor: `at:${position}`, truncated: false });
    for (let beat = Date.now(); !signal.aborted; await sleep(5)) {
      for (; position < newest() && !signal.aborted; ) {
        position++;
        if (wanted(asked.arguments, position)) await notify('event', { ...occurrence(position), cursor: `at:${position}` });
      }
      if (Date.now() - beat >= 500) {
        beat = Date.now();
        await notify('heartbeat', { cursor: `at:${position}` });
      }
    }
    return {};
  });
  server.server.setRequestHandler('events/poll', { params }, async (asked) => {
    check(asked);
    const from = positionOf(asked.cursor);
    const to = Math.min(newest(), from + 50);
    const numbers = Array.from({ length: to - from }, (_, index) => from + index + 1).filter((number) => wanted(asked.arguments, number));
    return { events: numbers.map(occurrence), cursor: `at:${to}`, truncated: false, hasMore: to < newest(), nextPollMs: 100 };
  });
  return server;
};
createServer(toNodeHandler(createMcpHandler(create, { legacy: 'reject' }))).listen(port, '127.0.0.1');
