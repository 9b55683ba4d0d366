import type { DescribedDownload } from '../../backup/downloads.ts';
import { Problem } from '../../errors.ts';
import type { JsonBody } from '../atlas/exchange.ts';
import { DOWNLOAD_ERRORS } from '../atlas/route-errors.ts';
import { namedRestore } from '../atlas/shown-restore.ts';
import { type NativeRoute, STORE_ERRORS } from './route.ts';
import { Download } from './schemas.ts';

const DOWNLOADS = '/clusters/:clusterName/snapshots/:snapshotId/downloads';

/** Links to a snapshot as one file, for some hours. */
export const DOWNLOAD_ROUTES: readonly NativeRoute[] = [
  {
    method: 'POST',
    path: DOWNLOADS,
    operationId: 'createDownload',
    summary: 'A link to a snapshot as one `.tar.gz`, good for four hours and without credentials',
    permission: 'download',
    status: 201,
    answers: { 201: Download },
    errors: [...DOWNLOAD_ERRORS, ...STORE_ERRORS],
    handler: async (services, { project, parameters, caller }) => {
      const { clusterName, snapshotId } = parameters;
      const job = await services.restores.startDownload({
        projectId: project.id,
        clusterName: clusterName!,
        snapshotId: snapshotId!,
        by: caller,
      });
      return downloadBody(await services.downloads.describe(job));
    },
  },
  {
    method: 'GET',
    path: `${DOWNLOADS}/:restoreJobId`,
    operationId: 'getDownload',
    summary: 'A link that was made before',
    permission: 'download',
    status: 200,
    answers: { 200: Download },
    errors: STORE_ERRORS,
    handler: async (services, exchange) => {
      const job = namedRestore(exchange);
      const { snapshotId, clusterName } = exchange.parameters;
      if (job.snapshotId !== snapshotId) throw new Problem('restore-job-not-found', [job.id, clusterName!]);
      return downloadBody(await services.downloads.describe(job));
    },
  },
];

function downloadBody({ expiresAt, ...download }: DescribedDownload): JsonBody {
  return { ...download, expiresAt: expiresAt.toISOString() };
}
