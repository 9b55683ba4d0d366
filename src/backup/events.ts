import type { Clock } from '../clock.ts';
import type { Db, Within } from '../db/connection.ts';
import { type EventFilter, type EventRow, type EventScope, findEvent, insertEvents, listEvents } from '../db/events.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Listed, Page } from '../page.ts';
import { audit } from './audit-log.ts';
import type { Actor } from './caller.ts';
import { type Event, type EventType, isOfOrganization, type NewEvent } from './event.ts';

/**
 * Records what happened, for those who read events and in the audit log. `db`: the transaction of what it tells, so that neither is there without the
 * other; this is the last that it does (`audit`).
 */
export async function recordEvent(db: Within, clock: Clock, ...events: NewEvent[]): Promise<void> {
  const createdAt = clock.now();
  const rows = events.map((event) => ({
    id: newId(createdAt),
    createdAt,
    type: event.type,
    organizationId: 'organizationId' in event ? event.organizationId : null,
    projectId: 'projectId' in event ? event.projectId : null,
    ofOrganization: isOfOrganization(event),
    clusterName: event.clusterName ?? null,
    subject: event.subject ?? null,
    actorId: event.by?.id ?? null,
    actorName: event.by?.name ?? null,
    remoteAddress: event.by?.address ?? null,
  }));
  await insertEvents(db, rows);
  await audit(db, clock, ...events.map(({ type, ...rest }) => ({ action: type, ...rest })));
}

/** Makes a change and records it, in one transaction; a change that says it did not happen (`false`, `null`) leaves no event, nor does `null`. */
export async function recorded<T>(db: Db, clock: Clock, event: NewEvent | null, change: (transaction: Within) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const result = await change(transaction);
    if (event && result !== false && result !== null) await recordEvent(transaction, clock, event);
    return result;
  });
}

export function clusterEvent(type: EventType, cluster: { projectId: Id; name: string }, by?: Actor): NewEvent {
  return { type, projectId: cluster.projectId, clusterName: cluster.name, by };
}

/** What became of a snapshot or a restore job: an event of its project and of its source cluster. */
export function jobEvent(type: EventType, job: { projectId: Id; clusterName: string }, by?: Actor): NewEvent {
  return { type, projectId: job.projectId, clusterName: job.clusterName, by };
}

/** As {@link jobEvent}; a drill is no restore, and Atlas has no event for it. */
export function restoreEvent(
  type: EventType,
  job: { projectId: Id; clusterName: string; deliveryType: string },
  by?: Actor,
): NewEvent | null {
  return job.deliveryType === 'DRILL' ? null : jobEvent(type, job, by);
}

export type { EventFilter, EventScope };

export class Events {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Newest first, ties by id. */
  async list(scope: EventScope, filter: EventFilter, page: Page): Promise<Listed<Event>> {
    const { results, totalCount } = await listEvents(this.#db, scope, filter, page);
    return { results: results.map(fromRow), totalCount };
  }

  /** Throws `event-not-found`. */
  async get(scope: EventScope, id: Id): Promise<Event> {
    const row = isId(id) ? await findEvent(this.#db, scope, id) : null;
    if (!row) throw new Problem('event-not-found', [id]);
    return fromRow(row);
  }
}

function fromRow(row: EventRow): Event {
  const { id, createdAt, organizationId, projectId, clusterName, subject, actorId, actorName, remoteAddress } = row;
  const by = actorId === null ? null : { id: actorId, name: actorName!, address: remoteAddress! };
  return { id, type: row.type as EventType, createdAt, organizationId, projectId, clusterName, subject, by };
}
