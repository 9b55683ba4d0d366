import { Type } from 'typebox';
import { JOB_KINDS } from '../../backup/job.ts';
import { RESTORE_STATUSES } from '../../backup/restore-job.ts';
import { readListQuery, readNames } from '../atlas/query.ts';
import { choiceOf, readChoice, readSearch, Search } from './query.ts';
import { jobBody } from './render.ts';
import type { NativeRoute } from './route.ts';
import { Job, pageOfAll } from './schemas.ts';

/** All work of a project in one list. */
export const JOB_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/jobs',
    operationId: 'listJobs',
    summary: 'Snapshots, restores, downloads and drills of all clusters, newest first',
    permission: 'read',
    status: 200,
    answers: { 200: pageOfAll(Job) },
    isList: true,
    query: {
      kind: choiceOf(JOB_KINDS, 'All kinds when absent.'),
      status: choiceOf(RESTORE_STATUSES, 'All when absent.'),
      clusterName: Type.Optional(Type.Array(Type.String(), { description: 'What was done to these clusters.' })),
      search: Search,
    },
    handler: async (services, { project, query }) => {
      const filter = {
        kinds: readChoice(query, 'kind', JOB_KINDS),
        statuses: readChoice(query, 'status', RESTORE_STATUSES),
        clusterNames: readNames(query, 'clusterName'),
        search: readSearch(query),
      };
      const { results, totalCount } = await services.jobs.list(project.id, filter, readListQuery(query).page);
      return { results: results.map(jobBody), totalCount };
    },
  },
];
