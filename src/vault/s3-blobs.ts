import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { pause, realMilliseconds, SECOND } from '../clock.ts';
import { isProblem, Problem } from '../errors.ts';
import { inParallel } from '../in-parallel.ts';
import { type BlobStore, checkBlobKey } from './blob-store.ts';
import { makeS3Client } from './s3-client.ts';
import { isNotFound, judge, reasonOf, type Verdict } from './s3-errors.ts';
import { describeStore, type S3Location, type StoreAccess } from './store-location.ts';

/** Full jitter: a random wait below a bound that doubles. Many who were refused together do not come back together. */
const FIRST_WAIT = 0.1 * SECOND;
const LONGEST_WAIT = 10 * SECOND;
/** Bytes that differ from the checksum that the server keeps with them were changed on the way, unless they are so each time. */
const MOST_DOUBTFUL_TRIES = 3;
/** Most that one request may delete. */
const DELETED_AT_ONCE = 1000;
/** An object of no use but to ask whether the server honours If-None-Match. No key begins with a dot, so it is in nobody's way. */
const PROBE = '.probe';
/** A store that never answered is more likely named wrongly than away: nobody waits minutes to learn of a wrong port. */
const FIRST_PATIENCE = 15 * SECOND;
/** Without conditional writes: how long after its own write a creator looks who has won. */
const SETTLING = 2 * SECOND;

const CAVEAT =
  'the server ignores If-None-Match, so two processes that create the same object are told apart by looking twice, which a process that is paused for seconds in between defeats (docs/storage.md)';

/** Where time and chance come from; an argument for tests. */
export interface S3Timing {
  random: () => number;
  settling: number;
  firstPatience: number;
}

const TIMING: S3Timing = { random: Math.random, settling: SETTLING, firstPatience: FIRST_PATIENCE };

/**
 * Objects in a bucket; the key follows the prefix. Each object is one PUT, which S3 makes visible whole or not at all (B1), and durable before it answers (B2): there is nothing to sync. No
 * object is large enough for an upload in parts: a chunk is at most one document.
 */
export class S3Blobs implements BlobStore {
  /** A request waits for the network most of its time. */
  readonly parallel = 16;
  readonly #location: S3Location;
  readonly #client: S3Client;
  readonly #patience: number;
  readonly #timing: S3Timing;
  #honoursConditions: Promise<boolean> | null = null;
  #hasAnswered = false;

  private constructor(location: S3Location, access: StoreAccess, timing: S3Timing) {
    this.#location = location;
    this.#client = makeS3Client(location, access);
    this.#patience = access.patienceMs;
    this.#timing = timing;
  }

  static async open(location: S3Location, access: StoreAccess, timing: S3Timing = TIMING): Promise<S3Blobs> {
    return new S3Blobs(location, access, timing);
  }

  async put(key: string, body: Buffer): Promise<void> {
    const put = this.#putCommand(this.#path(key), body);
    await this.#persistently(key, () => this.#send(put()));
  }

