import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { SECOND } from './clock.ts';
import { parseDestination } from './destinations.ts';
import { Problem } from './errors.ts';
import { parseStoreLocation, type StoreAccess } from './vault/store-location.ts';

interface Setting<T> {
  env: string;
  /** As a reader of the docs sees it. */
  defaultText: string;
  doc: string;
  /** Turns the variable's text (`undefined` when unset) into the value, or throws a sentence that says what is expected. */
  parse(text: string | undefined): T;
}

export interface ListenAddress {
  host: string;
  port: number;
}

/** Every setting, once: the environment variable, its default, its check, its line in the docs. */
export const SETTINGS = {
  data: {
    env: 'LIFEBOAT_DATA',
    defaultText: './lifeboat-data',
    doc: 'The data folder: the embedded PostgreSQL, the vault (unless LIFEBOAT_STORE says otherwise), the master key, the client profile.',
    parse: (text) => resolve(text || 'lifeboat-data'),
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    defaultText: 'the embedded PostgreSQL',
    doc: 'A PostgreSQL of your own (15 or later). Needed when workers run on other machines. A pooler in front of it has to know prepared statements: session pooling, or PgBouncer 1.21 with max_prepared_statements.',
    parse: (text) => text || null,
  },
  databaseServer: {
    env: 'LIFEBOAT_DATABASE_SERVER',
    defaultText: 'none',
    doc: "The connection string of a MongoDB server on which clusters that are created through Atlas' routes become a database each.",
    parse: (text) => (text ? parseMongoUri(text) : null),
  },
  store: {
    env: 'LIFEBOAT_STORE',
    defaultText: 'file:LIFEBOAT_DATA/vault',
    doc: 'Where the vault is: `file:PATH`, or `s3://BUCKET/PREFIX?endpoint=...&region=...&pathStyle=true&sse=AES256|aws:kms&kmsKeyId=...&credentials=environment|chain`.',
    parse: (text) => (text ? parseStoreLocation(text) : null),
  },
  accessKeyId: {
    env: 'AWS_ACCESS_KEY_ID',
    defaultText: 'none',
    doc: 'For a store of S3: the access key.',
    parse: (text) => text || null,
  },
  secretAccessKey: {
    env: 'AWS_SECRET_ACCESS_KEY',
    defaultText: 'none',
    doc: 'For a store of S3: the secret of the access key.',
    parse: (text) => text || null,
  },
  sessionToken: {
    env: 'AWS_SESSION_TOKEN',
    defaultText: 'none',
    doc: 'For a store of S3: the token of a temporary access key.',
    parse: (text) => text || null,
  },
  encryption: {
    env: 'LIFEBOAT_ENCRYPTION',
    defaultText: 'on',
    doc: 'Whether a new vault encrypts what it stores (`on` or `off`). A vault keeps what it was made with.',
    parse: (text) => parseSwitch(text, true),
  },
  roomCheck: {
    env: 'LIFEBOAT_ROOM_CHECK',
    defaultText: 'refuse',
    doc: 'What becomes of a snapshot or a restore for which a disk surely has no room, as its server or file system says: `refuse` it, or `warn` and try, where that is known to be wrong.',
    parse: (text) => parseChoice(text, ['refuse', 'warn'] as const),
  },
  rereads: {
    env: 'LIFEBOAT_REREAD_CHUNKS',
    defaultText: 'safety',
    doc: 'Which snapshots read again what they share with earlier ones before they rely on it: `safety` (those before a restore) or `always`. `lifeboat verify` reads everything.',
    parse: (text) => parseChoice(text, ['safety', 'always'] as const),
  },
  listen: {
    env: 'LIFEBOAT_LISTEN',
    defaultText: '127.0.0.1:8080',
    doc: 'HOST:PORT of the API. Port 0 picks a free one.',
    parse: (text) => parseListen(text || '127.0.0.1:8080'),
  },
  publicUrl: {
    env: 'LIFEBOAT_PUBLIC_URL',
    defaultText: 'http(s)://HOST:PORT of LIFEBOAT_LISTEN',
    doc: 'The base of every link that Lifeboat gives out. The Host header of a request is never used.',
    parse: (text) => (text ? parseHttpUrl(text) : null),
  },
  tlsCertFile: {
    env: 'LIFEBOAT_TLS_CERT_FILE',
    defaultText: 'none: plain HTTP',
    doc: 'The certificate (PEM, with those that lead to its authority) that the API speaks HTTPS with; read again when it changes.',
    parse: (text) => (text ? resolve(text) : null),
  },
  tlsKeyFile: {
    env: 'LIFEBOAT_TLS_KEY_FILE',
    defaultText: 'none',
    doc: 'The private key (PEM, without a password) of LIFEBOAT_TLS_CERT_FILE.',
    parse: (text) => (text ? resolve(text) : null),
  },
  workers: {
    env: 'LIFEBOAT_WORKERS',
    defaultText: 'one for each two processors, at least one',
    doc: 'How many worker processes `serve` runs. 0 leaves the work to `lifeboat worker` elsewhere.',
    parse: (text) => parseNumber(text, Math.max(1, Math.floor(availableParallelism() / 2)), { least: 0, most: 999 }),
  },
  workerJobs: {
    env: 'LIFEBOAT_WORKER_JOBS',
    defaultText: '2',
    doc: 'How many snapshots one worker process takes at once, and as many restores (with drills) and verifications.',
    parse: (text) => parseNumber(text, 2, { least: 1, most: 16 }),
  },
  hostJobs: {
    env: 'LIFEBOAT_HOST_JOBS',
    defaultText: 'no limit; one for each deployment in any case',
    doc: 'How many snapshots, restores and drills of all workers together may run at once on deployments of one and the same machine.',
    parse: (text) => parseNumber(text, null, { least: 1, most: 999 }),
  },
  drainSeconds: {
    env: 'LIFEBOAT_DRAIN_SECONDS',
    defaultText: '10',
    doc: 'How long a process that is asked to stop lets its jobs and requests run on, while it begins none, before it hands the jobs over to other workers.',
    parse: (text) => parseNumber(text, 10, { least: 0, most: 86_400 }),
  },
  leaseSeconds: {
    env: 'LIFEBOAT_LEASE_SECONDS',
    defaultText: '120',
    doc: 'For how long a snapshot that a restore, a verification or a download reads stays out of the reach of garbage collection after the last sign of life of whoever reads it. 10 at least.',
    parse: (text) => parseNumber(text, 120, { least: 10, most: 86_400 }),
  },
  key: {
    env: 'LIFEBOAT_KEY',
    defaultText: 'generated into LIFEBOAT_KEY_FILE',
    doc: 'The master key: 32 bytes in base64. It seals connection strings and the vault; without it they are lost.',
    parse: (text) => (text ? parseKey(text) : null),
  },
  keyFile: {
    env: 'LIFEBOAT_KEY_FILE',
    defaultText: 'LIFEBOAT_DATA/master.key',
    doc: 'The file that holds the master key (mode 0600) when LIFEBOAT_KEY is not set.',
    parse: (text) => (text ? resolve(text) : null),
  },
  digestRfc2069: {
    env: 'LIFEBOAT_DIGEST_RFC2069',
    defaultText: 'off',
    doc: 'Also accepts digest answers without `qop` (RFC 2069), as a literal reader of the v1.0 documentation would send; such a nonce is good for one request.',
    parse: (text) => parseSwitch(text, false),
  },
  rateLimits: {
    env: 'LIFEBOAT_RATE_LIMITS',
    defaultText: 'off',
    doc: 'Whether requests are limited: `atlas` by token buckets of the sizes that Atlas documents, one for each project, or `off`.',
    parse: (text) => parseChoice(text, ['off', 'atlas'] as const),
  },
  trustedProxies: {
    env: 'LIFEBOAT_TRUSTED_PROXIES',
    defaultText: 'none',
    doc: 'Addresses and blocks (10.0.0.0/8), separated by commas, of the proxies in front of Lifeboat: only their X-Forwarded-For says where a request comes from.',
    parse: (text) => (text ? parseProxies(text) : []),
  },
  metricsToken: {
    env: 'LIFEBOAT_METRICS_TOKEN',
    defaultText: 'none: only this machine itself may ask',
    doc: 'The bearer token with which Prometheus asks for /metrics (docs/monitoring.md).',
    parse: (text) => (text ? parseToken(text) : null),
  },
  answerSeconds: {
    env: 'LIFEBOAT_ANSWER_SECONDS',
    defaultText: '120',
    doc: 'How long MongoDB or PostgreSQL may take to answer before the connection counts as broken, and how long a store of S3 may be away. Building an index may take as long as it likes.',
    parse: (text) => parseNumber(text, 120, { least: 1, most: 99_999 }),
  },
  allowedDestinations: {
    env: 'LIFEBOAT_ALLOWED_DESTINATIONS',
    defaultText: 'everywhere but link-local, metadata, unspecified and multicast addresses',
    doc: 'Where connection strings may lead: addresses, blocks (10.0.0.0/8), host names (db.example, *.db.example), separated by commas. The addresses that the default excludes stay excluded.',
    parse: (text) => (text ? parseDestinations(text) : []),
  },
  logLevel: {
    env: 'LIFEBOAT_LOG_LEVEL',
    defaultText: 'info',
    doc: 'How much is logged: fatal, error, warn, info, debug, trace, silent.',
    parse: (text) => parseChoice(text, ['info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent'] as const),
  },
  clientUrl: {
    env: 'LIFEBOAT_URL',
    defaultText: "the client profile's, saved by `init` and `serve`",
    doc: 'For the CLI as a client: the base URL of the service.',
    parse: (text) => (text ? parseHttpUrl(text) : null),
  },
  clientPublicKey: {
    env: 'LIFEBOAT_PUBLIC_KEY',
    defaultText: "the client profile's",
    doc: 'For the CLI as a client: the public key.',
    parse: (text) => text || null,
  },
  clientPrivateKey: {
    env: 'LIFEBOAT_PRIVATE_KEY',
    defaultText: "the client profile's",
    doc: 'For the CLI as a client: the private key.',
    parse: (text) => text || null,
  },
  clientProject: {
    env: 'LIFEBOAT_PROJECT',
    defaultText: "the client profile's",
    doc: 'For the CLI as a client: the id of the project.',
    parse: (text) => text || null,
  },
} satisfies Record<string, Setting<unknown>>;

