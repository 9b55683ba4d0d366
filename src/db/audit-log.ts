import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable, Within } from './connection.ts';
import type { AuditLogTable } from './schema.ts';

export type AuditRow = AuditLogTable;
export type NewAuditRow = Omit<AuditRow, 'number' | 'previousHash' | 'hash'>;

export interface AuditHead {
  number: number;
  hash: Buffer;
}

/** What the first row follows. */
export const BEFORE_THE_FIRST: AuditHead = { number: 0, hash: Buffer.alloc(32) };

/**
 * Appends rows, as the last thing that its transaction does: everyone else who appends waits for its end. The organization of a project's row is
 * looked up, so that who appends need not know it.
 */
export async function appendAudit(db: Within, entries: readonly NewAuditRow[]): Promise<void> {
  if (entries.length === 0) return;
  const organizations = await organizationsOf(db, entries);
  let head: AuditHead = await db.selectFrom('auditHead').select(['number', 'hash']).forUpdate().executeTakeFirstOrThrow();
  const rows = entries.map((entry): AuditRow => {
    const organizationId = entry.organizationId ?? organizations.get(entry.projectId ?? '') ?? null;
    const row = { ...whole({ ...entry, organizationId }), number: head.number + 1 };
    const previousHash = head.hash;
    head = { number: row.number, hash: auditHash(previousHash, row) };
    return { ...row, previousHash, hash: head.hash };
  });
  await db.insertInto('auditLog').values(rows).execute();
  await db.updateTable('auditHead').set(head).execute();
}

async function organizationsOf(db: Queryable, entries: readonly NewAuditRow[]): Promise<Map<string, string>> {
  const projectIds = new Set(entries.flatMap(({ organizationId, projectId }) => (organizationId === null && projectId ? [projectId] : [])));
  if (projectIds.size === 0) return new Map();
  const found = await db
    .selectFrom('projects')
    .select(['id', 'organizationId'])
    .where('id', 'in', [...projectIds])
    .execute();
  return new Map(found.map((project) => [project.id, project.organizationId]));
}

/** SHA-256 of the hash before it and of the row's content in one fixed order. */
export function auditHash(previous: Buffer, row: NewAuditRow & { number: number }): Buffer {
  const { number, createdAt, action, result, organizationId, projectId, clusterName, subject, actorId, actorName, remoteAddress } = row;
  const content = [
    number,
    createdAt.toISOString(),
    action,
    result,
    organizationId,
    projectId,
    clusterName,
    subject,
    actorId,
    actorName,
    remoteAddress,
  ];
  return hash('sha256', Buffer.concat([previous, Buffer.from(JSON.stringify(content))]), 'buffer');
}

/** Texts as PostgreSQL gives them back: it takes no NUL, and UTF-8 has no half characters. */
function whole<T extends object>(row: T): T {
  const entries = Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? plain(value) : value]);
  return Object.fromEntries(entries) as T;
}

function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}

export async function findAuditHead(db: Queryable): Promise<AuditHead | null> {
  return (await db.selectFrom('auditHead').select(['number', 'hash']).executeTakeFirst()) ?? null;
}

/** The rows after `number`, in their order. */
export async function auditRowsAfter(db: Queryable, number: number, count: number): Promise<AuditRow[]> {
  return db.selectFrom('auditLog').selectAll().where('number', '>', number).orderBy('number').limit(count).execute();
}

/** Which rows of the log; all where nothing is said. */
export interface AuditFilter {
  actions?: readonly string[];
  /** A part of the name of who did it, or their id. */
  actor?: string;
  clusterNames?: readonly string[];
  from?: Date | undefined;
  /** Not itself. */
  until?: Date | undefined;
}

/** Newest first. Of an organization, and what belongs to none; or all. */
export async function listAudit(
  db: Queryable,
  organizationId: string | null,
  page: Page,
  { actions = [], actor = '', clusterNames = [], from, until }: AuditFilter = {},
): Promise<Listed<AuditRow>> {
  const matching = db
    .selectFrom('auditLog')
    .$if(organizationId !== null, (all) =>
      all.where((eb) => eb.or([eb('organizationId', '=', organizationId), eb('organizationId', 'is', null)])),
    )
    .$if(actions.length > 0, (all) => all.where('action', 'in', actions))
    .$if(clusterNames.length > 0, (all) => all.where('clusterName', 'in', clusterNames))
    .$if(actor !== '', (all) => all.where(sql<boolean>`(actor_id = ${actor} OR strpos(lower(actor_name), lower(${actor})) > 0)`))
    .$if(from !== undefined, (all) => all.where('createdAt', '>=', from!))
    .$if(until !== undefined, (all) => all.where('createdAt', '<', until!));
  const results = await matching.selectAll().orderBy('number', 'desc').limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}