  async create(key: string, body: Buffer): Promise<boolean> {
    const path = this.#path(key);
    return (await this.#canCreate()) ? this.#create(path, key, body) : this.#createByLookingTwice(key, body);
  }

  async get(key: string, limit = Number.MAX_SAFE_INTEGER): Promise<Buffer> {
    const path = this.#path(key);
    return this.#persistently(key, async () => {
      const { Body, ContentLength } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#location.bucket, Key: path, ChecksumMode: 'ENABLED' }),
      );
      const body = Body as Readable;
      const size = lengthOf(ContentLength, body);
      if (size > limit) {
        body.destroy();
        throw new Problem('object-damaged', [key, `it has ${size} bytes, more than the ${limit} it may have`]);
      }
      return collect(body, size);
    });
  }

  async stat(key: string): Promise<{ size: number } | null> {
    const input = { Bucket: this.#location.bucket, Key: this.#path(key) };
    return this.#persistently(key, async () => {
      try {
        return { size: lengthOf((await this.#client.send(new HeadObjectCommand(input))).ContentLength) };
      } catch (error) {
        if (isNotFound(error)) return this.#askByGet(input);
        throw error;
      }
    });
  }

  /** What answers HEAD with 404 says nothing more: the object may be missing, the bucket, or S3 itself. GET says which. */
  async #askByGet(input: { Bucket: string; Key: string }): Promise<{ size: number } | null> {
    try {
      const { Body, ContentLength } = await this.#client.send(new GetObjectCommand(input));
      (Body as Readable).destroy();
      return { size: lengthOf(ContentLength) };
    } catch (error) {
      if (judge(error).kind === 'missing') return null;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    const input = { Bucket: this.#location.bucket, Key: this.#path(key) };
    await this.#persistently(key, () => this.#client.send(new DeleteObjectCommand(input))).catch((error) => {
      if (!isProblem(error, 'object-missing')) throw error;
    });
  }

  async deleteAll(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += DELETED_AT_ONCE) {
      const batch = keys.slice(start, start + DELETED_AT_ONCE);
      const objects = batch.map((key) => ({ Key: this.#path(key) }));
      const areGone = await this.#persistently(`${batch.length} objects`, () => this.#deleteTogether(objects));
      if (!areGone) await inParallel(this.parallel, batch, (key) => this.delete(key));
    }
  }

  async *list(prefix: string): AsyncIterable<{ key: string; size: number }> {
    if (prefix !== '') checkBlobKey(prefix.replace(/\/$/, ''));
    const root = this.#location.prefix === '' ? '' : `${this.#location.prefix}/`;
    let token: string | undefined;
    do {
      const input = { Bucket: this.#location.bucket, Prefix: root + prefix, ContinuationToken: token };
      const page = await this.#persistently(prefix || 'the list', async () => {
        const answer = await this.#client.send(new ListObjectsV2Command(input));
        // Half a list would be taken for a vault that has lost the rest.
        if (answer.IsTruncated === undefined || (answer.IsTruncated && !answer.NextContinuationToken)) throw notOfS3('it is no list');
        return answer;
      });
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        const key = Key.slice(root.length);
        if (key !== PROBE && key !== '') yield { key, size: Size };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async sync(): Promise<void> {}

  async freeBytes(): Promise<null> {
    return null;
  }

  async caveat(): Promise<string | null> {
    return (await this.#canCreate()) ? null : CAVEAT;
  }

  /** Makes the command anew for each try: the SDK writes into what it was given. */
  #putCommand(path: string, body: Buffer, more: { IfNoneMatch?: string } = {}): () => PutObjectCommand {
    const { bucket, serverEncryption } = this.#location;
    const checksum = hash('sha256', body, 'base64');
    return () =>
      new PutObjectCommand({
        Bucket: bucket,
        Key: path,
        Body: body,
        ContentLength: body.length,
        ContentType: 'application/octet-stream',
        ChecksumSHA256: checksum,
        ...(serverEncryption && { ServerSideEncryption: serverEncryption.algorithm }),
        ...(serverEncryption?.algorithm === 'aws:kms' && {
          // One request to the KMS for many objects.
          BucketKeyEnabled: true,
          ...(serverEncryption.keyId !== null && { SSEKMSKeyId: serverEncryption.keyId }),
        }),
        ...more,
      });
  }

  async #send(put: PutObjectCommand): Promise<void> {
    const { ETag } = await this.#client.send(put);
    if (ETag === undefined) throw notOfS3('it has no ETag');
  }

  async #create(path: string, key: string, body: Buffer): Promise<boolean> {
    const put = this.#putCommand(path, body, { IfNoneMatch: '*' });
    let mayBeOurs = false;
    return this.#persistently(key, async () => {
      try {
        await this.#send(put());
        return true;
      } catch (error) {
        // A try whose answer was lost may have been carried out, and then it is our own object that is in the way.
        if (judge(error).kind === 'taken') return mayBeOurs && (await this.#holds(key, body));
        mayBeOurs = true;
        throw error;
      }
    });
  }

  /** Of several that write at once the last one's bytes stay; each looks, after all who saw nothing have written, whether they are its own. */
  async #createByLookingTwice(key: string, body: Buffer): Promise<boolean> {
    if (await this.stat(key)) return false;
    await this.put(key, body);
    await pause(this.#timing.settling);
    return this.#holds(key, body);
  }

  async #holds(key: string, body: Buffer): Promise<boolean> {
    try {
      return (await this.get(key)).equals(body);
    } catch (error) {
      if (isProblem(error, 'object-missing')) return false;
      throw error;
    }
  }

  #canCreate(): Promise<boolean> {
    this.#honoursConditions ??= this.#probe().catch((error) => {
      this.#honoursConditions = null;
      throw error;
    });
    return this.#honoursConditions;
  }

  /** A server that does not know If-None-Match ignores it and says that all is well: it does honour it only when it refuses to write the probe over. */
  async #probe(): Promise<boolean> {
    const { prefix } = this.#location;
    const path = prefix === '' ? PROBE : `${prefix}/${PROBE}`;
    const put = this.#putCommand(path, Buffer.from('Lifeboat asks here whether the server honours If-None-Match.\n'), { IfNoneMatch: '*' });
    const isRefused = async () => {
      try {
        await this.#send(put());
        return false;
      } catch (error) {
        const { kind } = judge(error);
        if (kind === 'taken') return true;
        if (kind === 'unknown-request') return false;
        throw error;
      }
    };
    return (await this.#persistently(PROBE, isRefused)) || this.#persistently(PROBE, isRefused);
  }

  /** Answers false where the server cannot delete several objects with one request. */
  async #deleteTogether(objects: { Key: string }[]): Promise<boolean> {
    const input = { Bucket: this.#location.bucket, Delete: { Objects: objects, Quiet: true }, ChecksumAlgorithm: 'SHA256' as const };
    try {
      const { Errors = [] } = await this.#client.send(new DeleteObjectsCommand(input));
      const refused = Errors.filter(({ Code }) => Code !== 'NoSuchKey')[0];
      // As the answer to a request of its own would be.
      if (refused) throw Object.assign(new Error(refused.Message ?? ''), { name: refused.Code, $metadata: { httpStatusCode: 500 } });
      return true;
    } catch (error) {
      if (judge(error).kind === 'unknown-request') return false;
      throw error;
    }
  }

  /** Does what is safe to repeat, for as long as the store may be away. */
  async #persistently<T>(what: string, work: () => Promise<T>): Promise<T> {
    const patience = this.#hasAnswered ? this.#patience : Math.min(this.#patience, this.#timing.firstPatience);
    const deadline = realMilliseconds() + patience;
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await work();
        this.#hasAnswered = true;
        return result;
      } catch (error) {
        if (isProblem(error)) throw error;
        const verdict = judge(error);
        const wait = this.#timing.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
        if (!mayPass(verdict, tries) || realMilliseconds() + wait > deadline) throw this.#problem(what, error, verdict);
        await pause(wait);
      }
    }
  }

  /** Without the error as its cause: that may hold the request that was signed, with a session's token in it, and causes are logged. */
  #problem(what: string, error: unknown, { kind, hint }: Verdict): Problem {
    if (kind === 'missing') return new Problem('object-missing', [what]);
    if (kind === 'damaged') return new Problem('object-damaged', [what, 'its bytes differ from the checksum that the store keeps']);
    const options = hint === undefined ? {} : { hint };
    const where = `${what} in ${describeStore(this.#location)}: ${reasonOf(error)}`;
    return new Problem(kind === 'full' ? 'store-full' : 'store-unavailable', [where], options);
  }

  #path(key: string): string {
    checkBlobKey(key);
    const { prefix } = this.#location;
    return prefix === '' ? key : `${prefix}/${key}`;
  }
}

function mayPass({ kind }: Verdict, tries: number): boolean {
  return kind === 'passing' || ((kind === 'damaged' || kind === 'doubtful') && tries < MOST_DOUBTFUL_TRIES);
}

/** Something that answers 200 without having done what S3 does. */
function notOfS3(why: string): Error {
  return Object.assign(new Error(`the answer is not one of S3: ${why}`), { $metadata: { httpStatusCode: 200 } });
}

function lengthOf(length: number | undefined, body?: Readable): number {
  if (length !== undefined) return length;
  body?.destroy();
  throw notOfS3('it has no length');
}

/** Into one buffer of the size that was announced; what is cut short is read again. */
async function collect(body: Readable, size: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    if (at + piece.length > size) throw new Error('the answer is longer than it said');
    at += piece.copy(whole, at);
  }
  if (at < size) throw Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' });
  return whole;
}
