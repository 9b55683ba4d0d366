import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type OpenApiDocument, openApiDocument } from '../../src/api/openapi/document.ts';
import type { AtlasAnswer } from './atlas-contract.ts';

export const SERVED: OpenApiDocument = openApiDocument();

const TEMPLATES = Object.keys(SERVED.paths)
  // `/groups/byName/{groupName}` before `/groups/{groupId}/{...}`.
  .sort((a, b) => a.split('{').length - b.split('{').length)
  .map((template) => ({ template, pattern: new RegExp(`^${template.replace(/\./g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}/?$`) }));

/** Answers that the document tells of: of Atlas' routes and our own, downloads and what steers an emulator apart. */
export const isServed = (target: string) =>
  /^\/api\/(atlas|oauth|lifeboat\/v1\/(?!downloads\/|(clock|reset|faults|transcript|state|emulator)\b))/.test(target);

/** Everything in which an answer differs from what the served document says of it: its status, its error code, its media type, each field. */
export function servedViolations(answer: AtlasAnswer): string[] {
  const operation = operationOf(answer);
  if (!operation)
    return [404, 405, 401, 403, 429].includes(answer.status) ? [] : [told(answer, 'the served document has no such operation')];
  const response = operation.responses[String(answer.status)];
  if (!response) return [told(answer, `${operation.operationId} documents no such status: ${answer.body.slice(0, 200)}`)];
  if (answer.body === '' || answer.method === 'HEAD') return [];
  const mediaType = (answer.headers.get('content-type') ?? '').split(';', 1)[0]!;
  const content = response.content?.[mediaType];
  if (!content) return [told(answer, `${operation.operationId} documents no body of the type ${mediaType}`)];
  // What comes and comes has no end that could be looked at.
  if (mediaType === 'text/event-stream') return [];
  const validate = validatorOf(content.schema);
  if (validate(outOfEnvelope(answer.target, JSON.parse(answer.body)))) return [];
  return validate.errors!.map(({ instancePath, message, params }) =>
    told(answer, `${instancePath || '/'} ${message} ${JSON.stringify(params)} in ${answer.body.slice(0, 300)}`),
  );
}

const told = ({ method, target, status }: AtlasAnswer, what: string) => `${method} ${target}: ${status}: ${what}`;

function operationOf({ method, target }: AtlasAnswer) {
  const path = target.split('?', 1)[0]!;
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const found = TEMPLATES.find(({ template, pattern }) => pattern.test(path) && SERVED.paths[template]![verb]);
  return found && SERVED.paths[found.template]![verb];
}

/** `envelope=true`: a list gains `status`, anything else is the `content` of an object. */
function outOfEnvelope(target: string, value: unknown): unknown {
  if (!/[?&]envelope=true(&|$)/.test(target)) return value;
  const { status: _status, content, ...list } = value as { status: unknown; content?: unknown };
  return content ?? list;
}

type Schema = { [keyword: string]: unknown };

/** A field that the document does not name fails, except in a part of `allOf`, which others complete. */
function closed(value: unknown, isPart = false): unknown {
  if (Array.isArray(value)) return value.map((part) => closed(part, isPart));
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, closed(part, name === 'allOf')])) as Schema;
  const isObject = typeof schema.properties === 'object' && Object.keys(schema.properties as object).length > 0;
  return isObject && !isPart && !('additionalProperties' in schema) ? { ...schema, unevaluatedProperties: false } : schema;
}

let ajv: Ajv2020 | undefined;
const compiled = new Map<string, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const text = JSON.stringify(schema);
  let validate = compiled.get(text);
  if (!validate) {
    ajv ??= newAjv();
    validate = ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/components/schemas/', '"served#/$defs/')));
    compiled.set(text, validate);
  }
  return validate;
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
  for (const format of ['double', 'int32', 'int64']) ajv.addFormat(format, true);
  const { ApiError, ...schemas } = SERVED.components.schemas;
  // Only an error's body is a part of something else: with the codes of its route.
  const definitions = { ...(closed(schemas) as Record<string, object>), ApiError };
  ajv.addSchema({ $id: 'served', $defs: JSON.parse(JSON.stringify(definitions).replaceAll('"#/components/schemas/', '"#/$defs/')) });
  return ajv;
}
