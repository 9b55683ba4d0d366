import type { AccessTokens } from '../../backup/access-tokens.ts';
import type { DigestKey } from '../../backup/api-keys.ts';
import type { Caller } from '../../backup/caller.ts';
import { passes } from '../../backup/key-access-lists.ts';
import type { KeyUses } from '../../backup/key-uses.ts';
import { type Digest, parseDigestAnswer } from './digest.ts';
import type { Checked, LoginThrottle } from './login-throttle.ts';
import { WrongNonces } from './wrong-nonces.ts';

/** What of a request says who asks. Cookies are no part of it. */
export interface Credentials {
  method: string;
  /** The raw request target. */
  uri: string;
  authorization: string | undefined;
  /** Canonical. */
  address: string;
}

export type Refusal =
  /** To be answered with a challenge. */
  | { refused: 'credentials'; stale: boolean }
  | { refused: 'token' }
  | { refused: 'throttled'; retryAfterSeconds: number }
  | { refused: 'address'; address: string };

/** Who asks: an API key by digest, or a service account by its token. Everything is read from the database for each request, nothing is kept. */
export class Authentication {
  readonly #digest: Digest;
  readonly #uses: Pick<KeyUses, 'note'>;
  readonly #tokens: Pick<AccessTokens, 'find'>;
  readonly #throttle: LoginThrottle;
  readonly #wrongNonces = new WrongNonces();

  constructor(parts: { digest: Digest; uses: Pick<KeyUses, 'note'>; tokens: Pick<AccessTokens, 'find'>; throttle: LoginThrottle }) {
    this.#digest = parts.digest;
    this.#uses = parts.uses;
    this.#tokens = parts.tokens;
    this.#throttle = parts.throttle;
  }

  async check(request: Credentials): Promise<{ caller: Caller } | Refusal> {
    const token = /^Bearer +(\S+) *$/i.exec(request.authorization ?? '')?.[1];
    return token === undefined ? this.#checkDigest(request) : this.#checkToken(token, request.address);
  }

  async #checkToken(token: string, address: string): Promise<{ caller: Caller } | Refusal> {
    const checked = await this.#throttle.run({ address, name: 'Bearer' }, () => this.#tokens.find(token));
    if ('right' in checked) return { caller: { ...checked.right, address } };
    return refusalOf(checked, { refused: 'token' });
  }

  async #checkDigest({ method, uri, authorization, address }: Credentials): Promise<{ caller: Caller } | Refusal> {
    const answer = authorization === undefined ? null : parseDigestAnswer(authorization);
    if (!answer) return { refused: 'credentials', stale: false };
    const checked = await this.#throttle.run({ address, name: answer.username }, async (isThrottled) => {
      if (this.#wrongNonces.has(answer.nonce)) return null;
      const outcome = await this.#digest.check(method, uri, answer);
      if (outcome === null && isThrottled) this.#wrongNonces.add(answer.nonce);
      return outcome;
    });
    if (!('right' in checked)) return refusalOf(checked, { refused: 'credentials', stale: false });
    if (checked.right === 'stale') return { refused: 'credentials', stale: true };
    return this.#letIn(checked.right.key, address);
  }

  #letIn(key: DigestKey, address: string): { caller: Caller } | Refusal {
    const { mayPass, through } = passes(key.accessList, address);
    if (!mayPass) return { refused: 'address', address };
    this.#uses.note(key.id, through, address);
    const { id, publicKey, organizationId, grants } = key;
    return { caller: { kind: 'api-key', id, name: publicKey, organizationId, grants, address } };
  }
}

function refusalOf(checked: Exclude<Checked<never>, { right: never }>, refusal: Refusal): Refusal {
  return checked.wrong === 'throttled' ? { refused: 'throttled', retryAfterSeconds: checked.retryAfterSeconds } : refusal;
}
