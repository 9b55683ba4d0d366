import { NATIVE, type NativeRoute } from '../native/route.ts';
import { LIST_QUERY } from './atlas-operation.ts';
import {
  OF_BODIES,
  OF_EVERY_ROUTE,
  type Operation,
  pathErrors,
  pathParameters,
  queryParameters,
  refusals,
  STATUS_WORDS,
} from './operation.ts';

/** A route of Lifeboat's own as the served document tells it. */
export function nativeOperation(route: NativeRoute): Operation {
  const path = NATIVE + route.path;
  const { envelope, pretty, pageNum, itemsPerPage } = LIST_QUERY;
  const answers = Object.entries(route.answers).map(([status, schema]) => [
    status,
    { description: STATUS_WORDS[Number(status)]!, content: { 'application/json': { schema } } },
  ]);
  const errors = [
    ...OF_EVERY_ROUTE,
    ...(['INVALID_GROUP_ID', 'NOT_IN_GROUP', 'USER_UNAUTHORIZED'] as const),
    ...pathErrors(path),
    ...(route.takes ? ([...OF_BODIES, 'invalid-value'] as const) : []),
    ...(route.errors ?? []),
  ];
  return {
    operationId: `native.${route.operationId}`,
    summary: route.summary,
    tags: ['Lifeboat'],
    parameters: [
      ...pathParameters(path),
      ...queryParameters({ envelope, pretty, ...(route.isList && { pageNum, itemsPerPage }), ...route.query }),
    ],
    ...(route.takes && { requestBody: { required: true, content: { 'application/json': { schema: route.takes } } } }),
    responses: {
      ...(route.status === 204 && { 204: { description: STATUS_WORDS[204]! } }),
      ...Object.fromEntries(answers),
      ...refusals(errors),
    },
  };
}
