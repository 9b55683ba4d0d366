import { hash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AuditLog } from '../../src/backup/audit-log.ts';
import { newHeader, sealArchive } from '../../src/backup/self-archive.ts';
import { restoreSelf } from '../../src/backup/self-restore.ts';
import { inVaultRun } from '../../src/backup/vault-run.ts';
import { readConfig } from '../../src/config.ts';
import { insertCluster } from '../../src/db/clusters.ts';
import { connect, type Db } from '../../src/db/connection.ts';
import { keptTables, SELF_BACKUP_TABLES } from '../../src/db/self-backup.ts';
import { insertFinishedSnapshot } from '../../src/db/snapshots.ts';
import { Foundation } from '../../src/foundation.ts';
import { newId } from '../../src/ids.ts';
import { manifestKey } from '../../src/vault/object-keys.ts';
import { VERSION } from '../../src/version.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { freshDatabase } from '../kit/postgres.ts';
import { collection, documents, MASTER_KEY, readCollection, runsOf, temporaryFolder } from '../kit/vaults.ts';

const clock = new ManualClock('2026-03-01T10:00:00Z');
const CONTENT = (seed: string) => documents(30, 40_000, seed);

async function place(settings: Record<string, string> = {}) {
  const database = await freshDatabase({ migrated: false });
  onTestFinished(() => database.close());
  const folder = await temporaryFolder();
  const environment = {
    ...{ DATABASE_URL: database.url, LIFEBOAT_DATA: folder, LIFEBOAT_KEY: MASTER_KEY.toString('base64') },
    ...settings,
  };
  return { ...database, folder, environment, config: readConfig(environment) };
}

/** An installation with a cluster of which two snapshots are in the vault, and work of all kinds under way. */
async function installation() {
  const here = await place();
  const foundation = await Foundation.open(here.config, 'join', clock);
  onTestFinished(() => foundation[Symbol.asyncDispose]());
  const { organizationId, projectId } = await foundation.initialize({ organizationName: 'Org', projectName: 'Project' });
  const clusterId = newId(clock.now());
  const cluster = {
    id: clusterId,
    projectId,
    name: 'shop',
    tier: 'FLEX',
    deployment: 'a:1',
    mongodbVersion: '7.0.1',
    topology: 'standalone',
  };
  await insertCluster(foundation.db, { ...cluster, uriSealed: Buffer.from('sealed'), createdAt: clock.now() });
  return { ...here, foundation, organizationId, projectId, clusterId };
}

type Installed = Awaited<ReturnType<typeof installation>>;

/** Writes a snapshot as a worker does; without a row, as when the row was written after the backup. */
async function snapshot({ foundation, projectId, clusterId }: Installed, seed: string, o: { id?: string; row?: boolean } = {}) {
  const id = o.id ?? newId(clock.now());
  const vault = await foundation.vault();
  const { db } = foundation;
  const about = {
    snapshotId: id,
    projectId,
    clusterId,
    clusterName: 'shop',
    mongodbVersion: '7.0.1',
    topology: 'standalone',
    startedAt: clock.now(),
  };
  const totals = await inVaultRun({ db, clock }, 'test', async (index) => {
    const writer = vault.writeSnapshot(about, index);
    const open = writer.openCollection(collection('shop', 'orders'));
    for (const run of runsOf(CONTENT(seed))) await open.write(run);
    await open.close();
    return writer.finish({ finishedAt: clock.now(), consistency: 'quiesced' });
  });
  const times = { scheduledAt: clock.now(), startedAt: clock.now(), finishedAt: clock.now(), expiresAt: clock.now() };
  const row = {
    id,
    projectId,
    clusterId,
    clusterName: 'shop',
    status: 'COMPLETED',
    consistency: 'quiesced',
    mongodbVersion: '7.0.1',
    imported: false,
  };
  if (o.row !== false) await insertFinishedSnapshot(db, { ...row, ...times, ...totals });
  return id;
}

