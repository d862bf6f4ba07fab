// A server of the official TypeScript SDK, revision 2026-07-28 only: an update of every resource that is subscribed to each 300 ms, a comment
// as a keep-alive each 200 ms, and a graceful end on SIGTERM.
import { createServer } from 'node:http';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { toNodeHandler } from '@modelcontextprotocol/node';

const create = () => {
  const server = new McpServer(
    { name: 'typescript-sdk', version: '2.4.0' },
    { capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true } } },
  );
  server.registerResource('a', 'demo://a', {}, (uri) => ({ contents: [{ uri: uri.href, text: 'read' }] }));
  return server;
};
const handler = createMcpHandler(create, { legacy: 'reject', keepAliveMs: 200 });
const server = createServer(toNodeHandler(handler));
server.listen(Number(process.argv[2]), '127.0.0.1');
setInterval(() => {
  handler.notify.resourceUpdated('demo://a');
  handler.notify.toolsChanged();
}, 300);
process.on('SIGTERM', async () => {
  await handler.close();
  // What was written last has to leave first.
  server.close(() => process.exit(0));
  setInterval(() => server.closeIdleConnections(), 50);
});
