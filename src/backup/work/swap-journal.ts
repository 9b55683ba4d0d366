import type { Db } from '../../db/connection.ts';
import {
  deleteSwapPlan,
  findSwapPlan,
  forgetStaging,
  listStaging,
  registerStaging,
  writeStagingProof,
  writeSwapPlan,
} from '../../db/swap-journal.ts';
import type { InPlacePlan, StagedCollection, SwapJournal, SwapPlan } from '../../engine/swap-plan.ts';
import { Superseded } from './attempt.ts';

/** The engine's journal, in PostgreSQL. `journalId` is the job whose swap it is: a resumed one is carried out by another job. */
export function swapJournalOf(db: Db, journalId: string, holder: { restoreJobId: string; attempt: number }): SwapJournal {
  const write = async (plan: SwapPlan | InPlacePlan) => {
    if (!(await writeSwapPlan(db, journalId, holder, plan))) throw new Superseded();
  };
  const load = () => findSwapPlan<SwapPlan | InPlacePlan>(db, journalId);
  return {
    registerStaging: (namespaces) =>
      registerStaging(
        db,
        journalId,
        namespaces.map(({ database, name }) => ({ database, collection: name })),
      ),
    registered: async () =>
      (await listStaging(db, journalId)).map(({ database, collection, proof }) => ({
        database,
        name: collection,
        ...(proof && { staged: proof as StagedCollection }),
      })),
    recordProof: async ({ database, name }, staged) => {
      const isOurs = await writeStagingProof(db, journalId, holder, { database, collection: name }, staged);
      if (!isOurs) throw new Superseded();
    },
    load,
    commit: write,
    advance: async (change) => {
      const plan = await load();
      if (!plan) throw new Superseded();
      await write({ ...(plan as SwapPlan), ...change });
    },
    finish: () =>
      db.transaction().execute(async (transaction) => {
        await deleteSwapPlan(transaction, journalId);
        await forgetStaging(transaction, journalId);
      }),
  };
}
