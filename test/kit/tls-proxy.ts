import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';

export interface TlsProxy {
  port: number;
  close(): Promise<void>;
}

/** Speaks TLS to its clients and plain TCP to the server behind it: what has no TLS of its own gets it. */
export async function startTlsProxy(uri: string, options: TlsOptions): Promise<TlsProxy> {
  const target = Number(new URL(uri).port);
  const sockets = new Set<Socket>();
  const server = createServer(options, (client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
