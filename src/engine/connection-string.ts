import { MongoClient, type MongoOptions } from 'mongodb';
import { Destinations } from '../destinations.ts';
import { messageOf, Problem } from '../errors.ts';
import { refusedOption, unknownOption } from './connection-options.ts';

/** Whose connection string it is, and where it may lead. */
export interface Trust {
  /** Of who runs Lifeboat, who may name files of its machine. */
  isOperators?: boolean | undefined;
  destinations?: Destinations | undefined;
}

/** Without an allow-list. */
export const ANYWHERE = new Destinations();

/**
 * Checks a connection string without connecting. What is wrong is told in a sentence (`bad-connection-string`) that never holds
 * any part of the user name or the password: it goes to logs, API answers and terminals.
 */
export function checkConnectionString(uri: string, { isOperators = false, destinations = ANYWHERE }: Trust = {}): void {
  if (!/^mongodb(\+srv)?:\/\//.test(uri)) throw unusable('it must begin with mongodb:// or mongodb+srv://');
  // Before the driver sees it, which looks for files and packages.
  const refused = refusedOption(uri, isOperators);
  if (refused) throw unusable(refused);
  let options: MongoOptions;
  try {
    options = new MongoClient(uri).options;
  } catch (error) {
    throw unusable(harmlessSentence(uri, error));
  }
  const unknown = unknownOption(uri);
  if (unknown) throw unusable(`the option ${unknown} is not supported`);
  for (const { host, socketPath } of options.hosts) checkHost(destinations, host, socketPath);
  // A load balancer hides the node that holds a cursor, and raw getMore must reach exactly that node.
  if (options.loadBalanced)
    throw unusable('loadBalanced=true is not supported, because a snapshot must read each cursor from the node that opened it');
  if (options.directConnection && options.hosts.length > 1) throw unusable('directConnection=true needs exactly one host');
}

/** Addresses are refused at once; names when they are looked up, at each connection. */
function checkHost(destinations: Destinations, host: string | undefined, socketPath: string | undefined): void {
  if (host === undefined || socketPath !== undefined) throw unusable('it leads to a Unix socket; name a host and a port');
  try {
    destinations.check(host);
  } catch (error) {
    throw unusable(messageOf(error));
  }
}

export function unusable(what: string): Problem {
  return new Problem('bad-connection-string', [what]);
}

const SOMEWHERE =
  'it is not of the form mongodb://user:password@host:port/?options (special characters in the user name and the password must be percent-encoded)';

/** The driver's sentence, unless it repeats a word of the credentials, wherever in a broken string they may stand. */
function harmlessSentence(uri: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const words = new Set(secretsOf(uri).flatMap((secret) => secret.split(/[^\p{L}\p{N}]+/u)));
  words.delete('');
  const said = message.split(/[^\p{L}\p{N}]+/u);
  const repeats = said.some((word) => words.has(word));
  if (!message || repeats) return SOMEWHERE;
  return message.replace(/\.$/, '');
}

/** Whatever may be secret: everything but the names of options, and those too unless they stand where options do and follow the last `@`. */
function secretsOf(uri: string): string[] {
  const body = uri.replace(/^[^/]*\/\//, '');
  const options = /\/\?([^=&@]+=[^=&@]*(&[^=&@]+=[^=&@]*)*)$/.exec(body)?.[1] ?? '';
  const values = options.split('&').map((option) => option.slice(option.indexOf('=') + 1));
  return [body.slice(0, body.length - options.length), ...values].flatMap((text) => [text, decoded(text)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The hosts that it names, and nothing of its credentials. `null` for one that cannot be used: its pieces may not be what they seem to be. */
export function addressesOf(uri: string): string | null {
  try {
    checkConnectionString(uri);
  } catch {
    return null;
  }
  const { hosts, srvHost } = new MongoClient(uri).options;
  return srvHost ?? hosts.map(String).join(',');
}

/**
 * The connection string for exactly the node `host`, with the same credentials and TLS. `options` are the resolved ones of a connected
 * client: what DNS added (SRV and TXT records) is in them and not in the text.
 */
export function connectionStringOfNode(uri: string, host: string, options: MongoOptions): string {
  const match = /^mongodb(?:\+srv)?:\/\/(?<credentials>[^@/?]*@)?[^/?]*(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/s.exec(uri);
  const query = new URLSearchParams(match?.groups?.query ?? '');
  for (const name of [...query.keys()]) if (DEPLOYMENT_OPTIONS.has(name.toLowerCase())) query.delete(name);
  query.set('directConnection', 'true');
  if (uri.startsWith('mongodb+srv:')) {
    setUnlessGiven(query, 'tls', String(options.tls));
    if (options.credentials?.source) setUnlessGiven(query, 'authSource', options.credentials.source);
  }
  // URLSearchParams writes a space as `+`, which the driver would read as a plus sign.
  const text = query.toString().replaceAll('+', '%20');
  return `mongodb://${match?.groups?.credentials ?? ''}${host}/${match?.groups?.database ?? ''}?${text}`;
}

/** Options that speak of the deployment as a whole and contradict a direct connection. */
const DEPLOYMENT_OPTIONS = new Set([
  'replicaset',
  'directconnection',
  'loadbalanced',
  'readpreference',
  'readpreferencetags',
  'maxstalenessseconds',
  'srvmaxhosts',
  'srvservicename',
]);

function setUnlessGiven(query: URLSearchParams, name: string, value: string): void {
  const given = [...query.keys()].some(
    (key) => key.toLowerCase() === name.toLowerCase() || (name === 'tls' && key.toLowerCase() === 'ssl'),
  );
  if (!given) query.set(name, value);
}

/** Options that a user of the deployment needs too; others may hold secrets or paths of this machine. */
const SHOWN_OPTIONS = new Set(['replicaset', 'tls', 'ssl', 'authsource', 'authmechanism', 'directconnection', 'readpreference']);

/** The connection string for users, as Atlas shows it: without credentials. `database` takes the place of the one that is named. */
export function withoutCredentials(uri: string, database?: string): string {
  const match = /^(?<scheme>mongodb(?:\+srv)?:\/\/)(?:[^@/?]*@)?(?<hosts>[^/?]*)(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/s.exec(uri);
  const { scheme = 'mongodb://', hosts = '', database: named = '', query = '' } = match?.groups ?? {};
  const shown = new URLSearchParams([...new URLSearchParams(query)].filter(([name]) => SHOWN_OPTIONS.has(name.toLowerCase())));
  return `${scheme}${hosts}/${database ?? named}${shown.size > 0 ? `?${shown}` : ''}`;
}
