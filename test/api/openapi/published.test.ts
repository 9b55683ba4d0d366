import { describe, expect, it } from 'vitest';
import { DIFFERENCES } from '../../fixtures/atlas/differences.ts';
import { ATLAS } from '../../kit/atlas-schemas.ts';
import { differences } from '../../kit/document-differences.ts';
import { SERVED } from '../../kit/served-document.ts';

/** Lifeboat has the organization of its first set-up, and no other. */
const NOT_SERVED = ['createOrganization', 'deleteOrganization'];

const PUBLISHED = Object.entries(ATLAS.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({ operationId, path, method })),
);
const served = PUBLISHED.filter(({ operationId }) => !NOT_SERVED.includes(operationId));
const linesOf = ({ path, method }: { path: string; method: string }) => differences(SERVED, ATLAS, path, method);

describe('every published operation', () => {
  it('is served, but for two', () => {
    const missing = PUBLISHED.filter(({ path, method }) => !SERVED.paths[path]?.[method]).map(({ operationId }) => operationId);
    expect(missing).toEqual(NOT_SERVED);
  });

  it.each(served)(
    '$operationId has the published parameters, statuses, fields, types and enumerations, but for what is justified',
    (operation) => {
      const { operationId, path, method } = operation;
      expect(SERVED.paths[path]![method]!.operationId).toBe(operationId);
      const isJustified = (text: string) => DIFFERENCES.some(({ of, line }) => of.test(operationId) && line.test(text));
      expect(linesOf(operation).filter((text) => !isJustified(text))).toEqual([]);
    },
  );

  it('has no justification of a difference that is not there', () => {
    const all = served.flatMap((operation) => linesOf(operation).map((text) => ({ operationId: operation.operationId, text })));
    const unused = DIFFERENCES.filter(({ of, line }) => !all.some(({ operationId, text }) => of.test(operationId) && line.test(text)));
    expect(unused).toEqual([]);
  });
});

describe('a document that differs', () => {
  const document = (schema: object, more: object = {}) => {
    const operation = { responses: { 200: { content: { a: { schema } } }, ...more }, parameters: [] };
    return { paths: { '/': { get: operation } }, components: { schemas: { Link: { type: 'object' } } } };
  };
  const told = (theirs: object, ours: object) => differences(document(ours), document(theirs), '/', 'get');
  const text = { type: 'string' };

  it.each<[string, object, object, string[]]>([
    ['in nothing', { properties: { a: text } }, { properties: { a: text } }, []],
    ['in a field less', { properties: { a: text, b: text } }, { properties: { a: text } }, ['answer b is not here']],
    ['in a field more', { properties: {} }, { properties: { a: { properties: { b: text } } } }, ['answer a is ours alone']],
    ['in a type', { properties: { a: text } }, { properties: { a: { type: 'integer' } } }, ['answer a is integer for string']],
    ['in an enumeration', { items: { enum: ['A', 'B'] } }, { items: { enum: ['A'] } }, ['answer [] is A for A|B']],
    [
      'in a variant',
      { oneOf: [{ properties: { a: text } }, { properties: { b: text } }] },
      { properties: { a: text } },
      ['answer b is not here'],
    ],
  ])('%s is told so', (_what, theirs, ours, expected) => {
    expect(told(theirs, ours)).toEqual(expected);
  });
});
