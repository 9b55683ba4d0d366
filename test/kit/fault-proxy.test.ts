import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { FaultProxy } from './fault-proxy.ts';

const PIECE = 64 * 1024;

it('passes bytes on whole and in their order, however slow the line and however busy the process', async () => {
  const sent = Buffer.alloc(40 * (PIECE + 4));
  for (let at = 0; at < sent.length; at += 4) sent.writeInt32LE(at, at);
  const server = createServer((socket) => socket.end(sent)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await FaultProxy.start((server.address() as AddressInfo).port, 'bytes');
  proxy.line.latency = 10;
  // Between two pieces that come in one turn of the event loop the process has something else to do: a late timer for the first must not let the second by.
  Object.defineProperty(proxy.line, 'bytesPerSecond', {
    get: () => {
      for (const until = performance.now() + 4; performance.now() < until; );
      return 10 * 1024 * 1024;
    },
  });
  const came: Buffer[] = [];
  for await (const piece of connect(proxy.port, '127.0.0.1')) came.push(piece as Buffer);
  expect(Buffer.concat(came).equals(sent)).toBe(true);
  await proxy.close();
  server.close();
});
