import type { Logger } from 'pino';
import { type Clock, pause, SECOND, wallClockSeconds } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import {
  claimDelivery,
  type DeliveryOutcome,
  type DueDelivery,
  forgetDeliveries,
  settleDelivery,
  updateWebhook,
} from '../../db/webhooks.ts';
import type { Destinations } from '../../destinations.ts';
import type { Id } from '../../ids.ts';
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
const AT_ONCE_FOR_ONE = { receiver: 4, project: 8 };
/** Milliseconds. */
const LOOK_AGAIN = 500;
/** How long one message may take: a receiver that does its work before it answers is doing it wrong. */
const PATIENCE = 10 * SECOND;
/** So long it stays in the hand of who sends it; a worker that is lost has given it back by then. */
const IN_HAND_SECONDS = 60;
const KEPT_DAYS = 30;
const GONE = 410;

/**
 * The job `webhooks.deliver`: sends what is due, and is done when nothing is. A message is sent at least once; its id is the same each time. A receiver has a few of all places at the most, and
 * so has a project: what is dead makes its own messages wait, and nobody else's.
 */
export async function deliverWebhooks(parts: DeliveryParts, signal: AbortSignal): Promise<void> {
  const running = new Map<Promise<void>, DueDelivery>();
  const broken: unknown[] = [];
  try {
    for (;;) {
      signal.throwIfAborted();
      if (broken.length > 0) throw broken[0];
      const claimed = running.size < AT_ONCE && (await claimDelivery(parts.db, busyOf([...running.values()]), IN_HAND_SECONDS));
      if (claimed) {
        const attempt: Promise<void> = deliver(parts, claimed)
          .catch((error) => void broken.push(error))
          .finally(() => running.delete(attempt));
        running.set(attempt, claimed);
      } else if (running.size === 0) break;
      // What comes for others meanwhile is not left until the slowest has answered.
      else await Promise.race([...running.keys(), pause(LOOK_AGAIN)]);
    }
  } finally {
    await Promise.all(running.keys());
  }
  await forgetDeliveries(parts.db, KEPT_DAYS);
}

/** Those that have all the places that one may have. */
function busyOf(running: readonly DueDelivery[]): { receivers: string[]; projects: string[] } {
  const over = (keys: string[], most: number) =>
    [...Map.groupBy(keys, (key) => key)].filter(([, attempts]) => attempts.length >= most).map(([key]) => key);
  return {
    receivers: over(
      running.map(({ receiver }) => receiver),
      AT_ONCE_FOR_ONE.receiver,
    ),
    projects: over(
      running.map(({ projectId }) => projectId),
      AT_ONCE_FOR_ONE.project,
    ),
  };
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
