import type { Logger } from 'pino';
import { type Clock, SECOND, wallClockSeconds } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import {
  claimDeliveries,
  type DeliveryOutcome,
  type DueDelivery,
  forgetDeliveries,
  settleDelivery,
  updateWebhook,
} from '../../db/webhooks.ts';
import type { Destinations } from '../../destinations.ts';
import type { Id } from '../../ids.ts';
import { inParallel } from '../../in-parallel.ts';
import { unseal } from '../../sealing.ts';
import { audit } from '../audit-log.ts';
import { pauseAfter, signedHeaders, signingSecret } from '../webhook.ts';
import { urlContext, urlKey } from '../webhooks.ts';
import { type Answer, post } from './post.ts';

export interface DeliveryParts {
  db: Db;
  clock: Clock;
  logger: Logger;
  destinations: Destinations;
  secretKey: Buffer;
}

const AT_ONCE = 16;
/** How long one message may take: a receiver that does its work before it answers is doing it wrong. */
const PATIENCE = 10 * SECOND;
/** So long it stays in the hand of who sends it; a worker that is lost has given it back by then. */
const IN_HAND_SECONDS = 60;
const KEPT_DAYS = 30;
const GONE = 410;

/** The job `webhooks.deliver`: sends what is due, and is done when nothing is. A message is sent at least once; its id is the same each time. */
export async function deliverWebhooks(parts: DeliveryParts, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const due = await claimDeliveries(parts.db, AT_ONCE, IN_HAND_SECONDS);
    await inParallel(AT_ONCE, due, (delivery) => deliver(parts, delivery));
    if (due.length === 0) break;
  }
  await forgetDeliveries(parts.db, KEPT_DAYS);
}

async function deliver(parts: DeliveryParts, delivery: DueDelivery): Promise<void> {
  const { db, logger } = parts;
  // What cannot even be made (an address that no key opens) is tried as often as any other, and keeps no other message back.
  const answer = await send(parts, delivery).catch((error): Answer => {
    logger.error({ err: error, delivery: delivery.id }, 'a message to a webhook could not be made');
    return { status: null, failure: 'It could not be made.' };
  });
  const outcome = outcomeOf(answer, delivery.attempts);
  await settleDelivery(db, delivery.id, delivery.attempts, outcome);
  if (answer.status === GONE) await switchOff(parts, delivery.webhookId);
  if (outcome.status === 'FAILED')
    logger.warn({ webhook: delivery.webhookId, delivery: delivery.id, why: outcome.failure }, 'a message to a webhook was given up');
}

async function send({ destinations, secretKey }: DeliveryParts, delivery: DueDelivery): Promise<Answer> {
  const url = new URL(unseal(urlKey(secretKey), delivery.urlSealed, urlContext(delivery.webhookId)).toString());
  const body = JSON.stringify({ ...delivery.payload, happenedAt: delivery.createdAt.toISOString() });
  const headers = signedHeaders(signingSecret(secretKey, delivery.webhookId), delivery, body, wallClockSeconds());
  return post(url, { body, headers, destinations, patience: PATIENCE });
}

async function switchOff({ db, clock }: DeliveryParts, webhookId: Id): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const webhook = await updateWebhook(transaction, webhookId, { isEnabled: false });
    if (!webhook) return;
    const { projectId, shownUrl } = webhook;
    await audit(transaction, clock, { action: 'WEBHOOK_CHANGED', result: String(GONE), projectId, subject: `${webhookId} ${shownUrl}` });
  });
}

function outcomeOf({ status, failure }: Answer, attempts: number): DeliveryOutcome {
  if (status !== null && status >= 200 && status < 300) return { status: 'DELIVERED', answered: status, failure: null };
  const why = failure ?? `It answered ${status}.`;
  const afterSeconds = status === GONE ? null : pauseAfter(attempts);
  if (afterSeconds === null) return { status: 'FAILED', answered: status, failure: why };
  return { status: 'WAITING', answered: status, failure: why, afterSeconds };
}
