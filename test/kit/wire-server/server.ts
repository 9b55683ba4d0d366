import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Document } from 'bson';
import { Commands } from './commands.ts';
import type { Databases } from './data.ts';
import { encodeAnswer, MessageSplitter, parseRequest } from './message.ts';

export interface WireServer {
  uri: string;
  close(): Promise<void>;
}

export interface WireServerOptions {
  /** Decides what it does where versions differ. */
  version?: string;
  /** Every answer waits so many milliseconds, as over a long line. */
  latency?: number;
  /** Whether it is the only member of a replica set, which knows snapshot reads. */
  replicaSet?: boolean;
  /** Further members of that replica set, as it names them; nobody answers for them. */
  otherMembers?: string[];
  /** Called before each command is carried out: an application that writes meanwhile. */
  onCommand?: (command: Document) => void;
}

/** A MongoDB server on a free loopback port, over `databases`, which it changes. */
export async function serveWire(databases: Databases, o: WireServerOptions = {}): Promise<WireServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    converse(socket, commands, o);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const commands = new Commands(databases, { version: o.version, members: o.replicaSet ? [address, ...(o.otherMembers ?? [])] : [] });
  return {
    uri: `mongodb://${address}/`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function converse(socket: Socket, commands: Commands, { latency = 0, onCommand }: WireServerOptions): void {
  const splitter = new MessageSplitter();
  socket.on('data', (piece) => {
    try {
      for (const message of splitter.push(piece)) {
        const request = parseRequest(message);
        onCommand?.(request.command);
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
