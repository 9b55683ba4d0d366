import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SelectionOptions, selectNamespaces } from '../../src/engine/namespace-selection.ts';
import { isProblem } from '../../src/errors.ts';
import { within } from '../kit/within.ts';

function target(options: SelectionOptions, text: string): string | null {
  const dot = text.indexOf('.');
  const found = selectNamespaces(options).target({ database: text.slice(0, dot), name: text.slice(dot + 1) });
  return found && `${found.database}.${found.name}`;
}

describe('selectNamespaces', () => {
  it('takes everything under its own name without patterns', () => {
    expect(selectNamespaces().everything).toBe(true);
    expect(target({}, 'shop.orders')).toBe('shop.orders');
  });

  it.each([
    ['shop.*', 'shop.orders', true],
    ['shop.*', 'shop.a.b', true],
    ['shop.*', 'shopping.orders', false],
    ['*.orders', 'shop.orders', true],
    ['*.orders', 'shop.order', false],
    ['shop.orders', 'shop.orders', true],
    ['shop.or?ers', 'shop.orders', false],
    ['shop.(a|b)+', 'shop.(a|b)+', true],
    ['shop.a\\*', 'shop.a*', true],
    ['shop.a\\*', 'shop.ab', false],
    ['shop.*', 'shop.two\nlines', true],
    ['*', 'anything.at.all', true],
  ])('lets the pattern %j take %j: %s', (pattern, namespace, taken) => {
    expect(target({ nsInclude: [pattern] }, namespace)).toBe(taken ? namespace : null);
    expect(target({ nsExclude: [pattern] }, namespace)).toBe(taken ? null : namespace);
  });

  it('takes everything where only the one database of the cluster has another name, and renames before that', () => {
    const database = { from: 'lifeboat_1', to: 'lifeboat_2' };
    expect(selectNamespaces({ database }).everything).toBe(true);
    expect(target({ database }, 'lifeboat_1.orders')).toBe('lifeboat_2.orders');
    expect(target({ database, nsFrom: ['*.orders'], nsTo: ['*.old'] }, 'lifeboat_1.orders')).toBe('lifeboat_2.old');
    expect(selectNamespaces({ database, nsInclude: ['*.orders'] }).everything).toBe(false);
  });

  it('lets an exclusion win over an inclusion', () => {
    expect(target({ nsInclude: ['shop.*'], nsExclude: ['shop.tmp*'] }, 'shop.tmp1')).toBeNull();
  });

  it.each([
    ['shop.*', 'copy.*', 'shop.orders', 'copy.orders'],
    ['*.*', '*.old_*', 'shop.a.b', 'shop.old_a.b'],
    ['data.$customer$_$type$', 'cust_$customer$.$type$', 'data.acme_orders', 'cust_acme.orders'],
    ['data.$customer$_$type$', 'cust_$customer$.$type$', 'data.acme_old_orders', 'cust_acme.old_orders'],
    ['$db$.$c$', '$c$.$db$', 'shop.orders', 'orders.shop'],
    ['shop.*', 'copy.*', 'other.orders', 'other.orders'],
    ['shop.$c$', 'shop.all', 'shop.orders', 'shop.all'],
    ['shop.a*', 'shop.$&*', 'shop.ab', null],
  ])('renames by %j to %j: %j becomes %j', (from, to, namespace, renamed) => {
    if (renamed === null) expect(() => target({ nsFrom: [from], nsTo: [to] }, namespace)).toThrow();
    else expect(target({ nsFrom: [from], nsTo: [to] }, namespace)).toBe(renamed);
  });

  it('lets the last pair that fits win', () => {
    expect(target({ nsFrom: ['shop.*', 'shop.orders'], nsTo: ['a.*', 'b.orders'] }, 'shop.orders')).toBe('b.orders');
    expect(target({ nsFrom: ['shop.*', 'shop.orders'], nsTo: ['a.*', 'b.orders'] }, 'shop.items')).toBe('a.items');
  });

  it('selects by the name in the snapshot, before it is renamed', () => {
    expect(target({ nsInclude: ['shop.*'], nsFrom: ['shop.*'], nsTo: ['copy.*'] }, 'shop.orders')).toBe('copy.orders');
    expect(target({ nsInclude: ['copy.*'], nsFrom: ['shop.*'], nsTo: ['copy.*'] }, 'shop.orders')).toBeNull();
  });

  it.each([
    [{ nsFrom: ['a.*'], nsTo: [] }],
    [{ nsFrom: ['a.*'], nsTo: ['b.c'] }],
    [{ nsFrom: ['a.b'], nsTo: ['b.*'] }],
    [{ nsFrom: ['a.$x'], nsTo: ['b.$x$'] }],
    [{ nsFrom: ['a.$x$'], nsTo: ['b.$y$'] }],
    [{ nsFrom: ['$x$.$x$'], nsTo: ['b.$x$'] }],
    [{ nsInclude: ['$x$.c'] }],
    [{ nsInclude: [''] }],
  ])('refuses %j with a sentence', (options) => {
    expect(() => selectNamespaces(options)).toThrowError(expect.objectContaining({ code: 'invalid-value' }));
  });

  it('refuses a rename to what is no namespace', () => {
    expect(() => target({ nsFrom: ['shop.*'], nsTo: ['*'] }, 'shop.orders')).toThrowError(
      expect.objectContaining({ code: 'invalid-value' }),
    );
  });

  it('treats any text without special characters as itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }), (a, b) => {
        const plain = (text: string) => text.replace(/[\\*$]/g, '_');
        const pattern = `db.${plain(a)}`;
        expect(target({ nsInclude: [pattern] }, pattern)).toBe(pattern);
        if (plain(a) !== plain(b)) expect(target({ nsInclude: [pattern] }, `db.${plain(b)}`)).toBeNull();
      }),
    );
  });

  it('divides a name as a lazy expression would: the first varying part takes the least', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), text, (plain, name) => {
        const [nsFrom, nsTo] = [
          `d.${plain.join('*')}`,
          `d.x${plain
            .slice(1)
            .map(() => '*')
            .join('|')}`,
        ];
        const found = new RegExp(`^${plain.join('(.*?)')}$`).exec(name);
        expect(target({ nsInclude: [nsFrom] }, `d.${name}`) !== null).toBe(found !== null);
        const renamed = target({ nsFrom: [nsFrom], nsTo: [nsTo] }, `d.${name}`);
        expect(renamed).toBe(found ? `d.x${found.slice(1).join('|')}` : `d.${name}`);
      }),
    );
  });

  it('comes to an end with a hundred varying parts', () => {
    expect(within(15, () => target({ nsInclude: [`d.${'*a'.repeat(100)}b`] }, `d.${'a'.repeat(200)}`))).toBeNull();
  });

  it('throws nothing but problems, whatever the patterns', () => {
    const pattern = fc.string({ unit: fc.constantFrom('*', '$', '\\', '.', 'a', '(', '[', '\n', 'é'), maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 2 }),
        fc.array(pattern, { maxLength: 2 }),
        fc.array(pattern, { maxLength: 2 }),
        (nsInclude, nsFrom, nsTo) => {
          try {
            target({ nsInclude, nsFrom, nsTo }, 'a.a.é');
          } catch (error) {
            expect(isProblem(error, 'invalid-value')).toBe(true);
          }
        },
      ),
    );
  });
});
