import type { Clock } from '../clock.ts';
import type { Db } from '../db/connection.ts';
import {
  type DeliveryRow,
  deleteWebhook,
  findWebhook,
  insertDelivery,
  insertWebhook,
  listDeliveries,
  listWebhooks,
  renewDelivery,
  updateWebhook,
  type WebhookRow,
} from '../db/webhooks.ts';
import type { Destinations } from '../destinations.ts';
import { ForbiddenDestination } from '../destinations.ts';
import { Problem } from '../errors.ts';
import { type Id, isId, newId } from '../ids.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Listed, Page } from '../page.ts';
import { deriveKey, seal } from '../sealing.ts';
import { audited } from './audit-log.ts';
import type { Actor } from './caller.ts';
import { DEFAULT_EVENTS, shownUrl, signingSecret, TEST_EVENT, type Webhook, type WebhookDelivery, type WebhookEvent } from './webhook.ts';

const LONGEST_URL = 2048;
const DELIVERY_ID = /^[0-9a-f-]{36}$/;

export interface WebhookParts {
  db: Db;
  clock: Clock;
  queue: Pick<Queue, 'send'>;
  destinations: Destinations;
  /** A key that outlives the master key: messages that wait are still signed as they were. */
  secretKey: Buffer;
}

/** Where the ends of a project's jobs are told. */
export class Webhooks {
  readonly #parts: WebhookParts;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
  }

  /** The secret is told this once. Throws `invalid-value` for a URL that cannot be, or may not be, told anything. */
  async create(input: { projectId: Id; url: string; events?: readonly WebhookEvent[]; by?: Actor }): Promise<Webhook & { secret: string }> {
    const { db, clock, secretKey } = this.#parts;
    const url = this.#readUrl(input.url);
    const now = clock.now();
    const id = newId(now);
    const row = {
      ...{ id, projectId: input.projectId, createdAt: now, shownUrl: shownUrl(url), events: [...new Set(input.events ?? DEFAULT_EVENTS)] },
      urlSealed: seal(urlKey(secretKey), Buffer.from(url.href), urlContext(id)),
    };
    const entry = { action: 'WEBHOOK_CREATED', projectId: input.projectId, subject: `${id} ${row.shownUrl}`, by: input.by } as const;
    const made = await audited(db, clock, entry, (transaction) => insertWebhook(transaction, row));
    return { ...fromRow(made), secret: signingSecret(secretKey, id) };
  }

  async list(projectId: Id, page: Page): Promise<Listed<Webhook>> {
    const { results, totalCount } = await listWebhooks(this.#parts.db, projectId, page);
    return { results: results.map(fromRow), totalCount };
  }

  /** Throws `webhook-not-found`. */
  async get(projectId: Id, id: string): Promise<Webhook> {
    const row = isId(id) ? await findWebhook(this.#parts.db, projectId, id) : null;
    if (!row) throw new Problem('webhook-not-found', [id]);
    return fromRow(row);
  }

  async update(projectId: Id, id: string, change: { events?: readonly WebhookEvent[]; enabled?: boolean }, by?: Actor): Promise<Webhook> {
    const { db, clock } = this.#parts;
    const webhook = await this.get(projectId, id);
    const columns = {
      ...(change.events && { events: [...new Set(change.events)] }),
      ...(change.enabled !== undefined && { isEnabled: change.enabled }),
    };
    const entry = { action: 'WEBHOOK_CHANGED', projectId, subject: `${webhook.id} ${webhook.url}`, by } as const;
    const changed = await audited(db, clock, entry, (transaction) => updateWebhook(transaction, webhook.id, columns));
    if (!changed) throw new Problem('webhook-not-found', [id]);
    return fromRow(changed);
  }

  async remove(projectId: Id, id: string, by?: Actor): Promise<void> {
    const { db, clock } = this.#parts;
    const webhook = await this.get(projectId, id);
    const entry = { action: 'WEBHOOK_DELETED', projectId, subject: `${webhook.id} ${webhook.url}`, by } as const;
    await audited(db, clock, entry, (transaction) => deleteWebhook(transaction, webhook.id));
  }

  /** Sends a message now, so that a receiver can be tried. Throws `invalid-value` for one that is switched off. */
  async test(projectId: Id, id: string, by?: Actor): Promise<WebhookDelivery> {
    const webhook = await this.#sending(projectId, id);
    const payload = { event: TEST_EVENT, kind: 'webhook', id: webhook.id, projectId };
    const { db, clock, queue } = this.#parts;
    const row = { webhookId: webhook.id, event: TEST_EVENT, payload };
    const entry = { action: 'WEBHOOK_TESTED', projectId, subject: `${webhook.id} ${webhook.url}`, by } as const;
    const delivery = await audited(db, clock, entry, (transaction) => insertDelivery(transaction, row));
    await queue.send('webhooks.deliver', {});
    return deliveryFromRow(delivery);
  }

  /** Newest first. */
  async deliveries(projectId: Id, id: string, page: Page): Promise<Listed<WebhookDelivery>> {
    const webhook = await this.get(projectId, id);
    const { results, totalCount } = await listDeliveries(this.#parts.db, webhook.id, page);
    return { results: results.map(deliveryFromRow), totalCount };
  }

  /** Sends a message once more, whatever became of it. Throws `delivery-not-found`. */
  async redeliver(projectId: Id, id: string, deliveryId: string, by?: Actor): Promise<void> {
    const webhook = await this.#sending(projectId, id);
    const { db, clock, queue } = this.#parts;
    const entry = { action: 'WEBHOOK_REDELIVERED', projectId, subject: `${webhook.id} ${webhook.url}`, by } as const;
    const isThere =
      DELIVERY_ID.test(deliveryId) &&
      (await audited(db, clock, entry, (transaction) => renewDelivery(transaction, webhook.id, deliveryId)));
    if (!isThere) throw new Problem('delivery-not-found', [deliveryId]);
    await queue.send('webhooks.deliver', {});
  }

  async #sending(projectId: Id, id: string): Promise<Webhook> {
    const webhook = await this.get(projectId, id);
    if (!webhook.enabled) throw new Problem('invalid-value', ['enabled', 'the webhook is switched off, and is sent nothing']);
    return webhook;
  }

  #readUrl(text: string): URL {
    const url = text.length <= LONGEST_URL && URL.canParse(text) ? new URL(text) : null;
    if (!url || !/^https?:$/.test(url.protocol)) throw new Problem('invalid-value', ['url', 'an http:// or https:// URL is expected']);
    if (url.username || url.password)
      throw new Problem('invalid-value', ['url', 'it holds a password; messages are signed, and carry no other credentials']);
    url.hash = '';
    try {
      this.#parts.destinations.check(url.hostname);
    } catch (error) {
      if (error instanceof ForbiddenDestination) throw new Problem('invalid-value', ['url', error.message]);
      throw error;
    }
    return url;
  }
}

export function urlKey(secretKey: Buffer): Buffer {
  return deriveKey(secretKey, 'webhook-urls');
}

export function urlContext(webhookId: Id): string {
  return `webhook ${webhookId}`;
}

function fromRow({ id, projectId, shownUrl: url, events, isEnabled, createdAt }: WebhookRow): Webhook {
  return { id, projectId, url, events: events as WebhookEvent[], enabled: isEnabled, createdAt };
}

function deliveryFromRow(row: DeliveryRow): WebhookDelivery {
  const { id, event, status, attempts, createdAt, dueAt, finishedAt, answered, failure, payload } = row;
  return {
    id,
    event,
    status,
    attempts,
    createdAt,
    finishedAt,
    answered,
    failure,
    payload,
    nextAttemptAt: status === 'WAITING' ? dueAt : null,
  };
}
