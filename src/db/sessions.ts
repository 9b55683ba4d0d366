import type { Queryable } from './connection.ts';
import type { SessionsTable } from './schema.ts';
import { USER_ROLES, type UserWithRoles } from './users.ts';

export type SessionRow = SessionsTable;

/** When a session has ended: its time is over, or it was not used for long. */
export interface SessionEnd {
  now: Date;
  /** One that was last used before has ended. */
  idleSince: Date;
}

export async function insertSession(db: Queryable, row: SessionRow): Promise<void> {
  await db.insertInto('sessions').values(row).execute();
}

/** The session of a token with its user and the roles, in one statement, read for each request and never kept. */
export async function findSession(
  db: Queryable,
  sha256: Buffer,
  { now, idleSince }: SessionEnd,
): Promise<{ session: Omit<SessionRow, 'sha256' | 'userId'>; user: UserWithRoles } | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .selectAll('users')
    .select(USER_ROLES.as('roles'))
    .select(['sessions.id as sessionId', 'sessions.createdAt as sessionCreatedAt', 'sessions.lastUsedAt', 'sessions.expiresAt'])
    .where('sha256', '=', sha256)
    .where('expiresAt', '>', now)
    .where('lastUsedAt', '>', idleSince)
    .executeTakeFirst();
  if (!row) return null;
  const { sessionId: id, sessionCreatedAt: createdAt, lastUsedAt, expiresAt, ...user } = row;
  return { session: { id, createdAt, lastUsedAt, expiresAt }, user };
}

/** A request may come late: it is never said to be unused for longer than it was. */
export async function touchSession(db: Queryable, id: string, at: Date): Promise<void> {
  await db.updateTable('sessions').set({ lastUsedAt: at }).where('id', '=', id).where('lastUsedAt', '<', at).execute();
}

export async function deleteSession(db: Queryable, id: string): Promise<boolean> {
  const result = await db.deleteFrom('sessions').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export async function deleteSessionOfToken(db: Queryable, sha256: Buffer): Promise<void> {
  await db.deleteFrom('sessions').where('sha256', '=', sha256).execute();
}

/** All of a user but one; answers how many there were. */
export async function deleteSessionsOf(db: Queryable, userId: string, butFor?: string): Promise<number> {
  const matching = db.deleteFrom('sessions').where('userId', '=', userId);
  const result = await (butFor === undefined ? matching : matching.where('id', '!=', butFor)).executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function forgetSessions(db: Queryable, { now, idleSince }: SessionEnd): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where((eb) => eb.or([eb('expiresAt', '<=', now), eb('lastUsedAt', '<=', idleSince)]))
    .execute();
}
