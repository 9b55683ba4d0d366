import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Clock, SECOND } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import { dropLease, keepLease } from '../db/leases.ts';
import { findRestore } from '../db/restores.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { AuditLog } from './audit-log.ts';
import { noteDamage } from './damage.ts';
import type { RestoreJob } from './restore-job.ts';
import { restoreFromRow } from './restore-rows.ts';

/** A whole `.tar.gz` of known size, any part of which can be read. */
export interface Archive {
  size: number;
  etag: string;
  /** The bytes from `start` up to, not including, `end`; each chunk is verified before any byte of it comes out. */
  read(start: number, end: number, signal?: AbortSignal): AsyncIterable<Buffer>;
}

export interface OpenDownload {
  job: RestoreJob;
  archive: Archive;
  fileName: string;
  /** The reader is done: garbage collection need not wait for it any longer. */
  release(): Promise<void>;
}

export interface DescribedDownload {
  id: Id;
  expiresAt: Date;
  fileName: string;
  /** Absent once it has expired. */
  url?: string;
  bytes?: number;
}

/** The expiring links. A link is signed over its job and its expiry, with a key that is for nothing else, and needs no credentials. */
export class Downloads {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #signingKey: Buffer;
  readonly #publicUrl: () => string;
  readonly #audit: Pick<AuditLog, 'noteOnce'>;
  readonly #openArchive: (snapshotId: Id, folder: string) => Promise<Archive>;
  readonly #leaseSeconds: number;

  constructor(parts: {
    db: Db;
    clock: Clock;
    /** Derived from the master key for `download-urls`. */
    signingKey: Buffer;
    publicUrl: () => string;
    audit: Pick<AuditLog, 'noteOnce'>;
    openArchive: (snapshotId: Id, folder: string) => Promise<Archive>;
    /** While a download streams its lease is renewed well within this time, past the link's own expiry too. Real time. */
    leaseSeconds: number;
  }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#signingKey = parts.signingKey;
    this.#publicUrl = parts.publicUrl;
    this.#audit = parts.audit;
    this.#openArchive = parts.openArchive;
    this.#leaseSeconds = parts.leaseSeconds;
  }

  /** The URL of a DOWNLOAD job; `null` for any other. The Host header of a request has no part in it. */
  url(job: RestoreJob): string | null {
    if (job.deliveryType !== 'DOWNLOAD') return null;
    const expires = job.expiresAt.getTime();
    const token = `${expires.toString(36)}-${this.#sign(job.id, expires).toString('base64url')}`;
    return `${this.#publicUrl()}/api/lifeboat/v1/downloads/${job.id}/${token}/${nameOf(job)}.tar.gz`;
  }

  /** What a link leads to; of one that has expired nothing is there any more. Throws `restore-job-not-found` of any other job. */
  async describe(job: RestoreJob): Promise<DescribedDownload> {
    const url = this.url(job);
    if (url === null) throw new Problem('restore-job-not-found', [job.id, job.clusterName]);
    const { id, expiresAt } = job;
    const download = { id, expiresAt, fileName: `${nameOf(job)}.tar.gz` };
    if (this.#clock.now() >= expiresAt) return download;
    return { ...download, url, bytes: (await this.#openArchive(job.snapshotId, nameOf(job))).size };
  }

  /** `from`: where bytes go to, for the audit log; absent when none do. Throws `download-unknown` for anything that was not signed here, `download-expired` when its time is over. */
  async open(jobId: string, token: string, from?: string): Promise<OpenDownload> {
    const expires = this.#verified(jobId, token);
    if (this.#clock.now().getTime() >= expires) throw new Problem('download-expired', [jobId]);
    const row = await findRestore(this.#db, jobId);
    if (row?.deliveryType !== 'DOWNLOAD') throw new Problem('download-unknown');
    const job = restoreFromRow(row);
    if (from !== undefined) await this.#note(job, from);
    const release = await this.#holdChunks(job);
    try {
      const archive = await this.#openArchive(job.snapshotId, nameOf(job));
      return { job, archive: this.#watched(archive), fileName: `${nameOf(job)}.tar.gz`, release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** Damage that a download meets is remembered. */
  #watched(archive: Archive): Archive {
    const db = this.#db;
    async function* read(start: number, end: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
      try {
        yield* archive.read(start, end, signal);
      } catch (error) {
        await noteDamage(db, error);
        throw error;
      }
    }
    return { size: archive.size, etag: archive.etag, read };
  }

  /** A broken download that goes on is the same download. */
  async #note({ id, projectId, clusterName }: RestoreJob, address: string): Promise<void> {
    await this.#audit.noteOnce(`${id} ${address}`, { action: 'DOWNLOAD_STARTED', projectId, clusterName, subject: id, address });
  }

  async #holdChunks(job: RestoreJob): Promise<() => Promise<void>> {
    const lease = {
      id: `stream ${newId(this.#clock.now())}`,
      snapshotId: job.snapshotId,
      holder: 'download',
      seconds: this.#leaseSeconds,
    };
    await keepLease(this.#db, lease);
    const renewal = setInterval(
      () => {
        // A renewal that fails is tried again half a lease before it runs out.
        keepLease(this.#db, lease).catch(() => {});
      },
      (this.#leaseSeconds * SECOND) / 4,
    );
    renewal.unref();
    return async () => {
      clearInterval(renewal);
      await dropLease(this.#db, lease.id);
    };
  }

  #verified(jobId: string, token: string): number {
    const [time = '', signature = ''] = token.split(/-(.*)/s);
    const expires = /^[0-9a-z]{1,11}$/.test(time) ? Number.parseInt(time, 36) : Number.NaN;
    if (!isId(jobId) || Number.isNaN(expires)) throw new Problem('download-unknown');
    const expected = this.#sign(jobId, expires).toString('base64url');
    // Texts are compared, not what they decode to: base64 has several spellings for the same bytes.
    if (signature.length !== expected.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) {
      throw new Problem('download-unknown');
    }
    return expires;
  }

  #sign(jobId: Id, expires: number): Buffer {
    return createHmac('sha256', this.#signingKey).update(`${jobId} ${expires}`).digest();
  }
}

/** The archive's folder and file name: the cluster, and when its snapshot was finished (`shop-20261124T151200Z`). */
function nameOf(job: RestoreJob): string {
  return `${job.clusterName}-${job.snapshotFinishedAt.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
