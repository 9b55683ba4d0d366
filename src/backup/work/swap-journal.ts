import type { Db } from '../../db/connection.ts';
import { closeJournal, findSwapPlan, listStaging, registerStaging, writeStagingProofs, writeSwapPlan } from '../../db/swap-journal.ts';
import type { Namespace } from '../../engine/namespaces.ts';
import type { InPlacePlan, StagedCollection, SwapJournal, SwapPlan } from '../../engine/swap-plan.ts';
import { Gathered } from '../../gathered.ts';
import { Superseded } from './attempt.ts';

/** Proofs that are written by one statement, at most. */
const PROOFS_AT_ONCE = 100;

interface Proven {
  staging: Namespace;
  staged: StagedCollection;
}

/** The engine's journal, in PostgreSQL. `journalId` is the job whose swap it is: a resumed one is carried out by another job. */
export function swapJournalOf(db: Db, journalId: string, holder: { restoreJobId: string; attempt: number }): SwapJournal {
  const write = async (plan: SwapPlan | InPlacePlan) => {
    if (!(await writeSwapPlan(db, journalId, holder, plan))) throw new Superseded();
  };
  const proofs = new Gathered<Proven, void>(PROOFS_AT_ONCE, async (proven) => {
    const rows = proven.map(({ staging: { database, name }, staged }) => ({ namespace: { database, collection: name }, proof: staged }));
    if (!(await writeStagingProofs(db, journalId, holder, rows))) throw new Superseded();
    return new Array<void>(proven.length);
  });
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
    recordProof: (staging, staged) => proofs.ask({ staging, staged }),
    load,
    commit: write,
    advance: async (change) => {
      const plan = await load();
      if (!plan) throw new Superseded();
      await write({ ...(plan as SwapPlan), ...change });
    },
    finish: async () => {
      if (!(await closeJournal(db, journalId, holder))) throw new Superseded();
    },
  };
}
