import { Problem } from '../errors.ts';
import type { Id } from '../ids.ts';
import type { Grant } from './roles.ts';

/** A person who signs in with a name and a password. */
export interface User {
  id: Id;
  organizationId: Id;
  username: string;
  createdAt: Date;
  lastSignInAt: Date | null;
  grants: Grant[];
}

/** Plain letters alone: no two names look alike, and each can be said on a telephone. An address of e-mail is one. */
const USERNAME = /^[a-z0-9][a-z0-9._@+-]{0,63}$/i;

/** Throws `invalid-value`. */
export function checkUsername(username: string): void {
  if (USERNAME.test(username)) return;
  throw new Problem('invalid-value', ['username', 'it must be 1 to 64 letters a to z, digits, and . _ @ + - behind the first']);
}

/** By which a user is found: the same name in capitals is the same user. */
export function foldedName(username: string): string {
  return username.normalize('NFKC').toLowerCase();
}
