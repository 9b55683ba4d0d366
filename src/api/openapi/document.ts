import { VERSION } from '../../version.ts';
import { ATLAS_ROUTES } from '../atlas/routes.ts';
import { V1, V2 } from '../atlas/versions.ts';
import { NATIVE_ORGANIZATION } from '../native/organization-route.ts';
import { NATIVE } from '../native/route.ts';
import { NATIVE_ROUTES } from '../native/routes.ts';
import { SESSION_ROUTES } from '../native/session-routes.ts';
import { USER_ROUTES } from '../native/users.ts';
import { atlasOperation } from './atlas-operation.ts';
import { nativeOperation, organizationOperation, sessionOperation } from './native-operation.ts';
import { type Operation, templateOf } from './operation.ts';
import { OTHER_OPERATIONS } from './other-operations.ts';

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: object;
  servers: { url: string }[];
  security: object[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: object };
}

const SECURITY = {
  digest: { type: 'http', scheme: 'digest', description: 'An API key.' },
  token: { type: 'http', scheme: 'bearer', description: 'A token of a service account.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'lifeboat_session',
    description: 'A user who signed in; `__Host-lifeboat_session` over TLS. What is not GET or HEAD also needs the header X-CSRF-Token.',
  },
  metrics: { type: 'http', scheme: 'bearer', description: 'LIFEBOAT_METRICS_TOKEN.' },
  client: { type: 'http', scheme: 'basic', description: 'A service account: its client id and secret.' },
};

/** What is served, from the tables it is served by: no route can be there and not in here. A schema with a title is said once, under that name. */
export function openApiDocument(): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  const add = (path: string, method: string, operation: Operation) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  };
  for (const route of ATLAS_ROUTES) {
    if (route.v1) add(templateOf(V1 + route.path), route.method, atlasOperation(route, 'v1'));
    if (route.v2) add(templateOf(V2 + route.path), route.method, atlasOperation(route, 'v2'));
  }
  for (const route of NATIVE_ROUTES) add(templateOf(NATIVE + route.path), route.method, nativeOperation(route));
  for (const route of USER_ROUTES) add(templateOf(NATIVE_ORGANIZATION + route.path), route.method, organizationOperation(route));
  for (const route of SESSION_ROUTES) add(route.path, route.method, sessionOperation(route));
  for (const { path, method, operation } of OTHER_OPERATIONS) add(path, method, operation);
  const schemas: Record<string, object> = {};
  return {
    openapi: '3.1.0',
    info: { title: 'Lifeboat', description: 'Backups for MongoDB behind the API of MongoDB Atlas.', version: VERSION },
    servers: [{ url: '/' }],
    security: [{ digest: [] }, { token: [] }, { session: [] }],
    paths: nameSchemas(JSON.parse(JSON.stringify(paths)), schemas) as typeof paths,
    components: { schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))), securitySchemes: SECURITY },
  };
}

/** Moves each schema that has a title to `schemas`, and leaves a reference. Two of one title are a mistake, not a schema. */
function nameSchemas(value: unknown, schemas: Record<string, object>): unknown {
  if (Array.isArray(value)) return value.map((part) => nameSchemas(part, schemas));
  if (typeof value !== 'object' || value === null) return value;
  const { title, ...parts } = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, nameSchemas(part, schemas)]));
  if (typeof title !== 'string') return title === undefined ? parts : { title, ...parts };
  const known = schemas[title];
  if (known && JSON.stringify(known) !== JSON.stringify(parts)) throw new Error(`two schemas are called ${title}`);
  schemas[title] = parts;
  return { $ref: `#/components/schemas/${title}` };
}
