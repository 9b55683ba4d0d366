import { MongoError, type MongoOptions } from 'mongodb';
import { ForbiddenDestination } from '../destinations.ts';
import { Problem } from '../errors.ts';
import { DeploymentUnavailable, sentenceOf } from './errors.ts';

/** What to throw when a deployment could not be connected to: one sentence that says what to change, where the reason is known. The rest is a defect and stays. */
export function connectionFailure(error: unknown, address: string, options: MongoOptions): unknown {
  const codes = codesOf(error);
  const forbidden = causesOf(error).find((cause) => cause instanceof ForbiddenDestination);
  if (forbidden) return new Problem('bad-connection-string', [forbidden.message], { cause: error });
  // The driver reads the files of `tlsCAFile` and `tlsCertificateKeyFile` itself, and throws what the operating system says.
  if (isOfSystem(error) && ['ENOENT', 'EACCES', 'EISDIR'].includes(error.code))
    return new Problem('bad-connection-string', [`a file that it names cannot be read (${error.message})`], { cause: error });
  if (codes.some((code) => code.startsWith('ERR_OSSL_') || code === 'ERR_MISSING_PASSPHRASE_FOR_ENCRYPTED_KEY'))
    return new Problem('bad-connection-string', [KEY_FILE], { cause: error });
  // What DNS says of `mongodb+srv` comes as it is.
  if (!(error instanceof MongoError) && !isOfSystem(error)) return error;
  return new DeploymentUnavailable(address, sentence(error, codes, options), error);
}

const KEY_FILE =
  'tlsCertificateKeyFile must hold a certificate and its private key, both as PEM (an encrypted key needs tlsCertificateKeyFilePassword)';

const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
]);
const WANTS_CERTIFICATE = new Set(['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE']);
const REFUSES_CERTIFICATE = new Set(['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE']);

function sentence(error: Error, codes: readonly string[], options: MongoOptions): string {
  const { tls, tlsCAFile, tlsCertificateKeyFile } = options;
  if (codes.some((code) => UNTRUSTED.has(code)))
    return tlsCAFile
      ? `its certificate is not signed by the authority in ${tlsCAFile} (tlsCAFile)`
      : 'its certificate is signed by no authority that this machine trusts; name the file of its CA with tlsCAFile';
  if (codes.includes('ERR_TLS_CERT_ALTNAME_INVALID')) return `its certificate is for another host (${altnames(error)})`;
  if (codes.includes('CERT_HAS_EXPIRED')) return 'its certificate has expired';
  if (codes.some((code) => WANTS_CERTIFICATE.has(code)))
    return 'it asks for a certificate of the client; name the file of one and its key with tlsCertificateKeyFile';
  if (codes.some((code) => REFUSES_CERTIFICATE.has(code))) return `it does not accept the certificate in ${tlsCertificateKeyFile}`;
  if (codes.includes('ERR_SSL_WRONG_VERSION_NUMBER') || (tls && /before secure TLS/.test(error.message)))
    return 'it does not speak TLS on this port; leave tls=true out, or name another port';
  const isCut = /^connection .* closed$/.test(error.message);
  if (isCut && tls && tlsCertificateKeyFile) return `it closed the connection; does it accept the certificate in ${tlsCertificateKeyFile}?`;
  if (isCut && !tls) return 'it closed the connection; does it speak TLS alone (tls=true)?';
  return sentenceOf(error);
}

/** Which host was asked for, and which ones the certificate is for. */
function altnames(error: Error): string {
  return sentenceOf(error)
    .replace(/^Hostname\/IP does not match certificate's altnames: /, '')
    .replace(/[:.\s]+$/, '');
}

/** The codes of an error and of what caused it. */
function codesOf(error: unknown): string[] {
  return causesOf(error).flatMap((cause) => ('code' in cause && typeof cause.code === 'string' ? [cause.code] : []));
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let e = error; e instanceof Error; e = e.cause) causes.push(e);
  return causes;
}

function isOfSystem(error: unknown): error is Error & { code: string } {
  return error instanceof Error && !(error instanceof MongoError) && 'syscall' in error && 'code' in error;
}
