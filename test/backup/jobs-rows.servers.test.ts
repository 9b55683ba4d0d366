import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESTORE_TRANSITIONS, type RestoreEvent, type RestoreStatus, restoreStatusesBefore } from '../../src/backup/restore-job.ts';
import {
  beginRestore,
  completeRestore,
  countRestoreFailure,
  failRestore,
  findRestore,
  holdsRestore,
  insertRestore,
  listRestores,
  type NewRestoreRow,
  reportRestore,
  setRestoreStatus,
} from '../../src/db/restores.ts';
import { insertSnapshot } from '../../src/db/snapshots.ts';
import { closeJournal, findSwapPlan, writeSwapPlan } from '../../src/db/swap-journal.ts';
import { newId } from '../../src/ids.ts';
import { installed } from '../kit/installation.ts';
import { type FreshDatabase, freshDatabase } from '../kit/postgres.ts';

let database: FreshDatabase;
let world: Awaited<ReturnType<typeof installed>>;
let snapshotId: string;

beforeAll(async () => {
  database = await freshDatabase();
  world = await installed(database.db);
  const now = world.clock.now();
  const row = {
    projectId: world.first.projectId,
    clusterId: world.clusters.shop,
    clusterName: 'shop',
    status: 'PENDING',
    scheduledAt: now,
    expiresAt: now,
  };
  snapshotId = (await insertSnapshot(database.db, { id: newId(now), ...row })).id;
});
afterAll(() => database.close());

function newRow(changes: Partial<NewRestoreRow> = {}): NewRestoreRow {
  const now = world.clock.now();
  return {
    id: newId(now),
    projectId: world.first.projectId,
    clusterId: world.clusters.shop,
    clusterName: 'shop',
    snapshotId,
    deliveryType: 'RESTORE',
    status: 'PENDING',
    targetProjectId: world.first.projectId,
    targetClusterId: world.clusters.copy,
    targetClusterName: 'copy',
    targetDeployment: `d-${newId(now)}`,
    options: {},
    snapshotFinishedAt: now,
    scheduledAt: now,
    finishedAt: null,
    expiresAt: now,
    ...changes,
  };
}

const END = { finishedAt: new Date(), failure: { code: 'x', message: 'x' }, cancelled: false };

async function addCluster(): Promise<string> {
  const id = newId(world.clock.now());
  const { shop } = world.clusters;
  const row = await database.db.selectFrom('clusters').selectAll().where('id', '=', shop).executeTakeFirstOrThrow();
  await database.db
    .insertInto('clusters')
    .values({ ...row, id, name: 'counted', tags: '[]' })
    .execute();
  return id;
}

