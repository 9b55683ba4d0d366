import { resolve } from 'node:path';

/** A bucket, or a part of one, of a server that speaks S3. */
export interface S3Location {
  kind: 's3';
  bucket: string;
  /** Keys begin with it and a slash; empty for the whole bucket. */
  prefix: string;
  /** Null for AWS itself. */
  endpoint: string | null;
  region: string;
  /** Whether the bucket is named in the path (`endpoint/bucket/key`) or in the host. */
  pathStyle: boolean;
  /** What the server is asked to encrypt with, in addition to the vault's own encryption; null leaves it to the bucket. */
  serverEncryption: { algorithm: 'AES256' } | { algorithm: 'aws:kms'; keyId: string | null } | null;
  /** `environment`: from the settings alone. `chain`: wherever the SDK of AWS finds some, the metadata service of the machine included. */
  credentials: 'environment' | 'chain';
}

/** Where a vault is. */
export type StoreLocation = { kind: 'file'; folder: string } | S3Location;

/** What opens a store on the network. */
export interface StoreAccess {
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string | null } | null;
  /** How long it may be away, or too busy, before work with it fails. */
  patienceMs: number;
}

const OPTIONS = ['endpoint', 'region', 'pathStyle', 'sse', 'kmsKeyId', 'credentials'];
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;
/** What S3 calls safe in keys, so that no server, proxy or folder behind one reads them in another way. */
const PREFIX_PART = /^[A-Za-z0-9!_.*'()-]+$/;
const LONGEST_PREFIX = 400;

/** Reads `file:PATH` or `s3://BUCKET/PREFIX?OPTIONS`; throws a sentence that says what is expected. */
export function parseStoreLocation(text: string): StoreLocation {
  const file = /^file:(?:\/\/)?(.+)$/.exec(text);
  if (file) return { kind: 'file', folder: resolve(file[1]!) };
  if (!text.startsWith('s3:')) throw new Error('expected file:PATH or s3://BUCKET/PREFIX');
  return parseS3(text);
}

/** For sentences and logs. */
export function describeStore(location: StoreLocation): string {
  if (location.kind === 'file') return location.folder;
  const { bucket, prefix, endpoint } = location;
  return `s3://${bucket}${prefix && `/${prefix}`}${endpoint === null ? '' : ` at ${endpoint}`}`;
}

function parseS3(text: string): S3Location {
  const url = text.startsWith('s3://') && URL.canParse(text) ? new URL(text) : null;
  if (!url) throw new Error('expected s3://BUCKET/PREFIX');
  if (url.username || url.password)
    throw new Error('it may not hold credentials: they are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  if (url.port || !BUCKET.test(url.host))
    throw new Error(`expected s3://BUCKET/PREFIX, and ${url.host || 'nothing'} is no name of a bucket`);
  if (url.hash) throw new Error('it has a #, which has no meaning here');
  const options = readOptions(url.searchParams);
  const endpoint = parseEndpoint(options.endpoint);
  return {
    kind: 's3',
    bucket: url.host,
    // As it was written: the parser of URLs would make something else of `..`.
    prefix: parsePrefix(/^s3:\/\/[^/?#]*([^?#]*)/.exec(text)![1]!),
    endpoint,
    region: parseRegion(options.region),
    pathStyle: parseBoolean('pathStyle', options.pathStyle, endpoint !== null),
    serverEncryption: parseEncryption(options.sse, options.kmsKeyId),
    credentials: parseCredentials(options.credentials),
  };
}

function readOptions(given: URLSearchParams): Record<string, string | undefined> {
  const options: Record<string, string> = {};
  for (const [name, value] of given) {
    if (!OPTIONS.includes(name)) throw new Error(`it has the option ${name}, and there are only ${OPTIONS.join(', ')}`);
    if (name in options) throw new Error(`it has the option ${name} twice`);
    if (value === '') throw new Error(`its option ${name} has no value`);
    options[name] = value;
  }
  return options;
}

function parsePrefix(path: string): string {
  const parts = path.replace(/^\/|\/$/g, '').split('/');
  if (parts.length === 1 && parts[0] === '') return '';
  if (parts.some((part) => !PREFIX_PART.test(part) || part === '.' || part === '..'))
    throw new Error("expected a prefix of letters, digits and !_.*'()- between single slashes");
  const prefix = parts.join('/');
  if (prefix.length > LONGEST_PREFIX) throw new Error(`its prefix has more than ${LONGEST_PREFIX} characters`);
  return prefix;
}

function parseEndpoint(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('its endpoint is no http:// or https:// URL');
  if (url.username || url.password) throw new Error('its endpoint may not hold credentials');
  if (url.search || url.hash) throw new Error('its endpoint has a ? or a #: what belongs to it has to be encoded (%26 for &)');
  return text.replace(/\/+$/, '');
}

/** Servers of one's own mostly do not care; AWS says which one it is where this is wrong. */
function parseRegion(text = 'us-east-1'): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(text)) throw new Error('its region is no name of a region, as eu-central-1 is');
  return text;
}

function parseBoolean(name: string, text: string | undefined, fallback: boolean): boolean {
  if (text === undefined) return fallback;
  if (text !== 'true' && text !== 'false') throw new Error(`its option ${name} is neither true nor false`);
  return text === 'true';
}

function parseEncryption(algorithm: string | undefined, keyId: string | undefined): S3Location['serverEncryption'] {
  if (keyId !== undefined && algorithm !== 'aws:kms') throw new Error('its option kmsKeyId needs sse=aws:kms');
  if (algorithm === undefined) return null;
  if (algorithm === 'AES256') return { algorithm };
  if (algorithm === 'aws:kms') return { algorithm, keyId: keyId ?? null };
  throw new Error('its option sse is neither AES256 nor aws:kms');
}

function parseCredentials(text = 'environment'): S3Location['credentials'] {
  if (text !== 'environment' && text !== 'chain') throw new Error('its option credentials is neither environment nor chain');
  return text;
}
