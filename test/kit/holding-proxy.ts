import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { MessageSplitter, parseRequest } from './wire-server/message.ts';

/** Which command to stop at: the `nth` of that name from now on, and whether the server still gets it (and carries it out). */
export interface Hold {
  command: string;
  nth: number;
  carriedOut: boolean;
}

/**
 * A TCP proxy in front of a MongoDB that stops whoever works through it in the middle of a chosen command: its connection stands still from there on,
 * until it ends. So a test can kill a process at a place that it knows.
 */
export interface HoldingProxy {
  uri: string;
  /** Resolves when the command has come. One at a time. */
  holdAt(hold: Hold): Promise<void>;
  close(): Promise<void>;
}

export async function startHoldingProxy(targetPort: number): Promise<HoldingProxy> {
  const sockets = new Set<Socket>();
  let waiting: (Hold & { reached: () => void }) | null = null;
  /** The hold that this message is stopped by. */
  const stopAt = (message: Buffer): Hold | null => {
    if (!waiting || !(waiting.command in parseRequest(message).command) || --waiting.nth > 0) return null;
    const hold = waiting;
    waiting = null;
    hold.reached();
    return hold;
  };
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    upstream.pipe(client);
    const splitter = new MessageSplitter();
    let isHeld = false;
    client.on('data', (piece) => {
      for (const message of splitter.push(piece)) {
        if (isHeld) return;
        const hold = stopAt(message);
        isHeld = hold !== null;
        if (hold) upstream.unpipe(client).resume();
        if (!hold || hold.carriedOut) upstream.write(message);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    holdAt: (hold) =>
      new Promise((reached) => {
        waiting = { ...hold, reached };
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
