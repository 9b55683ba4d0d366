import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { MINUTE, SECOND } from '../../clock.ts';

export const NONCE_SECONDS = (5 * MINUTE) / SECOND;

const TIME_BYTES = 4;
const RANDOM_BYTES = 4;
const MAC_BYTES = 16;
/** 24 bytes: 32 characters of base64, as Atlas' nonces are. */
const NONCE_BYTES = TIME_BYTES + RANDOM_BYTES + MAC_BYTES;

export type NonceState = 'fresh' | 'expired' | 'forged';

/** Nonces that any node made and any node can check: the time, a random part, and an HMAC over both. Nothing is stored. */
export class Nonces {
  readonly #key: KeyObject;
  readonly #now: () => number;

  /** `key`: derived from the master key for `digest-nonces`. `now`: seconds of real time, the same on all nodes to within a minute. */
  constructor(key: Buffer, now: () => number) {
    this.#key = createSecretKey(key);
    this.#now = now;
  }

  make(): string {
    const body = Buffer.alloc(TIME_BYTES + RANDOM_BYTES);
    body.writeUInt32BE(this.#now());
    randomBytes(RANDOM_BYTES).copy(body, TIME_BYTES);
    return Buffer.concat([body, this.#mac(body)]).toString('base64');
  }

  check(nonce: string): NonceState {
    const bytes = Buffer.from(nonce, 'base64');
    if (nonce.length !== 32 || bytes.length !== NONCE_BYTES) return 'forged';
    const body = bytes.subarray(0, TIME_BYTES + RANDOM_BYTES);
    if (!timingSafeEqual(this.#mac(body), bytes.subarray(body.length))) return 'forged';
    return this.#now() - body.readUInt32BE() < NONCE_SECONDS ? 'fresh' : 'expired';
  }

  /** When a nonce stops being good, in seconds. */
  expiryOf(nonce: string): number {
    return Buffer.from(nonce, 'base64').readUInt32BE() + NONCE_SECONDS;
  }

  #mac(body: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(body).digest().subarray(0, MAC_BYTES);
  }
}
