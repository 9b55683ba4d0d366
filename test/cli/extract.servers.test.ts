import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Lifeboat } from '../kit/lifeboat.ts';
import { MemoryChunkIndex } from '../kit/memory-chunk-index.ts';
import { collection, documents, MASTER_KEY, newVault, snapshotId, takeSnapshot, temporaryFolder } from '../kit/vaults.ts';

async function vaultWithASnapshot() {
  const made = await newVault();
  const content = [{ collection: collection('shop', 'orders'), documents: documents(3, 100) }];
  await takeSnapshot(made.vault, new MemoryChunkIndex().startRun(), snapshotId(1), content);
  const keys = await temporaryFolder();
  const keyFile = join(keys, 'key');
  await writeFile(keyFile, `${MASTER_KEY.toString('base64')}\n`);
  // No database can be had: the commands must not ask for one.
  const lifeboat = await Lifeboat.create({ DATABASE_URL: 'postgres://127.0.0.1:1/none' });
  onTestFinished(() => rm(lifeboat.folder, { recursive: true, force: true }));
  const { root } = await made.vault.readSnapshot(snapshotId(1));
  return { ...made, keyFile, lifeboat, root, out: join(keys, 'out') };
}

describe('lifeboat extract', () => {
  it('lists the snapshots of a vault, and writes one, without PostgreSQL', async () => {
    const { lifeboat, folder, keyFile, out } = await vaultWithASnapshot();
    const before = await readdir(folder, { recursive: true });
    const listed = await lifeboat.json('extract', folder, '--key-file', keyFile);
    expect(listed).toMatchObject({ snapshots: [{ snapshotId: snapshotId(1), clusterName: 'Shop', documents: 3 }], damaged: [] });
    const report = await lifeboat.json('extract', `file:${folder}`, snapshotId(1), '--key-file', keyFile, '--out', out);
    expect(report).toMatchObject({ ok: true, collections: 1, documents: 3 });
    expect((await readdir(join(out, 'shop'))).sort()).toEqual(['orders.bson', 'orders.metadata.json']);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(before.sort());
  });

  it('ends with 1 where anything is damaged, and names it', async () => {
    const { lifeboat, folder, keyFile, out, root } = await vaultWithASnapshot();
    const [chunk] = root.collections[0]!.entries;
    await rm(join(folder, chunk!.object));
    const extracted = await lifeboat.run('extract', folder, snapshotId(1), '--key-file', keyFile, '--out', out);
    expect([extracted.code, extracted.stdout]).toEqual([
      1,
      expect.stringContaining(`damaged  shop.orders: ${chunk!.object}: it is missing`),
    ]);
    await writeFile(join(folder, 'manifests', snapshotId(1)), 'no manifest');
    const listed = await lifeboat.run('extract', folder, '--key-file', keyFile);
    expect([listed.code, listed.stdout]).toEqual([1, expect.stringContaining(`damaged  ${snapshotId(1)}`)]);
  });

  it('says what is missing: a vault, a key, the right key, a snapshot, a folder', async () => {
    const { lifeboat, folder, keyFile, out } = await vaultWithASnapshot();
    const wrongKey = `${keyFile}.wrong`;
    await writeFile(wrongKey, Buffer.alloc(32, 9).toString('base64'));
    const nowhere = join(lifeboat.folder, 'nowhere');
    const results = await Promise.all([
      lifeboat.run('extract', nowhere, '--key-file', keyFile),
      lifeboat.run('extract', folder),
      lifeboat.run('extract', folder, '--key-file', wrongKey),
      lifeboat.run('extract', folder, 'latest', '--key-file', keyFile, '--out', out),
      lifeboat.run('extract', folder, snapshotId(9), '--key-file', keyFile, '--out', out),
      lifeboat.run('extract', folder, snapshotId(1), '--key-file', keyFile),
    ]);
    expect(results.map(({ code, stderr }) => `${code} ${stderr.split('\n')[0]}`)).toEqual([
      expect.stringMatching(/^1 .*holds no vault/),
      expect.stringMatching(/^2 .*there is no file/),
      expect.stringMatching(/^1 .*does not open vault/),
      expect.stringMatching(/^1 .*invalid snapshot ID latest/),
      expect.stringMatching(/^1 .*manifests\/0{23}9 is missing/),
      expect.stringMatching(/^2 .*--out/),
    ]);
    expect(await readdir(lifeboat.folder)).not.toContain('nowhere');
  });
});
