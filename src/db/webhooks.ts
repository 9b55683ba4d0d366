import { type Selectable, sql } from 'kysely';
import { type Listed, offsetOf, type Page } from '../page.ts';
import type { Queryable } from './connection.ts';
import type { WebhookDeliveriesTable, WebhooksTable } from './schema.ts';

export type WebhookRow = Selectable<WebhooksTable>;
export type DeliveryRow = Selectable<WebhookDeliveriesTable>;

export async function insertWebhook(db: Queryable, row: Omit<WebhookRow, 'isEnabled'>): Promise<WebhookRow> {
  return db.insertInto('webhooks').values(row).returningAll().executeTakeFirstOrThrow();
}

/** In the order they were made. */
export async function listWebhooks(db: Queryable, projectId: string, page: Page): Promise<Listed<WebhookRow>> {
  const matching = db.selectFrom('webhooks').where('projectId', '=', projectId);
  const results = await matching.selectAll().orderBy('createdAt').orderBy('id').limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

export async function findWebhook(db: Queryable, projectId: string, id: string): Promise<WebhookRow | null> {
  const found = await db.selectFrom('webhooks').selectAll().where('id', '=', id).where('projectId', '=', projectId).executeTakeFirst();
  return found ?? null;
}

/** What waits for one that is switched off is given up: switched on again, it hears of what happens from then on. `null`: there is none. */
export async function updateWebhook(
  db: Queryable,
  id: string,
  change: Partial<Pick<WebhookRow, 'events' | 'isEnabled'>>,
): Promise<WebhookRow | null> {
  if (change.isEnabled === false) {
    const given = { status: 'FAILED', failure: 'The webhook was switched off.', finishedAt: sql<string>`now()` } as const;
    await db.updateTable('webhookDeliveries').set(given).where('webhookId', '=', id).where('status', '=', 'WAITING').execute();
  }
  const columns = { ...change, ...(Object.keys(change).length === 0 && { id }) };
  return (await db.updateTable('webhooks').set(columns).where('id', '=', id).returningAll().executeTakeFirst()) ?? null;
}

/** With all of its deliveries. */
export async function deleteWebhook(db: Queryable, id: string): Promise<void> {
  await db.deleteFrom('webhooks').where('id', '=', id).execute();
}

export async function insertDelivery(db: Queryable, row: { webhookId: string; event: string; payload: object }): Promise<DeliveryRow> {
  return db
    .insertInto('webhookDeliveries')
    .values({ ...row, payload: JSON.stringify(row.payload) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Newest first, ties by id. */
export async function listDeliveries(db: Queryable, webhookId: string, page: Page): Promise<Listed<DeliveryRow>> {
  const matching = db.selectFrom('webhookDeliveries').where('webhookId', '=', webhookId);
  const ordered = matching.selectAll().orderBy('createdAt', 'desc').orderBy('id', 'desc');
  const results = await ordered.limit(page.size).offset(offsetOf(page)).execute();
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  return { results, totalCount: count };
}

/** Has a message that was given up, or delivered, delivered once more. `false`: there is none. */
export async function renewDelivery(db: Queryable, webhookId: string, id: string): Promise<boolean> {
  const result = await db
    .updateTable('webhookDeliveries')
    .set({ status: 'WAITING', attempts: 0, dueAt: sql<string>`now()`, finishedAt: null })
    .where('id', '=', id)
    .where('webhookId', '=', webhookId)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export type DueDelivery = Pick<DeliveryRow, 'id' | 'webhookId' | 'event' | 'payload' | 'attempts' | 'createdAt'> & {
  projectId: string;
  urlSealed: Buffer;
  /** Host and port. */
  receiver: string;
};

const RECEIVER = sql<string>`split_part(shown_url, '/', 3)`;

/** Takes the next that is due in hand, for as long as an attempt may take: another node leaves it alone, and has it once this one is lost. `null`: nothing is due but what is for `busy` ones. */
export async function claimDelivery(
  db: Queryable,
  busy: { receivers: readonly string[]; projects: readonly string[] },
  seconds: number,
): Promise<DueDelivery | null> {
  const claimed = await db
    .updateTable('webhookDeliveries')
    .from('webhooks')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), dueAt: sql<string>`now() + make_interval(secs => ${seconds})` }))
    .whereRef('webhooks.id', '=', 'webhookDeliveries.webhookId')
    .where('webhookDeliveries.id', 'in', (eb) =>
      eb
        .selectFrom('webhookDeliveries')
        .innerJoin('webhooks', 'webhooks.id', 'webhookId')
        .select('webhookDeliveries.id')
        .where('status', '=', 'WAITING')
        .where('dueAt', '<=', sql<Date>`now()`)
        .where('isEnabled', '=', true)
        .$if(busy.receivers.length > 0, (due) => due.where(RECEIVER, 'not in', busy.receivers))
        .$if(busy.projects.length > 0, (due) => due.where('webhooks.projectId', 'not in', busy.projects))
        .orderBy('dueAt')
        .limit(1)
        .forUpdate('webhookDeliveries')
        .skipLocked(),
    )
    .returning(['webhookDeliveries.id', 'webhookId', 'event', 'payload', 'attempts', 'webhookDeliveries.createdAt', 'urlSealed'])
    .returning(['webhooks.projectId', RECEIVER.as('receiver')])
    .executeTakeFirst();
  return claimed ?? null;
}

export interface DeliveryOutcome {
  status: 'WAITING' | 'DELIVERED' | 'FAILED';
  answered: number | null;
  failure: string | null;
  /** Until the next attempt, of one that waits. */
  afterSeconds?: number;
}

/** What came of an attempt; nothing, where another one has begun since. */
export async function settleDelivery(db: Queryable, id: string, attempts: number, outcome: DeliveryOutcome): Promise<void> {
  const { afterSeconds = 0, ...columns } = outcome;
  await db
    .updateTable('webhookDeliveries')
    .set({
      ...columns,
      dueAt: sql<string>`now() + make_interval(secs => ${afterSeconds})`,
      finishedAt: outcome.status === 'WAITING' ? null : sql<string>`now()`,
    })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('status', '=', 'WAITING')
    .execute();
}

/** Of what ended so many days ago nobody asks any more. */
export async function forgetDeliveries(db: Queryable, days: number): Promise<void> {
  await db
    .deleteFrom('webhookDeliveries')
    .where('status', '!=', 'WAITING')
    .where('finishedAt', '<', sql<Date>`now() - make_interval(days => ${days})`)
    .execute();
}
