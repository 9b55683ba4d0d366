import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a server, whose connections a test cuts at will. */
export interface CuttingProxy {
  port: number;
  /** Cuts every connection once `bytes` more have gone to the server, and lets new ones through. */
  cutAfter(bytes: number): void;
  /** How often it cut. */
  cuts: number;
  close(): Promise<void>;
}

export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  const proxy: CuttingProxy = {
    port: 0,
    cuts: 0,
    cutAfter: (bytes) => {
      left = bytes;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
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
    client.on('data', (piece) => {
      left -= piece.length;
      upstream.write(piece);
      if (left > 0) return;
      left = Number.POSITIVE_INFINITY;
      proxy.cuts++;
      // The server may get what was sent and act on it; the client will never know.
      for (const socket of sockets) if (socket !== upstream) socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as { port: number }).port;
  return proxy;
}