async function backUp(foundation: Foundation, folder: string): Promise<string> {
  const file = join(folder, `self-${newId(clock.now())}`);
  await using backup = await foundation.backUpSelf();
  const pieces: Buffer[] = [];
  for await (const piece of backup.bytes) pieces.push(piece);
  await writeFile(file, Buffer.concat(pieces));
  return file;
}

async function rowsOf(db: Db, table: string): Promise<string[]> {
  const { rows } = await sql<{ row: string }>`SELECT to_jsonb(t)::text AS row FROM ${sql.table(table)} AS t`.execute(db);
  return rows.map(({ row }) => row).sort();
}

async function tablesIn(db: Db): Promise<string[]> {
  return (await db.introspection.getTables()).map(({ name }) => name).sort();
}

describe('a self-backup', () => {
  it('decides about every table that there is', async () => {
    const { foundation } = await installation();
    const decided = Object.keys(SELF_BACKUP_TABLES).map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    // Unlogged: buckets that are full again after a restart.
    expect(await tablesIn(foundation.db)).toEqual([...decided, 'rate_limit_buckets'].sort());
  });

  it('brings everything back: rows as they were, work that was under way ended, and what the vault has got since', async () => {
    const from = await installation();
    const { foundation } = from;
    const { db } = foundation;
    const first = await snapshot(from, 'a');
    const gone = await snapshot(from, 'a');
    await everyKindOfWork(from, first);
    const before = Object.fromEntries(await Promise.all(keptTables().map(async (table) => [table, await rowsOf(db, table)] as const)));
    const file = await backUp(foundation, from.folder);
    // The world goes on: one ends well, one is taken, one goes.
    await snapshot(from, 'b', { id: RUNNING_WELL, row: false });
    const later = await snapshot(from, 'c');
    await db.updateTable('snapshots').set({ deletedAt: clock.now() }).where('id', '=', gone).execute();
    await foundation.collectGarbage();

    const to = await place({ LIFEBOAT_STORE: `file:${join(from.folder, 'vault')}` });
    const report = await Foundation.restoreSelf(to.config, file, { adopt: true, clock });
    expect(report.vault).toMatchObject({
      found: [later],
      missing: [{ snapshotId: gone, clusterName: 'shop' }],
      unreadable: [],
      ofUnknownClusters: [],
    });
    expect(report.ended.completed).toEqual([RUNNING_WELL]);
    expect(report.ended.failed.sort()).toEqual([QUEUED, RESTORE, RUNNING_ON].sort());
    for (const table of keptTables()) {
      const lines = await rowsOf(to.db, table);
      // Of the snapshots three have ended, one is not being verified any more, and one is kept for longer.
      const changes = { installation: 1, snapshots: 5, restore_jobs: 1, audit_log: 0, audit_head: 1, events: 0 }[table] ?? 0;
      expect(
        before[table]!.filter((row) => !lines.includes(row)),
        table,
      ).toHaveLength(changes);
    }
    for (const table of ['sessions', 'snapshot_leases', 'vault_runs', 'access_tokens', 'setup_token', 'worker_jobs', 'digest_claims'])
      expect(await rowsOf(to.db, table), table).toEqual([]);
    const jobs = await to.db
      .selectFrom('snapshots')
      .select(['id', 'status', 'failure', 'verification', 'consistency', 'documents'])
      .execute();
    expect(jobs.find(({ id }) => id === RUNNING_WELL)).toMatchObject({
      status: 'COMPLETED',
      consistency: 'quiesced',
      documents: 30,
      failure: null,
    });
    expect(jobs.find(({ id }) => id === RUNNING_ON)).toMatchObject({ status: 'FAILED', failure: { code: 'ended-by-self-restore' } });
    expect(jobs.find(({ id }) => id === first)).toMatchObject({ verification: { status: 'FAILED' } });
    const restore = await to.db.selectFrom('restoreJobs').selectAll().executeTakeFirstOrThrow();
    expect(restore).toMatchObject({ status: 'FAILED', failure: { hint: expect.stringContaining(`restores resume shop ${RESTORE}`) } });
    expect(await new AuditLog(to.db, clock).verify()).toMatchObject({ findings: [] });
    await theVaultIsWhole(to, from, { gone, later, first });
  });

  it('keeps what is newer than the database from garbage collection, also of clusters that it does not know', async () => {
    const from = await installation();
    const first = await snapshot(from, 'a');
    const file = await backUp(from.foundation, from.folder);
    const other = newId(clock.now());
    await from.db.selectFrom('clusters').selectAll().executeTakeFirstOrThrow();
    const ofOther = await snapshot({ ...from, clusterId: other }, 'b', { row: false });
    const to = await place({ LIFEBOAT_STORE: `file:${join(from.folder, 'vault')}` });
    const report = await Foundation.restoreSelf(to.config, file, { adopt: true, clock });
    expect(report.vault).toMatchObject({ found: [], ofUnknownClusters: [{ snapshotId: ofOther, clusterName: 'shop' }] });
    // Its expiry is over, and may have been put off since.
    const { expiresAt } = await to.db.selectFrom('snapshots').select('expiresAt').where('id', '=', first).executeTakeFirstOrThrow();
    expect(expiresAt.getTime() - clock.now().getTime()).toBe(8 * 86_400_000);
    await using foundation = await Foundation.open(to.config, 'join', clock);
    await to.db.updateTable('snapshots').set({ deletedAt: clock.now() }).where('id', '=', first).execute();
    expect(await foundation.collectGarbage()).toMatchObject({ snapshots: 1 });
    expect(await readCollection(await foundation.vault(), ofOther, 0)).toEqual(Buffer.concat(CONTENT('b')));
    expect(await foundation.verify({})).toMatchObject({ snapshots: 1, damaged: [], missing: [] });
  });

  it('leaves the vault to the installation that was backed up in a rehearsal', async () => {
    const from = await installation();
    const first = await snapshot(from, 'a');
    await everyKindOfWork(from, first);
    const file = await backUp(from.foundation, from.folder);
    const to = await place({ LIFEBOAT_STORE: `file:${join(from.folder, 'vault')}` });
    await Foundation.restoreSelf(to.config, file, { adopt: false, clock });
    // In use as it is, the other one finishes what the rehearsal gave up.
    await snapshot(from, 'b', { id: RUNNING_WELL, row: false });
    await using foundation = await Foundation.open(to.config, 'join', clock);
    expect(await readCollection(await foundation.vault(), first, 0)).toEqual(Buffer.concat(CONTENT('a')));
    await expect(foundation.collectGarbage()).rejects.toMatchObject({ code: 'vault-foreign' });
    expect(await from.foundation.collectGarbage()).toMatchObject({ snapshots: 0 });
    expect((await foundation.adoptVault()).found).toEqual([RUNNING_WELL]);
    await foundation.collectGarbage();
    expect(await readCollection(await foundation.vault(), RUNNING_WELL, 0)).toEqual(Buffer.concat(CONTENT('b')));
    expect((await foundation.adoptVault()).found).toEqual([]);
    await expect(from.foundation.collectGarbage()).rejects.toMatchObject({ code: 'vault-foreign' });
  });

  it('of what was under way with a manifest that is damaged ends that as FAILED', async () => {
    const from = await installation();
    await everyKindOfWork(from, await snapshot(from, 'a'));
    const file = await backUp(from.foundation, from.folder);
    await snapshot(from, 'b', { id: RUNNING_WELL, row: false });
    await writeFile(join(from.folder, 'vault', manifestKey(RUNNING_WELL)), 'damage');
    const to = await place({ LIFEBOAT_STORE: `file:${join(from.folder, 'vault')}` });
    const { ended, vault } = await Foundation.restoreSelf(to.config, file, { adopt: true, clock });
    expect(ended.failed).toContain(RUNNING_WELL);
    expect(vault?.unreadable).toMatchObject([{ snapshotId: RUNNING_WELL }]);
  });

  it('is refused, and nothing is made, where it is damaged, of another key, of a later version, or the target is not empty', async () => {
    const from = await installation();
    await snapshot(from, 'a');
    const file = await backUp(from.foundation, from.folder);
    const to = await place({ LIFEBOAT_STORE: `file:${join(from.folder, 'vault')}` });
    const restore = (settings: Record<string, string> = {}, name = file) =>
      Foundation.restoreSelf(readConfig({ ...to.environment, ...settings }), name, { adopt: true, clock });
    const bytes = await readFile(file);
    const half = join(to.folder, 'half');
    await writeFile(half, bytes.subarray(0, bytes.length / 2));
    await expect(restore({}, half)).rejects.toMatchObject({ code: 'self-backup-damaged' });
    await expect(restore({}, join(to.folder, 'nowhere'))).rejects.toMatchObject({
      code: 'self-backup-damaged',
      message: expect.stringContaining('ENOENT'),
    });
    await expect(restore({ LIFEBOAT_KEY: Buffer.alloc(32, 8).toString('base64') })).rejects.toMatchObject({ code: 'wrong-master-key' });
    await expect(restore({ LIFEBOAT_KEY: '' })).rejects.toMatchObject({ code: 'master-key-missing' });
    await expect(restore({ LIFEBOAT_STORE: `file:${to.folder}/empty` })).rejects.toMatchObject({ code: 'object-missing' });
    const later = await archive(to.folder, [], ['0001-first-tables', '9999-later']);
    await expect(restore({}, later)).rejects.toMatchObject({ code: 'self-backup-later', message: expect.stringContaining('9999-later') });
    // A table that breaks off when others are in: the check before would see it, and so does the transaction.
    const torn = await archive(to.folder, [
      '{"table":"organizations","columns":["id","name","created_at"]}',
      'a\tOrg\t2026-01-01',
      '\\.',
      '{"rows":2,"sha256":""}',
    ]);
    const parts = { url: to.url, file: torn, masterKey: MASTER_KEY, clock, openVault: () => Promise.reject(new Error('not asked for')) };
    await expect(restoreSelf(parts)).rejects.toMatchObject({
      code: 'self-backup-damaged',
      message: expect.stringContaining('table organizations'),
    });
    expect(await tablesIn(to.db)).toEqual([]);
    await expect(restore({ DATABASE_URL: from.url })).rejects.toMatchObject({ code: 'not-empty' });
    await restore();
    await expect(restore()).rejects.toMatchObject({ code: 'not-empty' });
    await rm(half);
  });

  it('of an earlier version is brought up to date', async () => {
    const to = await place();
    const lines = [
      ...table('organizations', ['id', 'name', 'created_at'], ['o1\tOrg\t2026-01-01 00:00:00+00']),
      ...table('installation', ['id', 'organization_id', 'created_at'], ['i1\to1\t2026-01-01 00:00:00+00']),
      ...table('projects', ['id', 'organization_id', 'name', 'created_at'], ['p1\to1\tTab\\there\t2026-01-01 00:00:00+00']),
      '{"end":true,"tables":3}',
    ];
    const file = await archive(to.folder, lines, ['0001-first-tables', '0002-restore-options', '0003-atlas-resources']);
    await Foundation.restoreSelf(to.config, file, { adopt: true, clock });
    const again = connect(to.url);
    onTestFinished(() => again.destroy());
    expect(await again.selectFrom('projects').select(['name', 'settings']).execute()).toEqual([{ name: 'Tab\there', settings: {} }]);
    expect(await rowsOf(again, 'users')).toEqual([]);
  });
});

