import type { Static, TObject } from 'typebox';
import Value from 'typebox/value';
import { AtlasError } from './error-table.ts';

export const MOST_BODY_BYTES = 256 * 1024;
const DEEPEST = 32;

/**
 * Reads a request's bytes as a JSON object. Not UTF-8 or not JSON is `MALFORMED_JSON`; not an object, or absurdly deep, `INVALID_JSON`; a text
 * that is none `INVALID_JSON_ATTRIBUTE`.
 */
export function readJsonObject(body: unknown): Record<string, unknown> {
  const value = readJson(body);
  if (!isObject(value)) throw new AtlasError('INVALID_JSON');
  return checkTexts(value);
}

function readJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new AtlasError('INVALID_JSON');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new AtlasError('MALFORMED_JSON');
  }
  if (isDeeperThan(value, DEEPEST)) throw new AtlasError('INVALID_JSON');
  return value;
}

function checkTexts(object: Record<string, unknown>): Record<string, unknown> {
  for (const [name, part] of Object.entries(object)) if (holdsBadText(part)) throw new AtlasError('INVALID_JSON_ATTRIBUTE', [name]);
  return object;
}

/** NUL and halves of surrogate pairs: JSON can spell them, PostgreSQL cannot store them, and no name of ours has them. */
function holdsBadText(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some((entry) => entry.some(holdsBadText));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}

/** What a body may hold: text that is asked for, text that may be left out, and what is read-only and so ignored. */
export interface BodyShape {
  required: readonly string[];
  optional: readonly string[];
  ignored: readonly string[];
}

/** The body's text attributes. Unknown ones, wrong types and missing ones are 400 with the attribute's name. */
export function readTextAttributes(body: unknown, shape: BodyShape): Record<string, string | undefined> {
  const object = readJsonObject(body);
  const wanted = [...shape.required, ...shape.optional];
  const texts: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(object)) {
    if (shape.ignored.includes(name)) continue;
    if (!wanted.includes(name)) throw new AtlasError('INVALID_ATTRIBUTE', [name.slice(0, 100)]);
    if (value !== null && typeof value !== 'string') throw new AtlasError('INVALID_JSON_ATTRIBUTE', [name]);
    // The Go SDK sends what it has no value for as an empty text.
    if (value) texts[name] = value;
  }
  for (const name of shape.required) if (texts[name] === undefined) throw new AtlasError('MISSING_ATTRIBUTE', [name]);
  return texts;
}

/** The body, when it matches the schema. Attributes in `ignored` are read-only and dropped; what is wrong is told by its name. */
export function readAttributes<T extends TObject>(schema: T, body: unknown, ignored: readonly string[] = []): Static<T> {
  return attributesOf(schema, readJsonObject(body), ignored);
}

/** As {@link readAttributes}, for a body that is a list of up to `most` such objects. */
export function readEachAttributes<T extends TObject>(
  schema: T,
  body: unknown,
  most: number,
  ignored: readonly string[] = [],
): Static<T>[] {
  const value = readJson(body);
  if (!Array.isArray(value) || value.length > most || !value.every(isObject)) throw new AtlasError('INVALID_JSON');
  return value.map((object) => attributesOf(schema, checkTexts(object), ignored));
}

function attributesOf<T extends TObject>(schema: T, object: Record<string, unknown>, ignored: readonly string[]): Static<T> {
  const wanted = Object.fromEntries(Object.entries(object).filter(([name, value]) => value !== null && !ignored.includes(name)));
  if (Value.Check(schema, wanted)) return wanted as Static<T>;
  throw refusal(Value.Errors(schema, wanted)[0]!, wanted);
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  params: object;
}

function refusal({ keyword, instancePath, params }: SchemaError, body: object): AtlasError {
  const path = instancePath.split('/').slice(1);
  const place = path.join('.');
  const within = (name: string | undefined) => [place, name].filter(Boolean).join('.').slice(0, 100);
  if (keyword === 'required')
    return new AtlasError('MISSING_ATTRIBUTE', [within((params as { requiredProperties: string[] }).requiredProperties[0])]);
  if (keyword === 'additionalProperties' || keyword === 'boolean')
    return new AtlasError('INVALID_ATTRIBUTE', [within((params as { additionalProperties?: string[] }).additionalProperties?.[0])]);
  if (keyword !== 'enum') return new AtlasError('INVALID_JSON_ATTRIBUTE', [place]);
  // Of this one Atlas' sentence names the value, not the attribute.
  const value = path.reduce((part: unknown, name) => (part as Record<string, unknown>)[name], body);
  return new AtlasError('INVALID_ENUM_VALUE', [String(value).slice(0, 100)]);
}
