import { createRequire } from 'node:module';
import { MongoClient, type MongoClientOptions, MongoNetworkError } from 'mongodb';
import type { Destinations } from '../destinations.ts';
import { ForbiddenDestination } from '../destinations.ts';

/** What the driver makes a connection from, as far as it is looked at here. */
interface ConnectOptions {
  hostAddress: { host?: string; socketPath?: string };
  lookup?: unknown;
}
type Connect = (options: ConnectOptions) => Promise<unknown>;

/** By the `lookup` of a client, which the driver hands on with all of its connections: those of its pools and those of its monitors. */
const guards = new WeakMap<object, Destinations>();

guardDriver();

/**
 * A client that connects nowhere but where `destinations` lets it, whichever way a host became known: from the connection string, from SRV records, or from
 * what a member of a replica set says of the others.
 */
export function guardedClient(uri: string, destinations: Destinations, options: MongoClientOptions): MongoClient {
  guards.set(destinations.lookup, destinations);
  return new MongoClient(uri, { ...options, lookup: destinations.lookup });
}

/**
 * Node asks `lookup` for names alone, and the driver has no option that an address or a Unix socket would go through. So the two functions by which
 * it connects (internal to it) are wrapped. `package.json` pins the driver; `test/engine/guarded-client.test.ts` fails when it connects otherwise.
 */
function guardDriver(): void {
  const driver = createRequire(import.meta.url)('mongodb/lib/cmap/connect') as Record<'connect' | 'makeSocket', Connect>;
  for (const name of ['connect', 'makeSocket'] as const) {
    const connect = driver[name];
    if (typeof connect !== 'function') throw new Error(`the driver has no ${name}: where it connects to could not be guarded`);
    driver[name] = async (options) => {
      refuse(options);
      return connect(options);
    };
  }
}

function refuse({ hostAddress, lookup }: ConnectOptions): void {
  const destinations = typeof lookup === 'function' ? guards.get(lookup) : undefined;
  if (!destinations) return;
  try {
    if (typeof hostAddress.host !== 'string') throw new ForbiddenDestination(String(hostAddress.socketPath), 'is a Unix socket');
    destinations.check(hostAddress.host);
  } catch (error) {
    throw new MongoNetworkError((error as Error).message, { cause: error as Error });
  }
}
