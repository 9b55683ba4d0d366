import { createHash, createHmac, randomBytes } from 'node:crypto';
import { after, DAY, HOUR, MINUTE } from '../clock.ts';
import type { SessionEnd } from '../db/sessions.ts';
import type { Id } from '../ids.ts';
import type { User } from './user.ts';

/** However much it is used. */
export const LONGEST_SESSION = 7 * DAY;
export const LONGEST_IDLE = 12 * HOUR;
/** How exactly it is known when a session was last used: a request seldom has to write. */
export const IDLE_PRECISION = MINUTE;

/** Somebody who is signed in. */
export interface Session {
  id: Id;
  user: User;
  /** What a request that changes something has to bring beside the cookie, which a browser sends by itself. */
  csrfToken: string;
  /** When it ends, unless it is used. */
  expiresAt: Date;
}

/** A session at its making: the token is shown here, once, and kept nowhere. */
export interface OpenedSession extends Session {
  token: string;
}

export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

export function isSessionToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

export function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Of the session's token, so that it need not be kept: who cannot read the cookie cannot make it, and no other session's fits. */
export function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('lifeboat csrf v1').digest('base64url');
}

export function sessionEndAt(now: Date): SessionEnd {
  return { now, idleSince: after(now, -LONGEST_IDLE) };
}

/** The earlier of both ends, if it is not used after `lastUsedAt`. */
export function expiryOf({ expiresAt, lastUsedAt }: { expiresAt: Date; lastUsedAt: Date }): Date {
  const idleEnd = after(lastUsedAt, LONGEST_IDLE);
  return idleEnd < expiresAt ? idleEnd : expiresAt;
}
