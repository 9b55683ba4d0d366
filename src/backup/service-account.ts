import { createHmac, randomBytes } from 'node:crypto';
import type { Id } from '../ids.ts';
import type { Grant } from './roles.ts';

/** A service account of Atlas: an OAuth2 client of an organization, that uses the API with tokens of an hour. */
export interface ServiceAccount {
  id: Id;
  clientId: string;
  organizationId: Id;
  name: string;
  description: string;
  createdAt: Date;
  grants: Grant[];
  secrets: Secret[];
}

export interface Secret {
  id: Id;
  /** Its prefix and its last four characters. */
  masked: string;
  /** The secret itself, shown once, where it was made. */
  plain?: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
}

const CLIENT = 'mdb_sa_id_';
const SECRET = 'mdb_sa_sk_';
const SECRET_BYTES = 30;
const SUFFIX = 4;

export function clientIdOf(accountId: Id): string {
  return CLIENT + accountId;
}

/** The account's id, or `null` for what is no client id. */
export function accountIdOf(clientId: string): Id | null {
  return /^mdb_sa_id_([a-f0-9]{24})$/.exec(clientId.toLowerCase())?.[1] ?? null;
}

export function newSecret(): string {
  return SECRET + randomBytes(SECRET_BYTES).toString('base64url');
}

export function suffixOf(secret: string): string {
  return secret.slice(-SUFFIX);
}

export function maskedSecret(suffix: string): string {
  return `${SECRET}...${suffix}`;
}

/**
 * What is kept of a secret. A secret is 240 random bits, which no search finds, so a slow hash would only help who floods us; the key, which is
 * not in the database, makes a copy of the database useless.
 */
export function digestOfSecret(key: Buffer, secret: string): Buffer {
  return createHmac('sha256', key).update(secret).digest();
}
