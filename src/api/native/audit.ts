import { Type } from 'typebox';
import { AUDIT_ACTIONS, type AuditEntry } from '../../backup/audit-log.ts';
import type { JsonBody } from '../atlas/exchange.ts';
import { readDate, readListQuery, readNames } from '../atlas/query.ts';
import { choiceOf, Moment, readChoice, readSearch } from './query.ts';
import type { NativeRoute } from './route.ts';
import { pageOfAll } from './schemas.ts';

/** What there is nothing to say of is left out. */
const maybe = (description: string) => Type.Optional(Type.String({ description }));

const Entry = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    createdAt: Type.String({ format: 'date-time' }),
    action: Type.String({ description: "Atlas' name of the event, where it has one" }),
    result: Type.String({ description: '`done`, or the code of what refused it' }),
    organizationId: maybe('Absent where it is about the installation'),
    projectId: maybe('The project that it was done in'),
    clusterName: maybe('The cluster that it was done to'),
    subject: maybe('What it was done to, by id or by name'),
    by: Type.Optional(
      Type.Object(
        { id: Type.String(), name: Type.String() },
        { description: 'Absent for Lifeboat itself, its operator at the machine, and the holder of a link' },
      ),
    ),
    remoteAddress: maybe('From where'),
    hash: Type.String({ description: 'SHA-256 over the hash of the entry before and the content of this one' }),
  },
  { title: 'AuditEntry' },
);

/** Who did what: for the organization's owners. */
export const AUDIT_ROUTES: readonly NativeRoute[] = [
  {
    method: 'GET',
    path: '/auditLog',
    operationId: 'listAuditLog',
    summary: 'Every change and every download in the organization of the project, newest first',
    permission: 'register',
    status: 200,
    answers: { 200: pageOfAll(Entry) },
    isList: true,
    query: {
      action: choiceOf(AUDIT_ACTIONS, 'All when absent.'),
      actor: Type.Optional(Type.String({ maxLength: 200, description: 'A part of the name of who did it, or their id.' })),
      clusterName: Type.Optional(Type.Array(Type.String(), { description: 'What was done to these clusters.' })),
      from: Moment,
      to: Moment,
    },
    handler: async (services, { project, query }) => {
      const filter = {
        actions: readChoice(query, 'action', AUDIT_ACTIONS),
        actor: readSearch(query, 'actor'),
        clusterNames: readNames(query, 'clusterName'),
        from: readDate(query, 'from'),
        until: readDate(query, 'to'),
      };
      const { results, totalCount } = await services.audit.list(project.organizationId, readListQuery(query).page, filter);
      return { results: results.map(entryBody), totalCount };
    },
  },
];

function entryBody(entry: AuditEntry): JsonBody {
  return { ...entry, createdAt: entry.createdAt.toISOString() };
}
