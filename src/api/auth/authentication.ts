import type { AccessTokens } from '../../backup/access-tokens.ts';
import type { ApiKeys, DigestKey } from '../../backup/api-keys.ts';
import type { Caller } from '../../backup/caller.ts';
import { passes } from '../../backup/key-access-lists.ts';
import type { KeyUses } from '../../backup/key-uses.ts';
import type { Session } from '../../backup/session.ts';
import type { Sessions } from '../../backup/sessions.ts';
import { type Digest, parseDigestAnswer } from './digest.ts';
import { type Checked, LoginThrottle } from './login-throttle.ts';
import { isSafe, sameToken } from './request-origin.ts';
import type { SessionCookie } from './session-cookie.ts';
import { WrongNonces } from './wrong-nonces.ts';

/** What of a request says who asks. */
export interface Credentials {
  method: string;
  /** The raw request target. */
  uri: string;
  authorization: string | undefined;
  cookie: SessionCookie;
  /** That the page which asks is ours, as the session's token and as the browser's word. */
  csrfToken: string | string[] | undefined;
  isOurOrigin: boolean;
  /** Canonical. */
  address: string;
}

export interface Admission {
  caller: Caller;
  /** Of a user. */
  session: Session | null;
}

export type Refusal =
  /** To be answered with a challenge. */
  | { refused: 'credentials'; stale: boolean }
  | { refused: 'token' }
  /** The cookie of a session that is over, or none of ours. */
  | { refused: 'session' }
  | { refused: 'csrf' }
  | { refused: 'throttled'; retryAfterSeconds: number }
  | { refused: 'address'; address: string };

/**
 * Who asks: an API key by digest, a service account by its token, or a user by the cookie of a session. Everything is read from the database for each
 * request, nothing is kept. Credentials in the header come before the cookie: a browser sends them only where a person typed them.
 */
export class Authentication {
  readonly #digest: Digest;
  readonly #keys: Pick<ApiKeys, 'findForDigest'>;
  readonly #uses: Pick<KeyUses, 'note'>;
  readonly #tokens: Pick<AccessTokens, 'find'>;
  readonly #throttle: LoginThrottle;
  readonly #sessions: Pick<Sessions, 'find' | 'look'>;
  /** A page that stays open after its session must not use up what its address may fail at signing in. */
  readonly #sessionThrottle = new LoginThrottle();
  readonly #wrongNonces = new WrongNonces();

  constructor(parts: {
    digest: Digest;
    keys: Pick<ApiKeys, 'findForDigest'>;
    uses: Pick<KeyUses, 'note'>;
    tokens: Pick<AccessTokens, 'find'>;
    sessions: Pick<Sessions, 'find' | 'look'>;
    throttle: LoginThrottle;
  }) {
    this.#digest = parts.digest;
    this.#keys = parts.keys;
    this.#uses = parts.uses;
    this.#tokens = parts.tokens;
    this.#sessions = parts.sessions;
    this.#throttle = parts.throttle;
  }

  async check(request: Credentials): Promise<Admission | Refusal> {
    if (request.authorization === undefined && request.cookie.isThere) return this.#checkSession(request);
    const token = tokenIn(request.authorization);
    return token === undefined ? this.#checkDigest(request) : this.#checkToken(token, request.address);
  }

  /** The caller of an earlier request, with the roles of now; `null` when they are gone. An answer to a challenge is good for one request: of a key it is asked whether it is still there. */
  async again(caller: Caller, credentials: Pick<Credentials, 'authorization' | 'cookie'>): Promise<Caller | null> {
    const { address, name } = caller;
    if (caller.kind === 'api-key') {
      const key = await this.#keys.findForDigest(name);
      return key?.id === caller.id && passes(key.accessList, address).mayPass ? { ...caller, grants: key.grants } : null;
    }
    if (caller.kind === 'user') {
      const session = credentials.cookie.token && (await this.#sessions.look(credentials.cookie.token));
      return session ? { ...caller, grants: session.user.grants } : null;
    }
    const token = tokenIn(credentials.authorization);
    const found = token === undefined ? null : await this.#tokens.find(token);
    return found && { ...found, address };
  }

  async #checkSession({ method, cookie: { token }, csrfToken, isOurOrigin, address }: Credentials): Promise<Admission | Refusal> {
    if (token === null) return { refused: 'session' };
    const checked = await this.#sessionThrottle.run({ address, name: 'Session' }, () => this.#sessions.find(token));
    if (!('right' in checked)) return refusalOf(checked, { refused: 'session' });
    const session = checked.right;
    if (!isSafe(method) && !(isOurOrigin && sameToken(csrfToken, session.csrfToken))) return { refused: 'csrf' };
    const { id, username, organizationId, grants } = session.user;
    return { caller: { kind: 'user', id, name: username, organizationId, grants, address }, session };
  }

  async #checkToken(token: string, address: string): Promise<Admission | Refusal> {
    const checked = await this.#throttle.run({ address, name: 'Bearer' }, () => this.#tokens.find(token));
    if ('right' in checked) return { caller: { ...checked.right, address }, session: null };
    return refusalOf(checked, { refused: 'token' });
  }

  async #checkDigest({ method, uri, authorization, address }: Credentials): Promise<Admission | Refusal> {
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

  #letIn(key: DigestKey, address: string): Admission | Refusal {
    const { mayPass, through } = passes(key.accessList, address);
    if (!mayPass) return { refused: 'address', address };
    this.#uses.note(key.id, through, address);
    const { id, publicKey, organizationId, grants } = key;
    return { caller: { kind: 'api-key', id, name: publicKey, organizationId, grants, address }, session: null };
  }
}

function tokenIn(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

function refusalOf(checked: Exclude<Checked<never>, { right: never }>, refusal: Refusal): Refusal {
  return checked.wrong === 'throttled' ? { refused: 'throttled', retryAfterSeconds: checked.retryAfterSeconds } : refusal;
}
