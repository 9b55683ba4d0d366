import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Commands, VERSION } from './commands.ts';
import type { Databases } from './data.ts';
import { encodeAnswer, MessageSplitter, parseRequest } from './message.ts';

export interface WireServer {
  uri: string;
  close(): Promise<void>;
}

/**
 * A standalone MongoDB server on a free loopback port, over `databases`, which it changes. `version` decides what it does where versions differ;
 * every answer waits `latency` milliseconds, as over a long line.
 */
export async function serveWire(databases: Databases, version = VERSION, latency = 0): Promise<WireServer> {
  const commands = new Commands(databases, version);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    converse(socket, commands, latency);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function converse(socket: Socket, commands: Commands, latency: number): void {
  const splitter = new MessageSplitter();
  socket.on('data', (piece) => {
    try {
      for (const message of splitter.push(piece)) {
        const request = parseRequest(message);
        const answer = commands.answer(request);
        if (request.unacknowledged) continue;
        const parts = encodeAnswer(request, answer);
        if (latency > 0) setTimeout(() => send(socket, parts), latency);
        else send(socket, parts);
      }
    } catch (error) {
      // As a real server does with what is no message.
      process.stderr.write(`wire server: ${error instanceof Error ? error.stack : error}\n`);
      socket.destroy();
    }
  });
}

function send(socket: Socket, parts: Buffer[]): void {
  socket.cork();
  for (const part of parts) socket.write(part);
  socket.uncork();
}
