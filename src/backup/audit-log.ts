import type { Clock } from '../clock.ts';
import {
  type AuditFilter,
  type AuditHead,
  type AuditRow,
  appendAudit,
  auditHash,
  auditRowsAfter,
  BEFORE_THE_FIRST,
  findAuditHead,
  listAudit,
} from '../db/audit-log.ts';
import type { Db, Within } from '../db/connection.ts';
import type { Id } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import type { Actor } from './caller.ts';
import { EVENT_TYPES, type EventType } from './event.ts';

/** What is audited beside that which Atlas has an event for. */
export const AUDITED_ACTIONS = [
  'SNAPSHOT_REQUESTED',
  'SNAPSHOT_CHANGED',
  'SNAPSHOT_VERIFY_REQUESTED',
  'SNAPSHOT_EXPIRY_CHANGED',
  'SNAPSHOT_HELD',
  'SNAPSHOT_RELEASED',
  'SNAPSHOT_CANCEL_REQUESTED',
  'SNAPSHOT_IMPORTED',
  'RESTORE_CANCEL_REQUESTED',
  'DRILL_REQUESTED',
  'DRILL_CANCEL_REQUESTED',
  'DOWNLOAD_STARTED',
  'CLUSTER_CHANGED',
  'CLUSTER_PARKED',
  'BACKUP_SCHEDULE_CHANGED',
  'GROUP_CHANGED',
  'ORGANIZATION_RENAMED',
  'INSTALLATION_SET_UP',
  'INSTALLATION_BACKED_UP',
  'INSTALLATION_RESTORED',
  'SNAPSHOT_FOUND',
  'WEBHOOK_CREATED',
  'WEBHOOK_CHANGED',
  'WEBHOOK_DELETED',
  'WEBHOOK_TESTED',
  'WEBHOOK_REDELIVERED',
  'CONNECTION_TESTED',
  'MASTER_KEY_EXPORTED',
  'MASTER_KEY_ROTATED',
  'VAULT_REPAIRED',
  'VAULT_ADOPTED',
  'GARBAGE_COLLECTED',
  'TOKEN_CREATED',
  'TOKEN_REVOKED',
  'OWNER_SET_UP',
  'SIGNED_IN',
  'SIGN_IN_FAILED',
  'SIGNED_OUT',
  'SESSION_ENDED',
  'PASSWORD_CHANGED',
  'USER_CREATED',
  'USER_ROLES_CHANGED',
  'USER_DELETED',
  'REQUEST_DENIED',
  'SIGN_IN_THROTTLED',
] as const;
export type AuditedAction = (typeof AUDITED_ACTIONS)[number];

/** Whatever an entry can say that was done. */
export const AUDIT_ACTIONS: readonly (AuditedAction | EventType)[] = [...AUDITED_ACTIONS, ...EVENT_TYPES];

export interface NewAuditEntry {
  action: AuditedAction | EventType;
  /** `done` unless given: the code of an error. */
  result?: string;
  organizationId?: Id | undefined;
  projectId?: Id | undefined;
  clusterName?: string | undefined;
  /** What it was done to, by id or by name. */
  subject?: string | undefined;
  by?: Actor | undefined;
  /** From where, of what nobody signed in for. */
  address?: string | undefined;
}

/** One line of the log. `by`: `null` for Lifeboat itself, or its operator at the machine. */
export interface AuditEntry {
  number: number;
  createdAt: Date;
  action: string;
  result: string;
  organizationId: Id | null;
  projectId: Id | null;
  clusterName: string | null;
  subject: string | null;
  by: { id: Id; name: string } | null;
  remoteAddress: string | null;
  hash: string;
}

/** Appends to the log. `transaction`: that of the change, so that neither is there without the other; this is the last that it does. */
export async function audit(transaction: Within, clock: Clock, ...entries: NewAuditEntry[]): Promise<void> {
  const createdAt = clock.now();
  const rows = entries.map((entry) => ({
    createdAt,
    action: entry.action,
    result: entry.result ?? 'done',
    organizationId: entry.organizationId ?? null,
    projectId: entry.projectId ?? null,
    clusterName: entry.clusterName ?? null,
    subject: entry.subject ?? null,
    actorId: entry.by?.id ?? null,
    actorName: entry.by?.name ?? null,
    remoteAddress: entry.by?.address ?? entry.address ?? null,
  }));
  await appendAudit(transaction, rows);
}

/** Makes a change and audits it, in one transaction; one that says it did not happen (`false`, `null`) leaves nothing. */
export async function audited<T>(db: Db, clock: Clock, entry: NewAuditEntry, change: (transaction: Within) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const result = await change(transaction);
    if (result !== false && result !== null) await audit(transaction, clock, entry);
    return result;
  });
}

/** What was found wrong, at which row. */
export interface AuditFinding {
  number: number;
  what: string;
}

