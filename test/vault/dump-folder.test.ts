import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { serialize } from 'bson';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { documentsOfDump, readDumpFolder } from '../../src/vault/dump-folder.ts';
import { fileStem } from '../../src/vault/dump-layout.ts';
import { temporaryFolder } from '../kit/vaults.ts';

const ONE = Buffer.from(serialize({ _id: 1, text: 'x' }));
const TWO = Buffer.from(serialize({ _id: 2, inside: { a: [1, 2] } }));
const LONG_NAME = '/'.repeat(120);

async function dumpOf(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

const unusable = (what: RegExp) => (error: unknown) => isProblem(error, 'unusable-dump') && what.test(error.message);

async function bytesOf(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const { bytes } of documentsOfDump(path)) parts.push(bytes);
  return Buffer.concat(parts);
}

describe('a dump folder', () => {
  it('gives every collection its name, options, indexes and file', async () => {
    const folder = await dumpOf({
      'prelude.json': '{"ServerVersion":"7.0.14-rc1","ToolVersion":"100.12.0"}',
      'shop/page+views%2Bmore.bson.gz': gzipSync(ONE),
      'shop/page+views%2Bmore.metadata.json.gz': gzipSync(
        '{"options":{"capped":true,"size":4096.0},"indexes":[{"v":2,"key":{"10":1,"2":-1},"name":"x"}]}',
      ),
      'shop/bare.bson': TWO,
      'shop/view.metadata.json': '{"options":{"viewOn":"bare","pipeline":[]},"indexes":[],"collectionName":"view","type":"view"}',
      [`shop/${fileStem(LONG_NAME)}.bson`]: '',
      [`shop/${fileStem(LONG_NAME)}.metadata.json`]: JSON.stringify({ indexes: [], collectionName: LONG_NAME }),
    });
    const { collections, mongodbVersion, ignored } = await readDumpFolder(folder);
    expect([mongodbVersion, ignored]).toEqual(['7.0.14', []]);
    expect(collections.map(({ name, kind }) => [name, kind])).toEqual([
      [LONG_NAME, 'collection'],
      ['bare', 'collection'],
      ['page views+more', 'collection'],
      ['view', 'view'],
    ]);
    expect(collections[2]).toMatchObject({
      options: '{"capped":true,"size":{"$numberInt":"4096"}}',
      indexes: ['{"v":{"$numberInt":"2"},"key":{"10":{"$numberInt":"1"},"2":{"$numberInt":"-1"}},"name":"x"}'],
    });
    expect(collections[3]).toMatchObject({ data: null });
  });

  it('gives a time series its buckets, which lay in a collection beside it before 8.3', async () => {
    const metadata = '{"options":{"timeseries":{"timeField":"t"}},"indexes":[],"collectionName":"weather","type":"timeseries"}';
    const old = await readDumpFolder(await dumpOf({ 'db/system.buckets.weather.bson': ONE, 'db/weather.metadata.json': metadata }));
    const since83 = await readDumpFolder(await dumpOf({ 'db/weather.bson': ONE, 'db/weather.metadata.json': metadata }));
    for (const { collections } of [old, since83]) {
      expect(collections).toMatchObject([{ name: 'weather', kind: 'timeseries', data: expect.stringMatching(/weather\.bson$/) }]);
    }
  });

  it('leaves out what is the server’s own or nobody’s, and says so', async () => {
    const folder = await dumpOf({
      ...{ 'oplog.bson': '', 'admin/system.users.bson': ONE, 'shop/system.profile.bson': ONE, 'shop/notes.txt': 'x' },
      ...{ 'shop/system.js.bson': ONE, 'shop/orders.bson': ONE },
    });
    await symlink('/etc/passwd', join(folder, 'shop', 'linked.bson'));
    const { collections, ignored } = await readDumpFolder(folder);
    expect(collections.map(({ name }) => name)).toEqual(['orders', 'system.js']);
    expect(ignored.sort()).toEqual(['admin', 'oplog.bson', 'shop/linked.bson', 'shop/notes.txt', 'shop/system.profile']);
  });

  it.each([
    ['a folder that is no name of a database', { 'bad.db/orders.bson': ONE }, /database name/],
    ['nothing', { 'notes.txt': 'x' }, /no collection/],
    [
      'a file that is another collection by its metadata',
      { 'shop/orders.metadata.json': '{"collectionName":"../../etc/cron"}' },
      /metadata are of/,
    ],
    ['a name that is not escaped as mongodump does', { 'shop/%zz.bson': ONE }, /not one that mongodump writes/],
    ['a name with a NUL', { 'shop/a%00b.bson': ONE }, /NUL/],
    ['a name cut short without metadata', { [`shop/${fileStem(LONG_NAME)}.bson`]: ONE }, /cut short/],
    ['a collection twice', { 'shop/a.bson': ONE, 'shop/a.bson.gz': gzipSync(ONE) }, /is there too/],
    ['metadata that are no JSON', { 'shop/a.metadata.json': '{"options":' }, /a\.metadata\.json/],
    ['metadata that are a list', { 'shop/a.metadata.json': '[]' }, /Extended JSON of a document/],
    ['options that are none', { 'shop/a.metadata.json': '{"options":3}' }, /options are not a document/],
    ['indexes that are none', { 'shop/a.metadata.json': '{"indexes":[1]}' }, /indexes are not a list/],
    ['an unknown type', { 'shop/a.metadata.json': '{"type":"table"}' }, /type "table" is unknown/],
    ['a UUID that is none', { 'shop/a.metadata.json': '{"uuid":"x"}' }, /UUID/],
    ['a view with documents', { 'shop/a.metadata.json': '{"type":"view"}', 'shop/a.bson': ONE }, /is a view/],
    ['metadata that expand without end', { 'shop/a.metadata.json.gz': gzipSync(Buffer.alloc(64 << 20, 0x20)) }, /a\.metadata\.json\.gz/],
    ['a prelude that is no JSON', { 'prelude.json': '{', 'shop/a.bson': ONE }, /prelude\.json/],
  ])('with %s is refused by name', async (_, files, what) => {
    await expect(readDumpFolder(await dumpOf(files as Record<string, string | Buffer>))).rejects.toSatisfy(unusable(what));
  });

  it('that is not there is refused', async () => {
    await expect(readDumpFolder('/nowhere/at/all')).rejects.toSatisfy(unusable(/no such file/));
  });
});

