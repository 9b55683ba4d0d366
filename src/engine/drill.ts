import { engineError } from './errors.ts';
import { preflight } from './preflight.ts';
import type { RestoreOptions, RestoreReport } from './restore.ts';
import { abandonUnlessContinued, totalsOf } from './staged-restore.ts';
import { abandonRestore, stageAll } from './stagings.ts';
import { Target } from './target.ts';

/**
 * Everything that a staged restore does but the swap: the snapshot is loaded under staging names, indexed, read back and compared, and dropped. Nothing of
 * what stands at the target is touched. Throws as a restore does, `verification-failed` with every difference included.
 */
export async function rehearseRestore(o: RestoreOptions): Promise<RestoreReport> {
  try {
    await preflight({ ...o, mode: 'drill' });
    const totals = totalsOf(o, await stageAll(o, new Target(o.deployment, o.waits)));
    const { documents, bytes } = totals;
    o.onProgress?.({ phase: 'cleaning', documents, bytes, totalDocuments: documents, totalBytes: bytes });
    await abandonRestore(o);
    return { ...totals, removed: [], appeared: [], discarded: [] };
  } catch (error) {
    await abandonUnlessContinued(o, error);
    throw engineError(error, 'for the drill');
  }
}
