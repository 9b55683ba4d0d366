import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../src/errors.ts';
import { readDumpFolder } from '../../src/vault/dump-folder.ts';
import { extractSnapshot } from '../../src/vault/extract.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { type Content, collection, documents, newVault, snapshotId, takeSnapshot, temporaryFolder } from '../kit/vaults.ts';

const CONTENT: Content[] = [
  { collection: collection('shop', 'orders'), documents: documents(40, 100_000) },
  { collection: collection('shop', 'a/b ö'), documents: documents(3, 100, 'other') },
  { collection: collection('shop', 'empty'), documents: [] },
  { collection: collection('shop', 'view', { kind: 'view', options: '{"viewOn":"orders","pipeline":[]}', indexes: [] }), documents: [] },
];

async function snapshot(encryption = true) {
  const made = await newVault({ encryption });
  await takeSnapshot(made.vault, new MemoryChunkIndex().startRun(), snapshotId(1), CONTENT);
  const { root } = await made.vault.readSnapshot(snapshotId(1));
  return { ...made, root, out: join(await temporaryFolder(), 'out') };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('extracting a snapshot', () => {
  it.each([true, false])('writes what mongodump would have (encrypted: %s)', async (encryption) => {
    const { vault, root, out } = await snapshot(encryption);
    expect(await extractSnapshot(vault.access, root, out)).toEqual({
      ...{ collections: 4, documents: 43, bytes: root.totals.logicalBytes },
      ...{ damaged: [], incomplete: [] },
    });
    expect((await readdir(join(out, 'shop'))).sort()).toEqual(
      [
        'a%2Fb+%C3%B6.bson',
        'a%2Fb+%C3%B6.metadata.json',
        'empty.bson',
        'empty.metadata.json',
        'orders.bson',
        'orders.metadata.json',
      ].concat('view.metadata.json'),
    );
    expect(sha256(await readFile(join(out, 'shop/orders.bson')))).toBe(sha256(Buffer.concat(CONTENT[0]!.documents)));
    const dump = await readDumpFolder(out);
    const about = ({ name, options, indexes, kind }: Content['collection']) => ({ name, options, indexes, kind });
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(dump.collections.map(about)).toEqual(CONTENT.map((one) => about(one.collection)).sort(byName));
  });

  it.each(['removed', 'changed'])('names a chunk that was %s, keeps what is left of its collection apart, and goes on', async (how) => {
    const { vault, root, folder, out } = await snapshot();
    const [broken] = root.collections[0]!.entries;
    const path = join(folder, broken!.object);
    if (how === 'removed') await rm(path);
    else await writeFile(path, Buffer.alloc(broken!.storedBytes));
    const report = await extractSnapshot(vault.access, root, out);
    expect(report).toMatchObject({ collections: 4, documents: 43 - broken!.documents, incomplete: ['shop/orders.bson.incomplete'] });
    expect(report.damaged).toMatchObject([{ namespace: 'shop.orders', object: broken!.object, documents: broken!.documents }]);
    const left = await readFile(join(out, 'shop/orders.bson.incomplete'));
    expect(left.equals(Buffer.concat(CONTENT[0]!.documents.slice(broken!.documents)))).toBe(true);
    expect((await readdir(join(out, 'shop'))).includes('orders.bson')).toBe(false);
    expect((await readFile(join(out, 'shop/a%2Fb+%C3%B6.bson'))).equals(Buffer.concat(CONTENT[1]!.documents))).toBe(true);
  });

  it('counts the chunks of a segment that cannot be read as lost, and keeps the rest', async () => {
    const made = await newVault();
    const access = { ...made.vault.access, segmentLimits: { inline: 1, entries: 2, textBytes: 1 << 20 } };
    Object.defineProperty(made.vault, 'access', { value: access });
    await takeSnapshot(made.vault, new MemoryChunkIndex().startRun(), snapshotId(1), [CONTENT[0]!]);
    const { root } = await made.vault.readSnapshot(snapshotId(1));
    const [first] = root.collections[0]!.segments;
    await rm(join(made.folder, first!.object));
    const report = await extractSnapshot(made.vault.access, root, join(await temporaryFolder(), 'out'));
    expect(report.damaged).toMatchObject([{ object: first!.object, documents: first!.documents, what: 'it is missing' }]);
    expect(report.documents).toBe(40 - first!.documents);
  });

  it('writes into a new or an empty folder only', async () => {
    const { vault, root, out } = await snapshot();
    await extractSnapshot(vault.access, root, out);
    await expect(extractSnapshot(vault.access, root, out)).rejects.toSatisfy((error) => isProblem(error, 'invalid-value'));
  });
});
