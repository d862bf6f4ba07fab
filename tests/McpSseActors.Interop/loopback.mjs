// server-everything listens on every address of the machine; loaded before it, this makes it listen on 127.0.0.1 only.
import { Server } from 'node:net';

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...more) {
  return listen.call(this, Number(port), '127.0.0.1', ...more);
};
