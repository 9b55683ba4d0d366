import type { Server } from 'node:net';

/** How long clients may take and how many may come; each is a default that a test may shorten. Milliseconds. */
export interface ConnectionLimits {
  /** The TLS handshake. */
  handshake: number;
  /** The whole header of a request. */
  headers: number;
  /** The whole request with its body. */
  request: number;
  /** Between two requests of a connection. */
  idle: number;
  /** Without a byte in either direction: a reader of a download that stopped reading. */
  silence: number;
  /** How often all of them are looked after. */
  checkEvery: number;
  connections: number;
  /** From one address, unless it is a proxy or this machine. */
  connectionsOfAddress: number;
}

/**
 * Turns away who comes when too many are there, and who has too many already: one source must not take every place. `isExempt`: behind that
 * address may be many.
 */
export function limitConnections(server: Server, limits: ConnectionLimits, isExempt: (address: string) => boolean): void {
  server.maxConnections = limits.connections;
  const counts = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress;
    if (address === undefined || isExempt(address)) return;
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.once('close', () => {
      const left = counts.get(address)! - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
    if (count > limits.connectionsOfAddress) socket.destroy();
  });
}
