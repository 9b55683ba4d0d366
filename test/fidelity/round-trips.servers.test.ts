import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTool } from '../../scripts/build-tools.ts';
import { Lifeboat } from '../kit/lifeboat.ts';
import { startMongo } from '../kit/mongo.ts';
import { startWireServer } from '../kit/wire-server/start.ts';
import { loadCorpus } from './load.ts';
import { type Picture, pictureOf } from './picture.ts';
import { UNSUPPORTED } from './unsupported.ts';

interface Server {
  uri: string;
  stop(): Promise<void>;
}

interface Imported {
  id: string;
  imported: boolean;
}

const KINDS: Record<string, () => Promise<Server>> = {
  ferretdb: () => startMongo('ferretdb'),
  'mongo-java-server': () => startMongo('mongo-java-server'),
  'the wire fixture': () => startWireServer(),
};

let lifeboat: Lifeboat;

beforeAll(async () => {
  lifeboat = await Lifeboat.create();
  await lifeboat.init();
  await lifeboat.serve();
});

afterAll(() => lifeboat?.remove());

describe.each(Object.entries(KINDS))('the corpus on %s', (kind, startServer) => {
  const short = kind.replaceAll(' ', '-');
  let folder: string;
  let source: Server;
  let target: Server;
  let other: Server;
  let before: Record<string, Picture>;
  let snapshotId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lifeboat-round-trip-'));
    [source, target, other] = await Promise.all([startServer(), startServer(), startServer()]);
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop(), other?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('is kept but for what is known of this server', async () => {
    expect(await loadCorpus(source.uri)).toEqual(UNSUPPORTED[kind]);
    before = await pictureOf(source.uri);
    expect(Object.values(before).reduce((sum, { documents }) => sum + documents, 0)).toBeGreaterThan(80);
  });

  it('comes back byte for byte, with its options and indexes, from a snapshot into another deployment', async () => {
    await lifeboat.json('clusters', 'add', short, '--uri', source.uri);
    await lifeboat.json('clusters', 'add', `${short}-target`, '--uri', target.uri);
    const snapshot = await lifeboat.json<{ id: string; status: string }>('snapshots', 'take', short, '--wait');
    expect(snapshot.status).toBe('COMPLETED');
    snapshotId = snapshot.id;
    await restore(snapshotId, 'target');
    expect(await pictureOf(target.uri)).toEqual(without(isDottedOnFerretDb, before));
  });

  it('comes back through the archive, GNU tar and mongorestore', async () => {
    const file = join(folder, 'dump.tar.gz');
    await lifeboat.json('snapshots', 'download', short, snapshotId, '--out', file);
    execFileSync('tar', ['xzf', file, '-C', folder]);
    await mongorestore(other.uri, join(folder, await unpackedFolder()), hasIndexesByMongorestore ? [] : ['--noIndexRestore']);
    // mongorestore's own patterns do not match a line break: it passes such names over.
    const expected = without((namespace) => namespace.includes('\n'), before);
    const after = await pictureOf(other.uri);
    expect(mapped(after, compared)).toEqual(mapped(expected, compared));
  });

  it('is extracted from the vault and its key alone, byte for byte what the archive holds', async () => {
    const [vault, keyFile] = [join(lifeboat.folder, 'data', 'vault'), join(lifeboat.folder, 'data', 'master.key')];
    const out = join(folder, 'extracted');
    const report = await lifeboat.json('extract', vault, snapshotId, '--key-file', keyFile, '--out', out);
    expect(report).toMatchObject({ ok: true, collections: Object.keys(before).length });
    expect(await filesOf(out)).toEqual(await filesOf(join(folder, await unpackedFolder())));
  });

  it('comes in from mongodump, and back byte for byte from that snapshot', async () => {
    const dump = join(folder, 'theirs');
    const words = ['--uri', source.uri, '--quiet', '--out', dump, ...(kind === 'the wire fixture' ? ['--gzip'] : [])];
    execFileSync(await goTool('mongodump'), words, { stdio: ['ignore', 'ignore', 'pipe'] });
    const imported = await lifeboat.json<Imported>('import', dump, '--cluster', short);
    expect(imported).toMatchObject({ status: 'COMPLETED', consistency: 'per-collection', imported: true, ignored: [] });
    // mongo-java-server takes one wildcard index in a database: there not over the first restore.
    const [into, uri] = kind === 'mongo-java-server' ? ['other', other.uri] : ['target', target.uri];
    if (into === 'other') await lifeboat.json('clusters', 'add', `${short}-other`, '--uri', uri);
    await restore(imported.id, into);
    expect(await pictureOf(uri)).toEqual(without(isDottedOnFerretDb, before));
  });

  async function unpackedFolder(): Promise<string> {
    const isOurs = (name: string) => name.startsWith(short);
    return (await readdir(folder)).find(isOurs)!;
  }

  // What the two wire servers refuse of mongorestore's createIndexes (`ns`; wildcards) is compared by our own restore alone.
  const hasIndexesByMongorestore = kind === 'the wire fixture';
  const compared = ({ indexes, ...rest }: Picture) => (hasIndexesByMongorestore ? { ...rest, indexes } : rest);
  // FerretDB renames nothing to a name with a dot, so a restore cannot swap such a collection in.
  const isDottedOnFerretDb = (namespace: string) => kind === 'ferretdb' && namespace.split('.').length > 2;

  async function restore(id: string, into: string): Promise<void> {
    const exclusion = kind === 'ferretdb' ? ['--ns-exclude', '*.*.*'] : [];
    await lifeboat.json('restores', 'start', short, '--snapshot', id, '--target', `${short}-${into}`, ...exclusion, '--wait');
  }
});

describe('a dump that is damaged', () => {
  it('becomes no snapshot, and the file and the byte are named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifeboat-bad-dump-'));
    await mkdir(join(folder, 'shop'));
    await writeFile(join(folder, 'shop', 'orders.bson'), Buffer.from([99, 0, 0, 0, 1]));
    const { code, stderr } = await lifeboat.run('import', folder, '--cluster', 'ferretdb');
    expect([code, stderr]).toEqual([1, expect.stringContaining('orders.bson: it ends within a document that begins at byte 0.')]);
    const listed = await lifeboat.json<Imported[]>('snapshots', 'list', 'ferretdb');
    expect(listed.map(({ imported }) => imported)).toEqual([false, true]);
    await rm(folder, { recursive: true });
  });
});

/** Of each file below the folder its SHA-256. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = entries.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [
      relative(folder, path),
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

async function mongorestore(uri: string, folder: string, words: string[]): Promise<void> {
  const program = await goTool('mongorestore');
  execFileSync(program, ['--uri', uri, '--quiet', '--numInsertionWorkersPerCollection=1', ...words, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function without<T>(isLeftOut: (key: string) => boolean, record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !isLeftOut(key)));
}

function mapped<T, U>(record: Record<string, T>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));
}