export type Config = { readonly [Name in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Name]['parse']> };

/** Reads every setting from the environment; the first that is not usable is a `bad-setting` problem. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    try {
      values[name] = setting.parse(environment[setting.env]?.trim());
    } catch (error) {
      throw new Problem('bad-setting', [setting.env, (error as Error).message]);
    }
  }
  return values as Config;
}

/** Where certificate and key are, `null` for plain HTTP; one without the other is a `bad-setting`. */
export function tlsPaths({ tlsCertFile, tlsKeyFile }: Config): { cert: string; key: string } | null {
  if (tlsCertFile !== null && tlsKeyFile !== null) return { cert: tlsCertFile, key: tlsKeyFile };
  if (tlsCertFile === null && tlsKeyFile === null) return null;
  const missing = SETTINGS[tlsCertFile === null ? 'tlsCertFile' : 'tlsKeyFile'].env;
  throw new Problem('bad-setting', [missing, 'TLS needs a certificate and its key, and only the other one is set']);
}

/** What opens a store on the network. */
export function storeAccess({ accessKeyId, secretAccessKey, sessionToken, answerSeconds }: Config): StoreAccess {
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : null;
  return { credentials, patienceMs: answerSeconds * SECOND };
}

/** HOST:PORT; throws a sentence that says what is expected. */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) throw new Error('expected HOST:PORT, for example 127.0.0.1:8080');
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
}

function parseHttpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('expected an http:// or https:// URL');
  return text.replace(/\/+$/, '');
}

function parseMongoUri(text: string): string {
  if (!/^mongodb(\+srv)?:\/\//.test(text)) throw new Error('expected mongodb:// or mongodb+srv://');
  return text;
}

function parseProxies(text: string): string[] {
  const proxies = text.split(',').map((part) => part.trim());
  const wrong = proxies.find((proxy) => !ipaddr.isValid(proxy) && !ipaddr.isValidCIDR(proxy));
  if (wrong !== undefined) throw new Error(`expected addresses and blocks separated by commas, and ${wrong || 'an empty part'} is neither`);
  return proxies;
}

/** Where the master key is, unless LIFEBOAT_KEY gives it. */
export function masterKeyFile({ keyFile, data }: Pick<Config, 'keyFile' | 'data'>): string {
  return keyFile ?? join(data, 'master.key');
}

function parseDestinations(text: string): string[] {
  const entries = text.split(',').map((part) => part.trim());
  const wrong = entries.find((entry) => parseDestination(entry) === null);
  if (wrong !== undefined)
    throw new Error(`expected addresses, blocks and host names separated by commas, and ${wrong || 'an empty part'} is none of them`);
  return entries;
}

function parseNumber<Fallback extends number | null>(
  text: string | undefined,
  fallback: Fallback,
  { least, most }: { least: number; most: number },
): number | Fallback {
  if (!text) return fallback;
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < least || number > most) throw new Error(`expected a whole number from ${least} to ${most}`);
  return number;
}

function parseToken(text: string): string {
  if (!/^[\x21-\x7e]{16,}$/.test(text)) throw new Error('expected 16 characters or more, printable and without spaces');
  return text;
}

function parseKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32 || !/^[A-Za-z0-9+/]+=*$/.test(text))
    throw new Error('expected 32 bytes in base64 (make one with `openssl rand -base64 32`)');
  return key;
}

function parseSwitch(text: string | undefined, fallback: boolean): boolean {
  if (!text) return fallback;
  if (text !== 'on' && text !== 'off') throw new Error('expected on or off');
  return text === 'on';
}

function parseChoice<const T extends readonly [string, ...string[]]>(text: string | undefined, choices: T): T[number] {
  if (!text) return choices[0];
  if (!choices.includes(text)) throw new Error(`expected one of ${choices.join(', ')}`);
  return text;
}
