import { Type } from 'typebox';
import { connectionTestEntry } from '../../backup/connection-test.ts';
import { readJsonObject } from '../atlas/json-body.ts';
import { readBody } from './body.ts';
import type { NativeRoute } from './route.ts';
import { ConnectionTest } from './schemas.ts';

const Tested = Type.Object({ uri: Type.String({ minLength: 1, maxLength: 4096 }) }, { additionalProperties: false });

/** A look at a deployment before it is registered. */
export const CONNECTION_TEST_ROUTES: readonly NativeRoute[] = [
  {
    method: 'POST',
    path: '/connectionTests',
    operationId: 'testConnection',
    summary: 'Connect to a deployment and say what it is, or why it cannot be reached; nothing is kept',
    permission: 'register',
    status: 200,
    answers: { 200: ConnectionTest },
    takes: Tested,
    handler: async ({ audit, clusters }, { project, body, caller }) => {
      const { uri } = readBody(Tested, readJsonObject(body));
      // Before it is tried: whoever looks around in the network is seen, whatever comes of it.
      const entry = connectionTestEntry(uri);
      if (entry) await audit.note({ ...entry, projectId: project.id, by: caller });
      return { ...(await clusters.test(uri)) };
    },
  },
];
