import { EJSON } from 'bson';
import { describe, expect, it } from 'vitest';
import { createOptions, differentIndexes, differentOptions, indexSpecs, withoutExpiry } from '../../src/engine/specifications.ts';

const ID = '{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}';
const text = (value: object) => EJSON.stringify(value, { relaxed: false });

describe('indexSpecs', () => {
  const send = (index: object, options: object = {}) =>
    indexSpecs([ID, text(index)], text(options)).map((spec) => JSON.parse(JSON.stringify(spec.specification)));

  it('leaves out the index on _id, also of a clustered collection, and keeps others that hold _id', () => {
    expect(indexSpecs([ID], '{}')).toEqual([]);
    expect(indexSpecs(['{"v":2,"key":{"_id":1},"name":"_id_","unique":true,"clustered":true}'], '{}')).toEqual([]);
    expect(send({ key: { _id: 'hashed' }, name: '_id_hashed' })).toHaveLength(1);
    expect(send({ key: { _id: 1, a: 1 }, name: 'both' })).toHaveLength(1);
  });

  it('leaves the version to the target and drops what new servers refuse', () => {
    expect(send({ v: 1, key: { a: 1 }, name: 'a_1', ns: 'shop.orders', background: true, unique: true })).toEqual([
      { key: { a: 1 }, name: 'a_1', unique: true },
    ]);
  });

  it('keeps an index without collation simple in a collection that has one', () => {
    const options = { collation: { locale: 'fr', strength: 2 } };
    expect(send({ key: { a: 1 }, name: 'a_1' }, options)).toEqual([{ key: { a: 1 }, name: 'a_1', collation: { locale: 'simple' } }]);
    expect(send({ key: { a: 1 }, name: 'a_1', collation: { locale: 'de' } }, options)).toMatchObject([{ collation: { locale: 'de' } }]);
    expect(send({ key: { a: 1 }, name: 'a_1' }, { collation: { locale: 'simple' } })).toEqual([{ key: { a: 1 }, name: 'a_1' }]);
  });

  it('keeps the order of keys that look like integers', () => {
    const [spec] = indexSpecs(['{"key":{"b":1,"10":-1},"name":"x"}'], '{}');
    expect([...(spec!.specification.key as Map<string, unknown>).keys()]).toEqual(['b', '10']);
  });

  it('puts off the expiry of a TTL index, and of nothing else', () => {
    const [ttl] = indexSpecs([text({ key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 })], '{}');
    expect(ttl!.expires).toBe(true);
    expect(Number(withoutExpiry(ttl!).expireAfterSeconds)).toBe(2_147_483_647);
    const [zero] = indexSpecs([text({ key: { at: 1 }, name: 'ttl', expireAfterSeconds: 0 })], '{}');
    expect(zero!.expires).toBe(true);
    const [plain] = indexSpecs([text({ key: { at: 1 }, name: 'plain' })], '{}');
    expect(withoutExpiry(plain!)).toBe(plain!.specification);
  });
});

describe('createOptions', () => {
  it('takes off what servers note for themselves', () => {
    const { options } = createOptions('{"capped":true,"size":4096,"autoIndexId":true,"flags":1}');
    expect(options).toEqual({ capped: true, size: 4096 });
  });

  it('keeps the expiry of a clustered collection for later', () => {
    const created = createOptions(
      '{"clusteredIndex":{"v":2,"key":{"_id":1},"name":"_id_","unique":true},"expireAfterSeconds":{"$numberLong":"60"}}',
    );
    expect(Object.keys(created.options)).toEqual(['clusteredIndex']);
    expect(Number(created.expireAfterSeconds)).toBe(60);
  });
});

describe('differentOptions', () => {
  it.each([
    ['{}', '{}'],
    ['{"capped":true,"size":1000}', '{"capped":true,"size":{"$numberLong":"1024"}}'],
    ['{"validator":{"a":1}}', '{"validator":{"a":{"$numberDouble":"1.0"}},"validationLevel":"strict","validationAction":"error"}'],
    ['{}', '{"capped":false,"changeStreamPreAndPostImages":{"enabled":false}}'],
    ['{"viewOn":"a","pipeline":[]}', '{"viewOn":"a"}'],
    ['{"max":5,"capped":true,"size":256}', '{"capped":true,"size":256,"max":{"$numberInt":"5"}}'],
  ])('finds %s and %s the same', (left, right) => {
    expect(differentOptions(left, right)).toEqual([]);
    expect(differentOptions(right, left)).toEqual([]);
  });

  it.each([
    ['{"capped":true,"size":1000}', '{}', ['capped', 'size']],
    ['{"validator":{"a":1}}', '{"validator":{"a":2}}', ['validator']],
    ['{"validator":{"a":1,"b":1}}', '{"validator":{"b":1,"a":1}}', ['validator']],
    ['{"validator":{"a":"1"}}', '{"validator":{"a":1}}', ['validator']],
    ['{"collation":{"locale":"fr"}}', '{"collation":{"locale":"de"}}', ['collation']],
  ])('finds %s and %s different in %j', (left, right, names) => {
    expect(differentOptions(left, right)).toEqual(names);
  });
});

describe('differentIndexes', () => {
  const specs = (...indexes: object[]) => indexSpecs([ID, ...indexes.map(text)], '{}');

  it('finds what the target built for a specification the same', () => {
    const wanted = specs({ key: { a: 1 }, name: 'a_1' }, { key: { at: 1 }, name: 'ttl', expireAfterSeconds: 60 });
    const built = [
      ID,
      text({ v: 2, key: { a: { $numberDouble: '1.0' } }, name: 'a_1', unique: false }),
      '{"key":{"at":1},"name":"ttl","expireAfterSeconds":2147483647}',
    ];
    expect(
      differentIndexes(
        wanted,
        built.map((one) => one.replace('{"$numberDouble":"1.0"}', '1')),
      ),
    ).toEqual([]);
  });

  it('takes the weights of a text index in any order, and the keys only in theirs', () => {
    const index = (weights: object) => ({ key: { _fts: 'text', _ftsx: 1 }, name: 't', weights });
    expect(differentIndexes(specs(index({ a: 1, b: 2 })), [text(index({ b: 2, a: 1 }))])).toEqual([]);
    expect(differentIndexes(specs({ key: { a: 1, b: 1 }, name: 'x' }), [text({ key: { b: 1, a: 1 }, name: 'x' })])).toEqual([
      'key of index x',
    ]);
  });

  it('lists what is missing, what differs and what is one too many', () => {
    const wanted = specs({ key: { a: 1 }, name: 'a_1', unique: true }, { key: { b: 1 }, name: 'b_1' });
    expect(differentIndexes(wanted, [ID, text({ key: { a: 1 }, name: 'a_1' }), text({ key: { c: 1 }, name: 'c_1' })])).toEqual([
      'unique of index a_1',
      'index b_1 is missing',
      'index c_1 is one too many',
    ]);
  });
});
