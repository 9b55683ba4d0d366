import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import { SECOND } from '../clock.ts';
import { messageOf, Problem } from '../errors.ts';

/** Both as PEM; the certificate with those that lead to its authority, its own first. */
export interface TlsPair {
  cert: Buffer;
  key: Buffer;
}

/** The settings, as the problems name them. */
const SETTINGS = { cert: 'LIFEBOAT_TLS_CERT_FILE', key: 'LIFEBOAT_TLS_KEY_FILE' } as const;
/** Files are read again rather than watched: renames, symbolic links and network file systems each tell a watcher something else. */
const LOOK_EVERY = 5 * SECOND;

/** The certificate that the API answers with, from two files that may be renewed while it runs. */
export class TlsFiles {
  readonly #paths: { cert: string; key: string };
  #pair: TlsPair;

  private constructor(paths: { cert: string; key: string }, pair: TlsPair) {
    this.#paths = paths;
    this.#pair = pair;
  }

  /** Throws `bad-setting` for files that cannot be read, or do not belong together. */
  static async open(paths: { cert: string; key: string }): Promise<TlsFiles> {
    const pair = await readPair(paths);
    checkPair(pair);
    return new TlsFiles(paths, pair);
  }

  get pair(): TlsPair {
    return this.#pair;
  }

  /**
   * Looks again and again; what has changed, and is whole, is for the connections that begin then, and those that are there go on. What is not stays
   * unused, and is logged. Answers how to stop.
   */
  keepFresh(server: Server, logger: Logger, every = LOOK_EVERY): () => void {
    let lastTrouble = '';
    const look = async () => {
      const before = this.#pair;
      try {
        if (await this.#renew()) server.setSecureContext(this.#pair);
        if (this.#pair !== before || lastTrouble)
          logger.info({ until: validUntil(this.#pair) }, 'the TLS certificate is the one in its file');
        lastTrouble = '';
      } catch (error) {
        // Once for each trouble: half-written files are whole at the next look.
        if (messageOf(error) !== lastTrouble)
          logger.error({ err: error }, 'the TLS certificate could not be renewed; the one before is still used');
        lastTrouble = messageOf(error);
      }
    };
    let isLooking = false;
    const timer = setInterval(async () => {
      if (isLooking) return;
      isLooking = true;
      await look();
      isLooking = false;
    }, every);
    timer.unref();
    return () => clearInterval(timer);
  }

  /** Whether there was something new. */
  async #renew(): Promise<boolean> {
    const pair = await readPair(this.#paths);
    if (pair.cert.equals(this.#pair.cert) && pair.key.equals(this.#pair.key)) return false;
    checkPair(pair);
    this.#pair = pair;
    return true;
  }
}

async function readPair(paths: { cert: string; key: string }): Promise<TlsPair> {
  const [cert, key] = await Promise.all([read('cert', paths.cert), read('key', paths.key)]);
  return { cert, key };
}

async function read(which: keyof typeof SETTINGS, path: string): Promise<Buffer> {
  return readFile(path).catch((error) => Promise.reject(new Problem('bad-setting', [SETTINGS[which], messageOf(error)], { cause: error })));
}

function checkPair({ cert, key }: TlsPair): void {
  checked('cert', 'it holds no certificate in PEM', () => createSecureContext({ cert }));
  checked('key', 'it holds no private key in PEM, or one under a password', () => createSecureContext({ key }));
  checked('key', 'it is not the private key of the certificate', () => createSecureContext({ cert, key }));
}

function checked(which: keyof typeof SETTINGS, what: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw new Problem('bad-setting', [SETTINGS[which], what], { cause: error });
  }
}

function validUntil({ cert }: TlsPair): string {
  return new X509Certificate(cert).validToDate.toISOString();
}