const RUNNING_WELL = 'f'.repeat(23).concat('1');
const RUNNING_ON = 'f'.repeat(23).concat('2');
const QUEUED = 'f'.repeat(23).concat('3');
const RESTORE = 'f'.repeat(23).concat('4');

async function everyKindOfWork({ db, projectId, clusterId, organizationId }: Installed, first: string): Promise<void> {
  const now = clock.now();
  const job = { projectId, clusterId, clusterName: 'shop', scheduledAt: now, expiresAt: now, progress: '{"documents":1,"bytes":2}' };
  for (const [id, status] of [
    [RUNNING_WELL, 'RUNNING'],
    [RUNNING_ON, 'RUNNING'],
    [QUEUED, 'QUEUED'],
  ] as const)
    await db
      .insertInto('snapshots')
      .values({ ...job, id, status })
      .execute();
  const verification = JSON.stringify({ status: 'RUNNING', requestedAt: now.toISOString(), attempts: 1 });
  await db.updateTable('snapshots').set({ verification }).where('id', '=', first).execute();
  const target = { targetProjectId: projectId, targetClusterId: clusterId, targetClusterName: 'shop', targetDeployment: 'a:1' };
  await db
    .insertInto('restoreJobs')
    .values({
      ...job,
      ...target,
      id: RESTORE,
      snapshotId: first,
      deliveryType: 'RESTORE',
      status: 'RUNNING',
      options: '{}',
      snapshotFinishedAt: now,
    })
    .execute();
  await db.insertInto('swapPlans').values({ restoreJobId: RESTORE, plan: '{"phase":"swap"}' }).execute();
  await db
    .insertInto('users')
    .values({ id: 'u1', organizationId, username: 'Zoë\t"\\', foldedName: 'zoë', passwordHash: 'x\n\\.\n', createdAt: now })
    .execute();
  const session = { id: 's1', sha256: Buffer.alloc(32), userId: 'u1', createdAt: now, lastUsedAt: now, expiresAt: now };
  await db.insertInto('sessions').values(session).execute();
  const lease = { id: 'l1', snapshotId: first, holder: 'restore', expiresAt: '2100-01-01' };
  await db.insertInto('snapshotLeases').values(lease).execute();
}

