import { createHash } from 'node:crypto';
import type { OpenApiDocument } from './document.ts';
import type { Answer, Content, Operation, Parameter } from './operation.ts';

/**
 * The document as a page to read: plain HTML without a script, from nothing but itself, so that it works offline and under the strictest policy of a
 * browser. What is folded unfolds by the browser's own search.
 */
export function referencePage(document: OpenApiDocument): string {
  const tags = byTag(document);
  const schemas = Object.entries(document.components.schemas);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lifeboat API</title><style>${STYLE}</style></head>
<body>
<h1>Lifeboat API</h1>
<p>Everything that this server answers, made of the same tables that it answers by. For machines: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI ${document.openapi}).</p>
<p>Authenticate with HTTP Digest (an API key) or a bearer token (a service account, from <a href="#createToken">/api/oauth/token</a>); people <a href="#native.signIn">sign in</a>. On v2 name a version in
<code>Accept</code>, such as <code>application/vnd.atlas.2025-03-12+json</code>: the newest one that is not after it answers.</p>
<nav><ul>${[...tags.keys()].map((tag) => `<li><a href="#${anchor(tag)}">${escaped(tag)}</a></li>`).join('')}<li><a href="#schemas">Schemas</a></li></ul></nav>
${[...tags].map(([tag, operations]) => `<section id="${anchor(tag)}"><h2>${escaped(tag)}</h2>${operations.join('')}</section>`).join('\n')}
<section id="schemas"><h2>Schemas</h2>${schemas.map(([name, schema]) => schemaDetails(name, schema)).join('')}</section>
</body>
</html>
`;
}

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#16231f;background:#fff}
code{font:.9em ui-monospace,monospace}a{color:#00684a}h2{margin-top:2.5rem;border-bottom:1px solid #c1ccc8}
nav ul{columns:3;padding:0;list-style:none}details{border:1px solid #dfe6e3;border-radius:6px;margin:.4rem 0;padding:.3rem .8rem}
summary{cursor:pointer}summary b{display:inline-block;min-width:4.5rem;color:#00684a}summary span{color:#5c6c75;margin-left:.6rem}
table{border-collapse:collapse;width:100%;margin:.4rem 0}td,th{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-top:1px solid #eef2f0}
td:first-child{white-space:nowrap}.deprecated code{text-decoration:line-through}
@media (prefers-color-scheme:dark){body{color:#e8edeb;background:#0b1a16}a,summary b{color:#35de7b}details,h2{border-color:#2f4a42}td,th{border-color:#1c2d38}summary span{color:#9fb0aa}}
`;

/** Nothing is loaded, and nothing runs. */
export const REFERENCE_POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function byTag({ paths }: OpenApiDocument): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [tag] = operation.tags;
      tags.set(tag!, [...(tags.get(tag!) ?? []), operationDetails(path, method, operation)]);
    }
  }
  return tags;
}

function operationDetails(path: string, method: string, operation: Operation): string {
  const { operationId, summary, deprecated, parameters = [], requestBody, responses } = operation;
  return `<details id="${escaped(operationId)}"${deprecated ? ' class="deprecated"' : ''}><summary><b>${method.toUpperCase()}</b><code>${escaped(path)}</code><span>${escaped(summary)}</span></summary>
<p><code>${escaped(operationId)}</code>${deprecated ? ', deprecated in Atlas' : ''}</p>
${parameters.length > 0 ? `<table><tr><th>Parameter</th><th>In</th><th>What it is</th></tr>${parameters.map(parameterRow).join('')}</table>` : ''}
${requestBody ? `<p>Takes</p>${contentTable(requestBody.content)}` : ''}
<table><tr><th>Status</th><th>Answer</th></tr>${Object.entries(responses).map(answerRow).join('')}</table></details>`;
}

function parameterRow({ name, in: place, required, description, schema }: Parameter): string {
  const words = [required ? 'required' : '', description ?? '', typeText(schema)].filter(Boolean).join('; ');
  return `<tr><td><code>${escaped(name)}</code></td><td>${place}</td><td>${words}</td></tr>`;
}

function answerRow([status, { description, headers, content }]: [string, Answer]): string {
  const named = Object.entries(headers ?? {}).map(([name, header]) => `<br><code>${name}</code>: ${escaped(header.description)}`);
  const isRefusal = status >= '400';
  return `<tr><td>${status}</td><td>${escaped(description)}${named.join('')}${content && !isRefusal ? contentTable(content) : ''}</td></tr>`;
}

function contentTable(content: Content): string {
  const rows = Object.entries(content).map(
    ([mediaType, { schema }]) => `<tr><td><code>${escaped(mediaType)}</code></td><td>${typeText(schema)}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
}

function schemaDetails(name: string, schema: object): string {
  return `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${typeText(schema)}</details>`;
}

// biome-ignore lint/suspicious/noExplicitAny: a schema with whatever keywords it has
type Schema = Record<string, any>;

/** A schema in words; the fields of an object as a table. */
function typeText(value: object): string {
  const schema = value as Schema;
  if (schema.$ref) return reference(schema.$ref);
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  if (schema.type === 'array') return `list of ${typeText(schema.items)}${limits(schema)}`;
  if (schema.properties && Object.keys(schema.properties).length > 0) return fieldTable(schema);
  const values = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
  const words = values
    ? values.map((one: unknown) => `<code>${escaped(String(one))}</code>`).join(', ')
    : escaped(schema.type ?? 'anything');
  return `${words}${limits(schema)}${schema.description ? `. ${escaped(schema.description)}` : ''}`;
}

function fieldTable({ properties, required = [], description }: Schema): string {
  const rows = Object.entries(properties as Schema).map(
    ([name, part]) =>
      `<tr><td><code>${escaped(name)}</code>${required.includes(name) ? '' : ' (optional)'}</td><td>${part.readOnly ? 'read-only; ' : ''}${typeText(part)}</td></tr>`,
  );
  return `${description ? escaped(description) : ''}<table>${rows.join('')}</table>`;
}

const LIMITS = ['format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'default'];

function limits(schema: Schema): string {
  const named = LIMITS.filter((name) => schema[name] !== undefined).map((name) => `${name} <code>${escaped(String(schema[name]))}</code>`);
  return named.length > 0 ? ` (${named.join(', ')})` : '';
}

function reference(to: string): string {
  const name = escaped(to.split('/').pop()!);
  return `<a href="#schema-${name}">${name}</a>`;
}

const anchor = (tag: string) => tag.toLowerCase().replace(/[^a-z0-9]+/g, '-');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
