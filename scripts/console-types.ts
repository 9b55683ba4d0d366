/**
 * `npm run console:types`: writes what the server's OpenAPI document says into `src/console/api/served.d.ts`, so that the console is checked against the API it talks to.
 * A test says when the file is behind. And `docs/reference/`, which says the same to people.
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { type OpenApiDocument, openApiDocument } from '../src/api/openapi/document.ts';
import { writeReference } from './reference.ts';

export const SERVED_TYPES = join(resolve(import.meta.dirname, '..'), 'src/console/api/served.d.ts');

/** Lifeboat's own routes, and those of Atlas' v2 that the console uses: who may do what, events. The rest would be ten thousand lines. */
const USED =
  /^\/api\/(lifeboat\/|atlas\/v2\/(orgs|groups)(\/\{(orgId|groupId)\}(\/(apiKeys|serviceAccounts|accessList|events)(\/.*)?)?)?$)/;

export async function servedTypes(): Promise<string> {
  const document = openApiDocument();
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => USED.test(path)));
  const ast = await openapiTS(withoutRefusals({ ...document, paths }) as unknown as OpenAPI3, {
    excludeDeprecated: true,
    alphabetize: true,
  });
  return `// Written by \`npm run console:types\`.\n${astToString(ast)}`;
}

/** Every refusal has the one form of an error's body; the codes of each are for readers of the document. Schemas that nothing mentions are left out. */
function withoutRefusals({ components, ...document }: OpenApiDocument): object {
  const paths = JSON.parse(JSON.stringify(document.paths), (key, value) => (/^[45]\d\d$/.test(key) ? undefined : value));
  const schemas: Record<string, object> = {};
  const collect = (value: object) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (schemas[name!]) continue;
      schemas[name!] = components.schemas[name!]!;
      collect(schemas[name!]!);
    }
  };
  collect(paths);
  return { ...document, paths, components: { schemas } };
}

if (import.meta.main) {
  await writeFile(SERVED_TYPES, await servedTypes());
  await writeReference();
}
