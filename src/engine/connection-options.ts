import { ConnectionString } from 'mongodb-connection-string-url';

/** Options that are about the data and the wire alone. A new one of the driver is refused until it was thought about. */
const SAFE = new Set(
  [
    ...['replicaSet', 'directConnection', 'loadBalanced', 'srvMaxHosts', 'srvServiceName'],
    ...['tls', 'ssl', 'tlsAllowInvalidCertificates', 'tlsAllowInvalidHostnames', 'tlsInsecure'],
    ...['authSource', 'authMechanism', 'appName', 'compressors', 'zlibCompressionLevel'],
    ...['readPreference', 'readPreferenceTags', 'maxStalenessSeconds', 'readConcernLevel', 'localThresholdMS'],
    ...['w', 'wtimeout', 'wtimeoutMS', 'journal', 'j', 'fsync', 'retryReads', 'retryWrites'],
    ...['connectTimeoutMS', 'socketTimeoutMS', 'serverSelectionTimeoutMS', 'waitQueueTimeoutMS', 'heartbeatFrequencyMS', 'timeoutMS'],
    ...['maxPoolSize', 'minPoolSize', 'maxConnecting', 'maxIdleTimeMS', 'serverMonitoringMode'],
  ].map((name) => name.toLowerCase()),
);

/** Those whose value is a file of the machine that Lifeboat runs on, and what belongs to them. */
const FILES = new Set(['tlscafile', 'tlscertificatekeyfile', 'tlscertificatekeyfilepassword', 'tlscrlfile']);

/** Why the others are refused, where it does not go without saying. */
const REASONS: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^proxy/, 'Lifeboat connects to deployments itself, through no proxy'],
  [/^authmechanismproperties$/, 'it is for credentials that the machine has, and not the connection string'],
  [/^mongodblogpath$/, 'it names a file of the machine that Lifeboat runs on'],
  [/^autoencryption$/, 'Lifeboat reads documents as they are stored'],
  [/^(servername|srvallowedhostssuffix|srvhostvalidator)$/, 'it would weaken how servers are told apart'],
];

/** User and password, or a certificate. The others would sign in with what the machine has: roles of a cloud, tickets, tokens. */
const MECHANISMS = new Set(['DEFAULT', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'PLAIN', 'MONGODB-X509']);

/**
 * What keeps the connection string from being used, as a clause that names the option; `null` when nothing does. Read as the driver reads it, so
 * that no spelling is seen differently. `isOperators`: it comes from who runs Lifeboat, who may name files. Options that the driver does
 * not know are left to it.
 */
export function refusedOption(uri: string, isOperators: boolean): string | null {
  const parsed = parse(uri);
  if (!parsed) return null;
  for (const [name, value] of parsed.searchParams) {
    const plain = name.toLowerCase();
    if (FILES.has(plain) && !isOperators)
      return `${name} names a file of the machine that Lifeboat runs on, which only its operator may, with \`lifeboat clusters add\` on that machine`;
    if (plain === 'authmechanism' && !MECHANISMS.has(value.toUpperCase()))
      return `authMechanism may be ${[...MECHANISMS].join(', ')}: Lifeboat signs in with what the connection string holds, and with no credentials of the machine`;
    if (SAFE.has(plain) || FILES.has(plain)) continue;
    const reason = REASONS.find(([pattern]) => pattern.test(plain))?.[1];
    if (reason) return `the option ${name} is not supported, because ${reason}`;
  }
  return null;
}

/** The first option that the driver knows and Lifeboat does not. */
export function unknownOption(uri: string): string | null {
  const names = [...(parse(uri)?.searchParams.keys() ?? [])];
  return names.find((name) => !SAFE.has(name.toLowerCase()) && !FILES.has(name.toLowerCase())) ?? null;
}

/** Whether it names a file, which only the operator of Lifeboat may. */
export function namesFiles(uri: string): boolean {
  return [...(parse(uri)?.searchParams.keys() ?? [])].some((name) => FILES.has(name.toLowerCase()));
}

/** `null` where the driver cannot read it either, which says why. */
function parse(uri: string): ConnectionString | null {
  try {
    return new ConnectionString(uri);
  } catch {
    return null;
  }
}
