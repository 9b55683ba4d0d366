import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { checkNamespace, collectionOfStem, fileStem } from '../../src/vault/dump-layout.ts';

/** Any text, and text full of what has to be escaped; long ones too. */
const names = fc.oneof(
  fc.string({ minLength: 1, maxLength: 300 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
  fc.string({ unit: fc.constantFrom('/', '%', '+', ' ', '$', '.', '\n', "'", '!', 'ä', '🙂', 'x'), minLength: 1, maxLength: 120 }),
);

describe('the file name of a collection', () => {
  it.each([
    ['orders', 'orders'],
    ['page views', 'page+views'],
    ['1+1', '1%2B1'],
    ['a/b', 'a%2Fb'],
    ['100%', '100%25'],
    ["'()*!", '%27%28%29%2A%21'],
    ['-_.~', '-_.~'],
    ['$a', '%24a'],
    ['ä🙂', '%C3%A4%F0%9F%99%82'],
    ['new\nline', 'new%0Aline'],
  ])('of %j is %j, as url.QueryEscape of Go has it', (name, stem) => {
    expect([fileStem(name), collectionOfStem(stem)]).toEqual([stem, name]);
  });

  it('of a name over 238 bytes is its start and a hash, which mongodump makes so', () => {
    // `printf '%s' NAME | openssl sha1 -binary | basenc --base64url`
    const name = 'x'.repeat(240);
    expect(fileStem(name)).toBe(`${'x'.repeat(208)}%240JZQhSE9633iGdkOnsUXbdx_umM`);
    expect(collectionOfStem(fileStem(name))).toBeNull();
    expect(fileStem(`${name}y`)).not.toBe(fileStem(`${name}z`));
  });

  it('is plain text of at most 238 bytes that leads nowhere else, and gives the name back unless it was cut short', () => {
    fc.assert(
      fc.property(names, (name) => {
        const stem = fileStem(name);
        expect(stem).toMatch(/^[A-Za-z0-9_.~%+-]{1,238}$/);
        const back = collectionOfStem(stem);
        if (back === null) expect(stem).toMatch(/%24/);
        else expect(back).toBe(name.toWellFormed());
      }),
      { numRuns: 500 },
    );
  });

  it('is another for another name', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        fc.pre(a.toWellFormed() !== b.toWellFormed());
        expect(fileStem(a)).not.toBe(fileStem(b));
      }),
      { numRuns: 500 },
    );
  });

  it('that nobody escaped gives no name, and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (stem) => void collectionOfStem(stem)));
    for (const stem of ['%', '%zz', '%ff', 'a%2']) expect(collectionOfStem(stem)).toBeNull();
  });
});

describe('a database name', () => {
  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', 'a b', 'a.b', 'a"b', 'a\0b', 'a$b', 'x'.repeat(64)])(
    '%j leads out of the folder or is none',
    (database) => {
      expect(() => checkNamespace({ database, name: 'orders' })).toThrow(expect.toSatisfy((error) => isProblem(error, 'invalid-value')));
    },
  );
});
