import type { Atlas } from './atlas.ts';

/**
 * "Restore to staging", each night: what is proven over ten days is the script that runs in production. It restores the newest good snapshot of `source` into `target`, and answers when that was taken.
 * Throws when there is none of the last day, or the restore fails.
 */
export async function restoreToStaging(atlas: Atlas, source: string, target: string, now: Date): Promise<string> {
  const { results } = await atlas.call('GET', `/flexClusters/${source}/backup/snapshots`);
  const good = results.filter(({ status }: { status: string }) => status === 'COMPLETED');
  good.sort((a: { finishTime: string }, b: { finishTime: string }) => b.finishTime.localeCompare(a.finishTime));
  const [newest] = good;
  if (!newest || now.getTime() - Date.parse(newest.finishTime) > 25 * 3_600_000)
    throw new Error(`no snapshot of ${source} is a day old or less`);
  const { id } = await atlas.call('POST', `/flexClusters/${source}/backup/restoreJobs`, {
    snapshotId: newest.id,
    targetDeploymentItemName: target,
    targetProjectId: atlas.projectId,
  });
  for (;;) {
    const { status } = await atlas.call('GET', `/flexClusters/${source}/backup/restoreJobs/${id}`);
    if (status === 'COMPLETED') return newest.scheduledTime;
    if (status === 'FAILED') throw new Error(`the restore ${id} failed`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