describe('the rows of restore jobs', () => {
  it('follow the transition table, whatever is tried in whatever order', async () => {
    const events: RestoreEvent[] = ['enqueue', 'begin', 'yield', 'complete', 'fail'];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 8 }), async (sequence) => {
        const job = (await insertRestore(database.db, newRow()))!;
        let model: RestoreStatus = 'PENDING';
        for (const event of sequence) {
          await carryOut(job.id, event);
          model = RESTORE_TRANSITIONS[model][event] ?? model;
          expect((await findRestore(database.db, job.id))!.status).toBe(model);
        }
      }),
      { numRuns: 60 },
    );
  });

  async function carryOut(id: string, event: RestoreEvent): Promise<void> {
    const { attempt } = (await findRestore(database.db, id))!;
    const before = restoreStatusesBefore(event);
    if (event === 'begin') await beginRestore(database.db, id, before, new Date());
    else if (event === 'complete')
      await completeRestore(database.db, id, attempt, { finishedAt: new Date(), verification: {}, progress: {} });
    else if (event === 'fail') await failRestore(database.db, id, null, before, END);
    else await setRestoreStatus(database.db, id, null, before, event === 'enqueue' ? 'QUEUED' : 'QUEUED');
  }

  it('let no commit of an attempt through once another has begun', async () => {
    const { db } = database;
    const job = (await insertRestore(db, newRow()))!;
    const first = (await beginRestore(db, job.id, restoreStatusesBefore('begin'), new Date()))!;
    const second = (await beginRestore(db, job.id, restoreStatusesBefore('begin'), new Date()))!;
    expect([first.attempt, second.attempt]).toEqual([1, 2]);
    const old = { restoreJobId: job.id, attempt: first.attempt };
    expect(await reportRestore(db, job.id, first.attempt, {})).toBeNull();
    expect(await holdsRestore(db, job.id, first.attempt)).toBe(false);
    expect(await countRestoreFailure(db, job.id, first.attempt)).toBeNull();
    expect(await writeSwapPlan(db, job.id, old, {})).toBe(false);
    expect(await completeRestore(db, job.id, first.attempt, { finishedAt: new Date(), verification: {}, progress: {} })).toBe(false);
    expect(await failRestore(db, job.id, first.attempt, restoreStatusesBefore('fail'), END)).toBe(false);
    expect(await writeSwapPlan(db, job.id, { restoreJobId: job.id, attempt: second.attempt }, { n: 1 })).toBe(true);
    // A worker that was stopped just before it cleans up, and goes on when its successor has begun to replace the target.
    expect(await closeJournal(db, job.id, old)).toBe(false);
    expect(await findSwapPlan(db, job.id)).toEqual({ n: 1 });
    expect(await completeRestore(db, job.id, second.attempt, { finishedAt: new Date(), verification: {}, progress: {} })).toBe(true);
    expect(await writeSwapPlan(db, job.id, { restoreJobId: job.id, attempt: second.attempt }, { n: 2 })).toBe(false);
  });

  it('let one of many restores into a deployment in, and the next when that has ended', async () => {
    const { db } = database;
    const rows = await Promise.all(Array.from({ length: 10 }, () => insertRestore(db, newRow({ targetDeployment: 'contended:1' }))));
    const accepted = rows.filter((row) => row !== null);
    expect(accepted).toHaveLength(1);
    await failRestore(db, accepted[0]!.id, null, restoreStatusesBefore('fail'), END);
    expect(await insertRestore(db, newRow({ targetDeployment: 'contended:1' }))).not.toBeNull();
  });

  it('are listed newest first, ties by id, on pages that never repeat one', async () => {
    const { db } = database;
    const clusterId = world.clusters.alias;
    const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 0, 0, second));
    const ids: string[] = [];
    for (const second of [1, 2, 2, 2, 3, 1]) {
      const row = newRow({ clusterId, clusterName: 'alias', scheduledAt: at(second) });
      ids.push((await insertRestore(db, row))!.id);
    }
    const pages = [];
    for (const number of [1, 2, 3]) pages.push(await listRestores(db, clusterId, { number, size: 2 }));
    expect(pages.map((page) => page.totalCount)).toEqual([6, 6, 6]);
    expect(pages.flatMap((page) => page.results.map((row) => row.id))).toEqual([ids[4], ids[3], ids[2], ids[1], ids[5], ids[0]]);
  });

  it('are counted as they come and go, a refused one never', async () => {
    const { db } = database;
    const clusterId = await addCluster();
    const count = async () => (await listRestores(db, clusterId, { number: 1, size: 1 })).totalCount;
    expect(await count()).toBe(0);
    const of = { clusterId, clusterName: 'counted', targetDeployment: 'counted:1' };
    const rows = await Promise.all(Array.from({ length: 4 }, () => insertRestore(db, newRow(of))));
    expect(await count()).toBe(1);
    await Promise.all(Array.from({ length: 4 }, () => insertRestore(db, newRow({ ...of, targetDeployment: null }))));
    expect(await count()).toBe(5);
    await db.deleteFrom('restoreJobs').where('clusterId', '=', clusterId).where('id', '!=', rows.find(Boolean)!.id).execute();
    expect(await count()).toBe(1);
  });
});