export interface AuditReport {
  entries: number;
  /** Where the chain ends: kept elsewhere, it proves later that what is before it is still the same. */
  head: { number: number; hash: string };
  findings: AuditFinding[];
}

const ROWS_AT_ONCE = 1000;
const MOST_FINDINGS = 100;

export class AuditLog {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #told = new Map<string, { at: number; noted: Promise<void> }>();

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Newest first; of one organization and of the installation, or of all. */
  async list(organizationId: Id | null, page: Page, filter: AuditFilter = {}): Promise<Listed<AuditEntry>> {
    const { results, totalCount } = await listAudit(this.#db, organizationId, page, filter);
    return { results: results.map(fromRow), totalCount };
  }

  /** Of what changes nothing, and so has no transaction of its own. */
  async note(entry: NewAuditEntry): Promise<void> {
    await this.#db.transaction().execute((transaction) => audit(transaction, this.#clock, entry));
  }

  /**
   * As {@link note}, once in ten minutes for each `what`: of things that anybody can make happen as often as they like, a log that cannot be thinned
   * out tells that they happened, and not how often. What could not be noted was not told: whoever waits for it hears so, and the next one tries again.
   */
  async noteOnce(what: string, entry: NewAuditEntry): Promise<void> {
    const now = performance.now();
    const key = `${entry.action} ${what}`.slice(0, 300);
    const before = this.#told.get(key);
    if (before && now - before.at < TOLD_ONCE_IN) return before.noted;
    const told = { at: now, noted: this.note(entry) };
    this.#told.delete(key);
    this.#told.set(key, told);
    // A Map keeps the order of insertion: the first is what was told longest ago.
    if (this.#told.size > MOST_TOLD) this.#told.delete(this.#told.keys().next().value!);
    return told.noted.catch((error) => {
      if (this.#told.get(key) === told) this.#told.delete(key);
      throw error;
    });
  }

  /** Reads the whole log and checks each hash. `expected`: a head that was noted before, which must still be in it. */
  async verify(expected?: { number: number; hash: string }): Promise<AuditReport> {
    const head = await findAuditHead(this.#db);
    const findings: AuditFinding[] = [];
    let last = BEFORE_THE_FIRST;
    let isExpectedThere = expected === undefined || isHead(BEFORE_THE_FIRST, expected);
    for (;;) {
      // What is appended meanwhile is after the head that was read, and not looked at.
      const rows = (await auditRowsAfter(this.#db, last.number, ROWS_AT_ONCE)).filter((row) => !head || row.number <= head.number);
      for (const row of rows) {
        findings.push(...findingsOf(row, last));
        last = row;
        isExpectedThere ||= isHead(row, expected!);
      }
      if (rows.length < ROWS_AT_ONCE || findings.length >= MOST_FINDINGS) break;
    }
    if (!head) findings.push({ number: last.number, what: 'it is not said where the log ends' });
    else if (findings.length < MOST_FINDINGS && (head.number !== last.number || !head.hash.equals(last.hash)))
      findings.push({ number: head.number, what: `the log ends at ${last.number}, and should end here with another hash` });
    const beyond = head ? await auditRowsAfter(this.#db, head.number, 1) : [];
    if (beyond[0] && !(await this.#isAppended(beyond[0])))
      findings.push({ number: beyond[0].number, what: 'it is after the end of the log' });
    if (!isExpectedThere) findings.push({ number: expected!.number, what: 'the row with the hash that was noted before is not there' });
    return {
      entries: last.number,
      head: { number: last.number, hash: last.hash.toString('hex') },
      findings: findings.slice(0, MOST_FINDINGS),
    };
  }

  /** Whether the log has grown up to this row since its head was read. */
  async #isAppended(row: AuditRow): Promise<boolean> {
    return ((await findAuditHead(this.#db))?.number ?? 0) >= row.number;
  }
}

const TOLD_ONCE_IN = 10 * 60_000;
const MOST_TOLD = 1000;

function isHead({ number, hash }: AuditHead, expected: { number: number; hash: string }): boolean {
  return number === expected.number && hash.toString('hex') === expected.hash;
}

function findingsOf(row: AuditRow, last: AuditHead): AuditFinding[] {
  const findings: AuditFinding[] = [];
  if (row.number !== last.number + 1) findings.push({ number: row.number, what: `rows are missing after ${last.number}` });
  else if (!row.previousHash.equals(last.hash)) findings.push({ number: row.number, what: 'it does not follow the row before it' });
  if (!auditHash(row.previousHash, row).equals(row.hash))
    findings.push({ number: row.number, what: 'its content is not what was written' });
  return findings;
}

function fromRow({ actorId, actorName, hash, previousHash: _, ...rest }: AuditRow): AuditEntry {
  return { ...rest, by: actorId === null ? null : { id: actorId, name: actorName! }, hash: hash.toString('hex') };
}
