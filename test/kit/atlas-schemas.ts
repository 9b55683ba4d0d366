import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** The published description of v2 as far as we serve it, copied from the project's plan: the contract for every answer. */
export interface AtlasDocument {
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, { content?: Record<string, { schema?: Schema }> }> }>
  >;
  components: { schemas: Record<string, Schema> };
}
type Schema = { [keyword: string]: unknown };

const FIXTURE = join(import.meta.dirname, '../fixtures/atlas/openapi-subset.json');
export const ATLAS: AtlasDocument = JSON.parse(readFileSync(FIXTURE, 'utf8'));

const RESTORE = [
  'deliveryType',
  'expirationDate',
  'id',
  'projectId',
  'restoreScheduledDate',
  'snapshotFinishedDate',
  'snapshotId',
  'status',
];
const TARGET = ['targetDeploymentItemName', 'targetProjectId'];
const SNAPSHOT = ['id', 'scheduledTime', 'status'];
const CLUSTER = ['clusterType', 'connectionStrings', 'createDate', 'groupId', 'id', 'links', 'mongoDBVersion', 'name', 'stateName'];

/** The document hardly calls a field of an answer required. These every recorded answer of the service has. */
const ALWAYS_THERE: Record<string, readonly string[]> = {
  TenantRestore: [...RESTORE, ...TARGET, 'clusterName'],
  FlexBackupRestoreJob20241113: [...RESTORE, ...TARGET, 'instanceName'],
  BackupTenantSnapshot: SNAPSHOT,
  FlexBackupSnapshot20241113: SNAPSHOT,
  DiskBackupReplicaSet: ['id', 'snapshotType', 'status', 'type'],
  DiskBackupSnapshotRestoreJob: ['cancelled', 'expired', 'failed', 'id', 'snapshotId'],
  Group: ['id', 'links'],
  FlexClusterDescription20241113: CLUSTER,
  ClusterDescription20240805: [...CLUSTER, 'replicationSpecs'],
};

const ANSWER_KEYWORDS_ONLY = new Set(['readOnly', 'writeOnly', 'discriminator', 'deprecated', 'default', 'nullable']);

/** `closed` refuses fields it does not know. A part of `allOf` or `anyOf` must stay open for its siblings' fields, and one of `allOf` leaves its variants to the whole. */
type Form = 'closed' | 'open' | 'base';

function convert(schema: Schema, form: Form): Schema {
  const out: Schema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (ANSWER_KEYWORDS_ONLY.has(keyword)) continue;
    if (keyword === '$ref') out.$ref = referTo(String(value).split('/').pop()!, form);
    else if (keyword === 'properties') Object.assign(out, convertProperties(value as Record<string, Schema>));
    else if (keyword === 'items' || keyword === 'additionalProperties') out[keyword] = convert(value as Schema, 'closed');
    else if (keyword === 'allOf') out.allOf = (value as Schema[]).map((part) => convert(part, 'base'));
    // The variants of the document overlap: one that fits is enough.
    else if (keyword === 'oneOf')
      Object.assign(out, form !== 'base' && { anyOf: (value as Schema[]).map((part) => convert(part, 'open')) });
    // Escapes that JavaScript's Unicode mode refuses.
    else if (keyword === 'pattern') out.pattern = String(value).replace(/\\([:/])/g, '$1');
    else if (keyword !== 'required') out[keyword] = value;
  }
  // The document calls some enumerations objects.
  if (schema.oneOf) delete out.type;
  const required = ((schema.required as string[] | undefined) ?? []).filter((name) => !isWriteOnly(schema, name));
  if (required.length > 0) out.required = required;
  if (form === 'closed' && (schema.properties || schema.allOf)) out.unevaluatedProperties = false;
  return schema.nullable ? { anyOf: [out, { type: 'null' }] } : out;
}

/** What is write-only is no field of an answer: it is unknown there. */
function convertProperties(properties: Record<string, Schema>): Schema {
  const read = Object.entries(properties).filter(([, property]) => !property.writeOnly);
  return { properties: Object.fromEntries(read.map(([name, property]) => [name, convert(property, 'closed')])) };
}

function isWriteOnly(schema: Schema, name: string): boolean {
  return (schema.properties as Record<string, Schema> | undefined)?.[name]?.writeOnly === true;
}

const referTo = (name: string, form: Form) => `#/$defs/${name}.${form}`;

function definitions(): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  for (const [name, schema] of Object.entries(ATLAS.components.schemas)) {
    for (const form of ['closed', 'open', 'base'] as const) {
      const converted = convert(schema, form);
      const always = /^Paginated/.test(name) ? ['links', 'results'] : (ALWAYS_THERE[name] ?? []);
      const required = [...new Set([...((converted.required as string[] | undefined) ?? []), ...always])];
      found[`${name}.${form}`] = required.length > 0 ? { ...converted, required } : converted;
    }
  }
  // The document calls the parameters of an error objects; in every recorded answer they are texts and numbers.
  for (const form of ['closed', 'open', 'base'])
    (found[`ApiError.${form}`]!.properties as Record<string, Schema>).parameters = { type: 'array' };
  return found;
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  const whole = (lowest: number, highest: number) => (value: number) => Number.isInteger(value) && value >= lowest && value <= highest;
  // Dates come to the second and in UTC: clients and recordings know no other form.
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  ajv.addFormat('email', /^\S+@\S+$/);
  ajv.addFormat('double', { type: 'number', validate: Number.isFinite });
  ajv.addFormat('int32', { type: 'number', validate: whole(-(2 ** 31), 2 ** 31 - 1) });
  ajv.addFormat('int64', { type: 'number', validate: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) });
  ajv.addSchema({ $id: 'atlas', $defs: definitions() });
  return ajv;
}

let ajv: Ajv2020 | undefined;
const compiled = new Map<string, ValidateFunction>();

/** What is wrong with a value that should be of the named schema, or of a schema that names one; `[]` when nothing is. */
export function schemaErrors(schema: Schema, value: unknown): string[] {
  const text = JSON.stringify(schema);
  let validate = compiled.get(text);
  if (!validate) {
    ajv ??= newAjv();
    const whole = JSON.parse(JSON.stringify(convert(schema, 'closed')).replaceAll('"#/$defs/', '"atlas#/$defs/'));
    validate = ajv.compile(whole);
    compiled.set(text, validate);
  }
  if (validate(value)) return [];
  return validate.errors!.map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
}
