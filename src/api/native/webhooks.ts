import { Type } from 'typebox';
import { WEBHOOK_EVENTS, type Webhook, type WebhookDelivery } from '../../backup/webhook.ts';
import type { JsonBody } from '../atlas/exchange.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import type { Json } from '../atlas/pretty.ts';
import { readListQuery } from '../atlas/query.ts';
import { AtlasId, enumOf } from '../atlas/render/schemas.ts';
import { readBody } from './body.ts';
import type { NativeRoute } from './route.ts';
import { pageOfAll } from './schemas.ts';

const DateTime = Type.String({ format: 'date-time' });
const Events = Type.Array(Type.Enum([...WEBHOOK_EVENTS]), { minItems: 1, maxItems: 100, description: 'What it is told of' });
const NewWebhook = Type.Object(
  { url: Type.String({ minLength: 1, maxLength: 2048 }), events: Type.Optional(Events) },
  { additionalProperties: false },
);
const ChangedWebhook = Type.Object(
  { events: Type.Optional(Events), enabled: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);

const WEBHOOK = {
  id: AtlasId,
  projectId: AtlasId,
  url: Type.String({ description: 'Without its path and query, which may be a secret' }),
  events: Type.Array(enumOf(WEBHOOK_EVENTS)),
  enabled: Type.Boolean(),
  createdAt: DateTime,
};
const Shown = Type.Object(WEBHOOK, { title: 'Webhook' });
const Created = Type.Object(
  { ...WEBHOOK, secret: Type.String({ description: 'What its messages are signed with; shown this once' }) },
  { title: 'CreatedWebhook' },
);
const Delivery = Type.Object(
  {
    id: Type.String(),
    event: Type.String(),
    status: enumOf(['WAITING', 'DELIVERED', 'FAILED']),
    attempts: Type.Integer({ minimum: 0 }),
    createdAt: DateTime,
    nextAttemptAt: Type.Optional(DateTime),
    finishedAt: Type.Optional(DateTime),
    answered: Type.Optional(Type.Integer({ description: 'The HTTP status of the last answer' })),
    failure: Type.Optional(Type.String()),
    payload: Type.Object({}, { additionalProperties: true }),
  },
  { title: 'WebhookDelivery' },
);

/** Where the ends of a project's jobs are told; docs/webhooks.md. */
export const WEBHOOK_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/webhooks',
    operationId: 'listWebhooks',
    summary: 'Where the ends of jobs are told',
    permission: 'manage',
    status: 200,
    answers: { 200: pageOfAll(Shown) },
    isList: true,
    handler: async ({ webhooks }, { project, query }) => {
      const { results, totalCount } = await webhooks.list(project.id, readListQuery(query).page);
      return { results: results.map(webhookBody), totalCount };
    },
  },
  {
    method: 'POST',
    path: '/webhooks',
    operationId: 'createWebhook',
    summary: 'Tell a URL of the ends of jobs, by signed messages',
    // As a connection string, it leads into the network that Lifeboat stands in.
    permission: 'register',
    status: 201,
    answers: { 201: Created },
    errors: ['invalid-value'],
    takes: NewWebhook,
    handler: async ({ webhooks }, { project, body, caller }) => {
      const read = readBody(NewWebhook, readJsonObject(body));
      const { secret, ...webhook } = await webhooks.create({ projectId: project.id, ...read, by: caller });
      return { ...webhookBody(webhook), secret };
    },
  },
  {
    method: 'GET',
    path: '/webhooks/:webhookId',
    operationId: 'getWebhook',
    summary: 'One webhook',
    permission: 'manage',
    status: 200,
    answers: { 200: Shown },
    handler: async ({ webhooks }, { project, parameters }) => webhookBody(await webhooks.get(project.id, parameters.webhookId!)),
  },
  {
    method: 'PATCH',
    path: '/webhooks/:webhookId',
    operationId: 'updateWebhook',
    summary: 'Change what a webhook is told of, or switch it off',
    permission: 'manage',
    status: 200,
    answers: { 200: Shown },
    takes: ChangedWebhook,
    handler: async ({ webhooks }, { project, parameters, body, caller }) => {
      const change = readBody(ChangedWebhook, readJsonObject(body));
      return webhookBody(await webhooks.update(project.id, parameters.webhookId!, change, caller));
    },
  },
  {
    method: 'DELETE',
    path: '/webhooks/:webhookId',
    operationId: 'deleteWebhook',
    summary: 'Tell it nothing any more; its deliveries are forgotten',
    permission: 'manage',
    status: 204,
    answers: {},
    handler: async ({ webhooks }, { project, parameters, caller }) => {
      await webhooks.remove(project.id, parameters.webhookId!, caller);
      return {};
    },
  },
  {
    method: 'POST',
    path: '/webhooks/:webhookId/test',
    operationId: 'testWebhook',
    summary: 'Send a message now',
    permission: 'manage',
    status: 202,
    answers: { 202: Delivery },
    errors: ['invalid-value'],
    handler: async ({ webhooks }, { project, parameters, caller }) =>
      deliveryBody(await webhooks.test(project.id, parameters.webhookId!, caller)),
  },
  {
    method: 'GET',
    path: '/webhooks/:webhookId/deliveries',
    operationId: 'listWebhookDeliveries',
    summary: 'The messages of the last 30 days and what came of them, newest first',
    permission: 'manage',
    status: 200,
    answers: { 200: pageOfAll(Delivery) },
    isList: true,
    handler: async ({ webhooks }, { project, parameters, query }) => {
      const { results, totalCount } = await webhooks.deliveries(project.id, parameters.webhookId!, readListQuery(query).page);
      return { results: results.map(deliveryBody), totalCount };
    },
  },
  {
    method: 'POST',
    path: '/webhooks/:webhookId/deliveries/:deliveryId/redeliver',
    operationId: 'redeliverWebhook',
    summary: 'Send a message once more',
    permission: 'manage',
    status: 204,
    answers: {},
    errors: ['invalid-value'],
    handler: async ({ webhooks }, { project, parameters, caller }) => {
      await webhooks.redeliver(project.id, parameters.webhookId!, parameters.deliveryId!, caller);
      return {};
    },
  },
];

function webhookBody(webhook: Webhook): JsonBody {
  return { ...webhook, events: [...webhook.events], createdAt: webhook.createdAt.toISOString() };
}

/** Without what there is nothing to say of. */
function deliveryBody(delivery: WebhookDelivery): JsonBody {
  return {
    ...delivery,
    createdAt: delivery.createdAt.toISOString(),
    nextAttemptAt: delivery.nextAttemptAt?.toISOString() ?? null,
    finishedAt: delivery.finishedAt?.toISOString() ?? null,
    payload: delivery.payload as Json,
  };
}
