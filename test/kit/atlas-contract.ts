import { ATLAS, schemaErrors } from './atlas-schemas.ts';

/** One answer of v2, as it came over the wire. */
export interface AtlasAnswer {
  method: string;
  /** The raw request target, query included. */
  target: string;
  status: number;
  headers: { get(name: string): string | null };
  body: string;
}

/** Statuses that any operation may answer, as Atlas' conventions have them, whatever the operation lists. No 5xx is among them. */
const COMMON_REFUSALS = [400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 429];

/** Where the service was recorded to answer another status than the document says; the schema is that of the status named last. */
const RECORDED_STATUSES: Record<string, Record<number, string>> = {
  createProject: { 201: '200' },
  deleteProject: { 202: '204' },
  createProjectIpAccessList: { 201: '200' },
};

/** The document's copy holds the newest version of each operation only. What older clients ask for is known from recordings, without a schema. */
const OLDER_VERSIONS: Record<string, readonly string[]> = {
  listClusters: ['2023-01-01', '2023-02-01'],
  getCluster: ['2023-01-01', '2023-02-01'],
  createCluster: ['2023-01-01', '2023-02-01', '2024-08-05'],
  updateCluster: ['2023-01-01', '2023-02-01', '2024-08-05'],
  deleteCluster: ['2023-01-01'],
  getBackupSchedule: ['2023-01-01'],
  updateBackupSchedule: ['2023-01-01'],
  deleteAllBackupSchedules: ['2023-01-01'],
};

/** Paths that clients call and that the document's copy lacks. */
const BEYOND_THE_COPY = [
  /^\/groups\/[^/]+\/(limits|settings|ipAddresses|teams|users|managedSlowMs)$/,
  /^\/groups\/[^/]+\/managedSlowMs\/(enable|disable)$/,
  /^\/groups\/[^/]+\/(clusters\/|flexClusters:)tenantUpgrade$/,
  /^\/orgs\/[^/]+\/events(\/[^/]+)?$/,
  /^\/groups\/[^/]+\/apiKeys\/[^/]+$/,
  /^\/groups\/[^/]+\/serviceAccounts\/[^/]+:invite$/,
];

interface Operation {
  operationId: string;
  responses: Record<string, { content?: Record<string, { schema?: { [keyword: string]: unknown } }> }>;
}

const TEMPLATES = Object.keys(ATLAS.paths)
  // `/groups/byName/{groupName}` before `/groups/{groupId}/{...}`.
  .sort((a, b) => a.split('{').length - b.split('{').length)
  .map((template) => ({ template, pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}/?$`) }));

export const isOfV2 = (target: string) => /^\/api\/atlas\/v2(?=[/?]|$)/.test(target);

/** Everything in which an answer breaks the contract, each with the request it belongs to; `[]` when it keeps it. */
export function contractViolations(answer: AtlasAnswer): string[] {
  const problems = answer.status >= 400 ? refusalProblems(answer) : successProblems(answer);
  return problems.map((problem) => `${answer.method} ${answer.target}: ${answer.status}: ${problem}`);
}

function operationOf({ method, target }: AtlasAnswer): Operation | undefined {
  const path = target.split('?', 1)[0]!;
  const found = TEMPLATES.find(({ template, pattern }) => pattern.test(path) && ATLAS.paths[template]![asGet(method)]);
  return found && ATLAS.paths[found.template]![asGet(method)];
}

const asGet = (method: string) => (method === 'HEAD' ? 'get' : method.toLowerCase());

function successProblems(answer: AtlasAnswer): string[] {
  const operation = operationOf(answer);
  if (!operation) {
    const path = answer.target.split('?', 1)[0]!.replace('/api/atlas/v2', '');
    return BEYOND_THE_COPY.some((pattern) => pattern.test(path)) ? [] : ['the contract has no such operation'];
  }
  const { operationId, responses } = operation;
  const content = responses[RECORDED_STATUSES[operationId]?.[answer.status] ?? answer.status]?.content;
  if (!content) return [`${operationId} has no such status`];
  const schemas = Object.entries(content);
  if (answer.status === 204 || schemas.every(([, { schema }]) => !schema)) return emptyProblems(answer);
  const mediaType = answer.headers.get('content-type') ?? '';
  const version = /^application\/vnd\.atlas\.(\d{4}-\d\d-\d\d)\+json;charset=utf-8$/.exec(mediaType)?.[1];
  if (!version) return [`the media type ${mediaType} is not that of a version`];
  const schema = content[`application/vnd.atlas.${version}+json`]?.schema;
  if (schema) return answer.method === 'HEAD' ? [] : bodyProblems(answer, schema);
  return OLDER_VERSIONS[operationId]?.includes(version) ? [] : [`${operationId} has no version ${version}`];
}

function emptyProblems({ body }: AtlasAnswer): string[] {
  return body === '' || body === '{}' ? [] : [`the body should be empty, not ${body.slice(0, 200)}`];
}

function bodyProblems(answer: AtlasAnswer, schema: { [keyword: string]: unknown }): string[] {
  const value = parse(answer.body);
  if (value === undefined) return [`the body is not JSON: ${answer.body.slice(0, 200)}`];
  return schemaErrors(schema, outOfEnvelope(answer.target, value)).map((error) => `${error} in ${answer.body.slice(0, 400)}`);
}

/** `envelope=true`: a list gains `status`, anything else is the `content` of an object. */
function outOfEnvelope(target: string, value: unknown): unknown {
  if (!/[?&]envelope=true(&|$)/.test(target)) return value;
  const { status: _status, content, ...list } = value as { status: unknown; content?: unknown };
  return content ?? list;
}

function refusalProblems(answer: AtlasAnswer): string[] {
  const { status, headers, body, method } = answer;
  if (!COMMON_REFUSALS.includes(status)) return ['no client is ready for this status'];
  if (method === 'HEAD') return [];
  // An unknown bearer token is refused without a body.
  if (status === 401 && body === '') return [];
  const value = parse(body) as { error?: unknown; errorCode?: unknown } | undefined;
  if (value === undefined) return [`the body is not JSON: ${body.slice(0, 200)}`];
  const refusal = outOfEnvelope(answer.target, value) as { error?: unknown; errorCode?: unknown };
  const problems = schemaErrors({ $ref: '#/components/schemas/ApiError' }, refusal);
  if (!/^application\/json(;|$)/.test(headers.get('content-type') ?? '')) problems.push(`the media type is ${headers.get('content-type')}`);
  if (refusal.error !== status) problems.push(`the body says ${refusal.error}`);
  // The layer that asks for credentials knows no X-Error-Code.
  const expected = headers.get('www-authenticate') ? null : refusal.errorCode;
  if (headers.get('x-error-code') !== expected) problems.push(`X-Error-Code is ${headers.get('x-error-code')}, not ${expected}`);
  return problems;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