/** Restores read it, garbage collection harms nothing, snapshots share what is there, and the installation that was backed up is shut out. */
async function theVaultIsWhole(
  to: Awaited<ReturnType<typeof place>>,
  from: Installed,
  ids: { gone: string; later: string; first: string },
) {
  await using foundation = await Foundation.open(to.config, 'join', clock);
  await expect(foundation.collectGarbage()).rejects.toMatchObject({ code: 'object-missing' });
  await to.db.updateTable('snapshots').set({ deletedAt: clock.now() }).where('id', 'in', [ids.gone, ids.first]).execute();
  await foundation.collectGarbage();
  const vault = await foundation.vault();
  expect(await readCollection(vault, ids.later, 0)).toEqual(Buffer.concat(CONTENT('c')));
  expect(await readCollection(vault, RUNNING_WELL, 0)).toEqual(Buffer.concat(CONTENT('b')));
  // The restore that can be gone on with keeps its own, deleted as it is.
  expect(await foundation.verify({})).toMatchObject({ snapshots: 3, damaged: [], missing: [], surplus: [] });
  const again = await snapshot({ ...from, foundation }, 'c', { id: newId(clock.now()) });
  expect(await to.db.selectFrom('snapshots').select('newBytes').where('id', '=', again).executeTakeFirst()).toEqual({ newBytes: 0 });
  await expect(snapshot(from, 'd')).rejects.toMatchObject({ code: 'vault-foreign' });
}

function table(name: string, columns: string[], rows: string[]): string[] {
  const text = rows.map((row) => `${row}\n`).join('');
  const sha256 = hash('sha256', text, 'hex');
  return [JSON.stringify({ table: name, columns }), ...rows, '\\.', JSON.stringify({ rows: rows.length, sha256 })];
}

/** A file in the format of docs/recovery.md, of these lines. */
async function archive(folder: string, lines: string[], migrations = ['0001-first-tables']): Promise<string> {
  const header = newHeader(MASTER_KEY, {
    version: VERSION,
    createdAt: clock.now().toISOString(),
    installationId: 'i1',
    vaultId: null,
    migrations,
  });
  const content = async function* () {
    yield Buffer.from(lines.map((line) => `${line}\n`).join(''));
  };
  const file = join(folder, `made-${newId(clock.now())}`);
  const pieces: Buffer[] = [];
  for await (const piece of sealArchive(MASTER_KEY, header, content())) pieces.push(piece);
  await writeFile(file, Buffer.concat(pieces));
  return file;
}