describe('the documents of a dump', () => {
  it('are read as they are, from plain files and from gzip files of several members', async () => {
    const folder = await dumpOf({
      'd/a.bson': Buffer.concat([ONE, TWO]),
      'd/b.bson.gz': Buffer.concat([gzipSync(ONE), gzipSync(TWO)]),
      'd/c.bson': '',
    });
    const wanted = Buffer.concat([ONE, TWO]);
    expect([await bytesOf(join(folder, 'd/a.bson')), await bytesOf(join(folder, 'd/b.bson.gz'))]).toEqual([wanted, wanted]);
    expect((await bytesOf(join(folder, 'd/c.bson'))).length).toBe(0);
  });

  const length = (bytes: Buffer, value: number) => {
    const changed = Buffer.from(bytes);
    changed.writeInt32LE(value, 0);
    return changed;
  };
  const changedAt = (bytes: Buffer, at: number, value: number) => {
    const changed = Buffer.from(bytes);
    changed[at] = value;
    return changed;
  };
  const deep = (levels: number): Buffer => {
    let inner: Buffer = Buffer.from([5, 0, 0, 0, 0]);
    for (let level = 0; level < levels; level++) {
      inner = Buffer.concat([Buffer.alloc(4), Buffer.from('\x03a\0'), inner, Buffer.alloc(1)]);
      inner.writeInt32LE(inner.length, 0);
    }
    return inner;
  };

  it.each([
    ['ends within a document', Buffer.concat([ONE, TWO.subarray(0, 9)]), /ends within a document that begins at byte 26/],
    ['ends within a length', Buffer.concat([ONE, TWO.subarray(0, 2)]), /ends within a document/],
    ['has a document of no length', length(ONE, 0), /a length of 0/],
    ['has a document of a negative length', length(ONE, -5), /a length of -5/],
    ['has a document of 2 GiB', length(ONE, 0x7fffffff), /more than any server keeps/],
    ['has a document that does not end in zero', changedAt(ONE, ONE.length - 1, 1), /zero byte/],
    ['has an unknown type', changedAt(ONE, 4, 0x55), /unknown type 85/],
    ['has a string that goes past its document', changedAt(ONE, 19, 0x7f), /past the end/],
    ['has an embedded document that is none', changedAt(TWO, TWO.indexOf('inside') + 7, 1), /a length of|past the end/],
    ['nests without end', deep(5000), /more than 256 levels/],
    ['is another format', Buffer.from('PK\x03\x04 this is a zip file, not BSON'), /more than any server keeps/],
  ])('are refused where the file %s', async (_, bytes, what) => {
    const folder = await dumpOf({ 'd/a.bson': bytes });
    await expect(bytesOf(join(folder, 'd/a.bson'))).rejects.toSatisfy(unusable(what));
  });

  it('are refused where a gzip file is cut or changed', async () => {
    const whole = gzipSync(Buffer.concat(Array.from({ length: 1000 }, () => ONE)));
    const folder = await dumpOf({
      'd/cut.bson.gz': whole.subarray(0, -9),
      'd/none.bson.gz': 'no gzip',
      'd/crc.bson.gz': changedAt(whole, whole.length - 6, 9),
    });
    for (const name of ['cut', 'none', 'crc']) {
      await expect(bytesOf(join(folder, `d/${name}.bson.gz`))).rejects.toSatisfy(unusable(new RegExp(`${name}\\.bson\\.gz`)));
    }
  });
});
