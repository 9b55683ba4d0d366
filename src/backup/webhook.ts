import { createHmac } from 'node:crypto';
import type { Id } from '../ids.ts';
import { deriveKey } from '../sealing.ts';

/** What a webhook can be told of. What somebody cancelled is none of it. */
export const WEBHOOK_EVENTS = [
  'snapshot.completed',
  'snapshot.failed',
  'restore.completed',
  'restore.failed',
  'drill.completed',
  'drill.failed',
  'alert.raised',
  'alert.cleared',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What somebody has to look at. */
export const DEFAULT_EVENTS: readonly WebhookEvent[] = ['snapshot.failed', 'restore.failed', 'drill.failed', 'alert.raised'];
/** Sent when it is asked for, whatever the webhook is told of. */
export const TEST_EVENT = 'test';

/** An address of a user's that hears of the ends of a project's jobs, and of what is wrong without one. */
export interface Webhook {
  id: Id;
  projectId: Id;
  /** Without what may be a secret of it: its path and its query. */
  url: string;
  events: readonly WebhookEvent[];
  /** Switched off by a user, or by an answer of 410 (Gone). */
  enabled: boolean;
  createdAt: Date;
}

export type DeliveryStatus = 'WAITING' | 'DELIVERED' | 'FAILED';

/** One message to one webhook, and what came of it. Real time. */
export interface WebhookDelivery {
  id: string;
  event: string;
  status: DeliveryStatus;
  attempts: number;
  createdAt: Date;
  /** Of one that waits. */
  nextAttemptAt: Date | null;
  finishedAt: Date | null;
  /** The HTTP status of the last answer. */
  answered: number | null;
  failure: string | null;
  payload: object;
}

/** Seconds from one attempt to the next; after the last the message is given up. A day and a half in all: a receiver may be down over a night. */
const PAUSES = [60, 5 * 60, 30 * 60, 2 * 3600, 8 * 3600, 24 * 3600];

/** `null`: there is no further attempt. */
export function pauseAfter(attempts: number): number | null {
  return PAUSES[attempts - 1] ?? null;
}

/**
 * The secret that a webhook's messages are signed with: it follows from a key of the installation, so that it is kept nowhere, and is the same on every node. In the form of the
 * Standard Webhooks specification (https://www.standardwebhooks.com), for which receivers have libraries.
 */
export function signingSecret(key: Buffer, webhookId: Id): string {
  return `whsec_${createHmac('sha256', deriveKey(key, 'webhook-signatures')).update(webhookId).digest('base64')}`;
}

/** The headers of a message. `seconds`: since 1970, of this attempt, so that a receiver can refuse an old one that somebody sends again. */
export function signedHeaders(secret: string, delivery: { id: string }, body: string, seconds: number): Record<string, string> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${delivery.id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': delivery.id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}

/** Scheme, host and port. */
export function shownUrl(url: URL): string {
  return url.pathname === '/' && url.search === '' ? url.origin : `${url.origin}/…`;
}
