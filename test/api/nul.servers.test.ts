import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ATLAS_ROUTES } from '../../src/api/atlas/routes.ts';
import { NATIVE_ROUTES } from '../../src/api/native/routes.ts';
import { type Edge, startEdge } from '../kit/edge.ts';
import { addShop, type EdgeShop } from '../kit/edge-shop.ts';

let edge: Edge;
let shop: EdgeShop;

beforeAll(async () => {
  edge = await startEdge();
  shop = await addShop(edge);
});
afterAll(async () => {
  await edge[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

const NOBODY = '5cc9b501e5dc7c8ab1e45d65';
const ROUTES = [
  ...ATLAS_ROUTES.map((route) => ({ ...route, path: `/api/atlas/${route.v2 ? 'v2' : 'v1.0'}${route.path}` })),
  ...NATIVE_ROUTES.map((route) => ({ ...route, path: `/api/lifeboat/v1/projects/:projectId${route.path}` })),
].map(({ method, path, takes }) => ({ method, path, takes }));

/** The path with what is there in it, but for `bad`, which gets a NUL. */
function filled(path: string, bad: string | null): string {
  const there: Record<string, string> = {
    groupId: edge.first.projectId,
    projectId: edge.first.projectId,
    orgId: edge.first.organizationId,
    clusterName: 'shop',
    snapshotId: shop.snapshotId,
  };
  return path.replace(/:(\w+)/g, (_, name) => (name === bad ? 'no%00pe' : (there[name] ?? NOBODY)));
}

const accept = { accept: 'application/vnd.atlas.2025-03-12+json' };

/** PostgreSQL takes no text with a NUL, not even in a question: whoever forgets that answers 500. */
describe('a NUL', () => {
  it.each(ROUTES)('in the path or the query of $method $path is no defect', async ({ method, path, takes }) => {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
    const query = ['name', 'eventType', 'excludedEventType', 'clusterNames', 'minDate', 'pageNum', 'anything'].map(
      (name) => `${name}=a%00b`,
    );
    const paths = [...names.map((name) => filled(path, name)), ...query.map((text) => `${filled(path, null)}?${text}`)];
    for (const one of paths) {
      const answer = await edge.ask(method, one, { headers: accept, ...(takes && { body: '{}' }) });
      expect(answer.status, one).toSatisfy((status: number) => status < 500);
    }
  });

  it('in the credentials of a service account is no defect', async () => {
    const authorization = `Basic ${Buffer.from('mdb%00sa:mdb%00secret').toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['/api/oauth/token', '/api/oauth/revoke']) {
      const { status } = await edge.send('POST', path, { body: 'grant_type=client_credentials&token=a%00b', headers });
      expect(status).toBe(401);
    }
  });
});
