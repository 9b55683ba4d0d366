import { messageOf } from '../errors.ts';

/**
 * What an answer (or its absence) means for the work. `passing`: the same request may succeed later. `doubtful`: it is tried again once or twice (the SDK corrects its clock by an answer that
 * finds it wrong), and then refused. `damaged`: the bytes are not those of the checksum. `full` and `refused`: somebody has to do something, and `hint` says what.
 */
export interface Verdict {
  kind: 'missing' | 'taken' | 'unknown-request' | 'damaged' | 'passing' | 'doubtful' | 'full' | 'refused';
  hint?: string;
}

const CREDENTIALS =
  'The server does not accept the credentials: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN, which expires), and whether they are meant for this endpoint.';
const RIGHTS = 'The credentials are good, and lack a right for this: docs/storage.md lists those that Lifeboat needs.';
const BUCKET = 'There is no such bucket: create it, or correct LIFEBOAT_STORE. Lifeboat creates none.';
const REGION = 'The bucket is in another region: give it as region=... in LIFEBOAT_STORE.';
const CLOCK = "This machine's clock and the server's differ by more than S3 allows (15 minutes): set the clock.";
const KMS = 'The key of sse=aws:kms cannot be used: check kmsKeyId in LIFEBOAT_STORE, and whether the credentials may use the key.';
const FULL = 'Make room or raise the quota, or remove snapshots and run `npx lifeboat gc`.';
const TLS = 'The certificate is not accepted: NODE_EXTRA_CA_CERTS names a file with the authority of a server of your own.';
const NOT_S3 = 'What answers there does not seem to speak S3: check endpoint=... in LIFEBOAT_STORE.';

/** By the code of the answer, as AWS, MinIO, Ceph and versitygw call them. */
const BY_CODE: Readonly<Record<string, Verdict>> = {
  NoSuchKey: { kind: 'missing' },
  NoSuchBucket: { kind: 'refused', hint: BUCKET },
  PreconditionFailed: { kind: 'taken' },
  // Another conditional write of the same key was under way.
  ConditionalRequestConflict: { kind: 'passing' },
  OperationAborted: { kind: 'passing' },
  NotImplemented: { kind: 'unknown-request' },
  MethodNotAllowed: { kind: 'unknown-request' },
  // Older servers want an MD5 with what deletes several objects.
  MissingContentMD5: { kind: 'unknown-request' },
  InvalidAccessKeyId: { kind: 'refused', hint: CREDENTIALS },
  SignatureDoesNotMatch: { kind: 'refused', hint: CREDENTIALS },
  InvalidToken: { kind: 'refused', hint: CREDENTIALS },
  ExpiredToken: { kind: 'refused', hint: CREDENTIALS },
  CredentialsProviderError: { kind: 'refused', hint: CREDENTIALS },
  AccessDenied: { kind: 'refused', hint: RIGHTS },
  AllAccessDisabled: { kind: 'refused', hint: RIGHTS },
  PermanentRedirect: { kind: 'refused', hint: REGION },
  AuthorizationHeaderMalformed: { kind: 'refused', hint: REGION },
  IllegalLocationConstraintException: { kind: 'refused', hint: REGION },
  RequestTimeTooSkewed: { kind: 'doubtful', hint: CLOCK },
  RequestExpired: { kind: 'doubtful', hint: CLOCK },
  QuotaExceeded: { kind: 'full', hint: FULL },
  XMinioStorageFull: { kind: 'full', hint: FULL },
  XMinioAdminBucketQuotaExceeded: { kind: 'full', hint: FULL },
  InsufficientStorage: { kind: 'full', hint: FULL },
  // What was sent is not what came: a line that changes bytes, or a connection that ended early.
  BadDigest: { kind: 'passing' },
  XAmzContentSHA256Mismatch: { kind: 'passing' },
  XAmzContentChecksumMismatch: { kind: 'passing' },
  IncompleteBody: { kind: 'passing' },
  RequestTimeout: { kind: 'passing' },
  SlowDown: { kind: 'passing' },
  TooManyRequests: { kind: 'passing' },
  Throttling: { kind: 'passing' },
  ThrottlingException: { kind: 'passing' },
};

const BY_STATUS: Readonly<Record<number, Verdict>> = {
  301: { kind: 'refused', hint: REGION },
  307: { kind: 'passing' },
  // HEAD again: a connection that was too slow, or a clock; or a request that is wrong.
  400: {
    kind: 'doubtful',
    hint: 'The server does not say why: credentials that have expired (AWS_SESSION_TOKEN), another region, or a clock that is wrong.',
  },
  401: { kind: 'refused', hint: CREDENTIALS },
  // HEAD has no body that says which of the two it is.
  403: { kind: 'refused', hint: 'The credentials are wrong, or lack a right for this: docs/storage.md lists those that Lifeboat needs.' },
  404: { kind: 'refused', hint: NOT_S3 },
  405: { kind: 'unknown-request' },
  408: { kind: 'passing' },
  412: { kind: 'taken' },
  429: { kind: 'passing' },
  501: { kind: 'unknown-request' },
  507: { kind: 'full', hint: FULL },
};

/** Of all that can go wrong with a certificate or the protocol, nothing passes by itself. */
const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/;

/** The line broke, whatever had been answered by then. */
const LINE_CODE = /^(ECONN|EPIPE$|ETIMEDOUT$|EHOST|ENET|EAI_AGAIN$|ENOTFOUND$|ERR_STREAM_PREMATURE_CLOSE$|UND_ERR)/;

/** What is to be made of anything that the client threw. */
export function judge(error: unknown): Verdict {
  const { name, code, status } = partsOf(error);
  const byCode = BY_CODE[name] ?? BY_CODE[code];
  if (byCode) return byCode;
  if (/^(KMS\.|Kms)/.test(name)) return { kind: 'refused', hint: KMS };
  if (TLS_CODE.test(code)) return { kind: 'refused', hint: TLS };
  if (LINE_CODE.test(code) || name === 'TimeoutError') return { kind: 'passing' };
  if (isChecksumMismatch(error)) return { kind: 'damaged' };
  if (status < 300) return { kind: 'doubtful', ...(status > 0 && { hint: NOT_S3 }) };
  return BY_STATUS[status] ?? (status >= 500 ? { kind: 'passing' } : { kind: 'refused' });
}

/** HEAD has no body that says what is not there. */
export function isNotFound(error: unknown): boolean {
  return partsOf(error).status === 404;
}

/** What the server said, in a clause: no request, so nothing that is secret. */
export function reasonOf(error: unknown): string {
  const { name, code, status } = partsOf(error);
  const text = messageOf(error).replace(/^@smithy\/\S+ - /, '');
  if (status === 0) return code && !text.includes(code) ? `${text} (${code})` : text || name;
  const isNamed = name !== '' && name !== 'Error' && !text.includes(name);
  return `${isNamed ? `${name}: ` : ''}${text} (HTTP ${status})`;
}

/** The SDK throws it when an answer does not have the checksum that the server keeps with the object. */
function isChecksumMismatch(error: unknown): boolean {
  return error instanceof Error && /checksum mismatch/i.test(error.message);
}

function partsOf(error: unknown): { name: string; code: string; status: number } {
  const { name, code, $metadata } = (error ?? {}) as { name?: unknown; code?: unknown; $metadata?: { httpStatusCode?: unknown } };
  const status = $metadata?.httpStatusCode;
  return {
    name: typeof name === 'string' ? name : '',
    code: typeof code === 'string' ? code : '',
    status: typeof status === 'number' ? status : 0,
  };
}
