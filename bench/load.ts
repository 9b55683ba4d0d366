/** The load generator, a process of its own: keeps each connection busy with one request at a time, or asks at a set rate, signed as a client with one nonce signs them. */
import { Client } from 'undici';
import { DigestCredentials } from '../src/cli/digest-client.ts';
import { pause, realMilliseconds } from '../src/clock.ts';

export interface LoadOrder {
  url: string;
  path: string;
  connections: number;
  seconds: number;
  /** How many requests a second all connections ask together. Without it each asks again as soon as it has its answer. */
  rate?: number;
  credentials: [string, string];
}

export interface LoadOutcome {
  perSecond: number;
  p50: number;
  p99: number;
  requests: number;
}

process.on('message', async (order: LoadOrder) => {
  process.send!(await load(order));
});
process.send!('ready');

async function load({ url, path, connections, seconds, rate, credentials }: LoadOrder): Promise<LoadOutcome> {
  const digest = new DigestCredentials(...credentials);
  const challenge = await fetch(url + path);
  await challenge.arrayBuffer();
  // A peer asks for no credentials; it gets the same headers all the same.
  if (challenge.status !== 401 || !digest.accept(challenge.headers.get('www-authenticate')))
    digest.accept('Digest realm="none", nonce="none"');
  const milliseconds: number[] = [];
  const start = realMilliseconds();
  const end = start + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async (_, number) => {
      const client = new Client(url, { pipelining: 1 });
      for (let turn = 0; realMilliseconds() < end; turn++) {
        const now = realMilliseconds();
        // A request that has to wait for the one before it counts from when it was due, as its user does.
        const due = rate ? start + ((number + turn * connections) * 1000) / rate : now;
        if (due > now) await pause(due - now);
        await once(client, path, digest.authorization('GET', path)!);
        milliseconds.push(realMilliseconds() - due);
      }
      await client.close();
    }),
  );
  milliseconds.sort((a, b) => a - b);
  const at = (share: number) => milliseconds[Math.min(milliseconds.length - 1, Math.floor(milliseconds.length * share))]!;
  return {
    perSecond: milliseconds.length / ((realMilliseconds() - start) / 1000),
    p50: at(0.5),
    p99: at(0.99),
    requests: milliseconds.length,
  };
}

/** Resolves when the whole answer is there; anything but 200 ends the benchmark. */
function once(client: Client, path: string, authorization: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.dispatch(
      { method: 'GET', path, headers: { accept: 'application/vnd.atlas.2023-01-01+json', authorization } },
      {
        onRequestStart: () => {},
        onResponseStart: (_controller, status) => {
          if (status !== 200) reject(new Error(`${path} answers ${status}`));
        },
        onResponseData: () => {},
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
