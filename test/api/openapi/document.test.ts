import { describe, expect, it } from 'vitest';
import { ATLAS_ROUTES } from '../../../src/api/atlas/routes.ts';
import { NATIVE_ROUTES } from '../../../src/api/native/routes.ts';
import { SESSION_ROUTES } from '../../../src/api/native/session-routes.ts';
import { USER_ROUTES } from '../../../src/api/native/users.ts';
import type { Operation } from '../../../src/api/openapi/operation.ts';
import { SERVED, servedViolations } from '../../kit/served-document.ts';

const OPERATIONS = Object.entries(SERVED.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]),
);

const operation = (name: string) => OPERATIONS.find(([of]) => of === name)![1];
const codes = (name: string, status: number) => operation(name).responses[status]?.description.split(', ');

describe('the served document', () => {
  it('has every route of the tables once, under an operationId of its own', () => {
    const routes = ATLAS_ROUTES.reduce((sum, { v1, v2 }) => sum + (v1 ? 1 : 0) + (v2 ? 1 : 0), 0);
    const own = NATIVE_ROUTES.length + USER_ROUTES.length + SESSION_ROUTES.length;
    const others = ['createToken', 'revokeToken', 'download', 'getMetrics', 'health'];
    expect(OPERATIONS).toHaveLength(routes + own + others.length);
    expect(new Set(OPERATIONS.map(([, { operationId }]) => operationId)).size).toBe(OPERATIONS.length);
  });

  it('refers only to schemas that it has, and has none that nothing refers to', () => {
    const referred = new Set([...JSON.stringify(SERVED).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!));
    expect([...referred].sort()).toEqual(Object.keys(SERVED.components.schemas).sort());
  });

  it.each(OPERATIONS)('declares the parameters in the path of %s, each with what it may be', (name, { parameters = [] }) => {
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map((parameter) => parameter.name)).toEqual([...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter));
    for (const { required, schema } of inPath) {
      expect(required).toBe(true);
      expect((schema as { pattern?: string }).pattern ?? (schema as { minLength?: number }).minLength).toBeTruthy();
    }
  });

  it('says of each route the codes that it can answer, in the words of its family and of its version', () => {
    const tenant = '/groups/{groupId}/clusters/{clusterName}/backup/tenant/restores/{restoreId}';
    const flex = '/groups/{groupId}/flexClusters/{name}/backup/restoreJobs/{restoreJobId}';
    expect(codes(`GET /api/atlas/v1.0${tenant}`, 404)).toContain('TENANT_RESTORE_NOT_FOUND');
    expect(codes(`GET /api/atlas/v1.0${tenant}`, 401)).toContain('NOT_IN_GROUP');
    expect(codes(`GET /api/atlas/v1.0${tenant}`, 406)).toBeUndefined();
    expect(codes(`GET /api/atlas/v2${tenant}`, 404)).toContain('GROUP_NOT_FOUND');
    expect(codes(`GET /api/atlas/v2${flex}`, 404)).toContain('RESTORE_JOB_NOT_FOUND');
    expect(codes(`GET /api/atlas/v2${flex}`, 404)).not.toContain('TENANT_RESTORE_NOT_FOUND');
    expect(codes('GET /api/atlas/v2/groups', 409)).toBeUndefined();
    expect(codes('POST /api/atlas/v2/groups', 409)).toEqual(['GROUP_ALREADY_EXISTS']);
  });

  it('names each version of a route of v2, with its own schema', () => {
    const { content } = operation('GET /api/atlas/v2/groups/{groupId}/clusters/{clusterName}').responses[200]!;
    expect(
      Object.entries(content!).map(([type, { schema }]) => [type, (schema as unknown as { $ref: string }).$ref.split('/').pop()]),
    ).toEqual([
      ['application/vnd.atlas.2023-01-01+json', 'LegacyAtlasCluster'],
      ['application/vnd.atlas.2023-02-01+json', 'AdvancedClusterDescription'],
      ['application/vnd.atlas.2024-08-05+json', 'ClusterDescription20240805'],
    ]);
  });
});

describe('an answer that differs from the served document', () => {
  const target = '/api/atlas/v1.0/orgs/5cc9b501e5dc7c8ab1e45d65';
  const body = { id: '5cc9b501e5dc7c8ab1e45d65', isDeleted: false, links: [], name: 'Org', skipDefaultAlertsSettings: true };
  const refusal = { detail: 'x', error: 404, errorCode: 'ORG_NOT_FOUND', parameters: [], reason: 'Not Found' };
  const judge = (of: unknown, status = 200, type = 'application/json', at = target) =>
    servedViolations({ method: 'GET', target: at, status, headers: new Headers({ 'content-type': type }), body: JSON.stringify(of) });

  it('is told from one that does not', () => {
    expect(judge(body)).toEqual([]);
    expect(judge({ status: 200, content: body, envelope: body }, 200, undefined, `${target}?envelope=true`)).toEqual([]);
    expect(judge(refusal, 404)).toEqual([]);
  });

  it.each<[string, string[], RegExp]>([
    ['in a field more', judge({ ...body, surprise: 1 }), /surprise/],
    ['in a field of a part', judge({ ...body, links: [{ href: 'a', rel: 'self', surprise: 1 }] }), /links\/0.*surprise/],
    ['in a field less', judge({ ...body, name: undefined }), /name/],
    ['in its error code', judge({ ...refusal, errorCode: 'GROUP_NOT_FOUND' }, 404), /errorCode/],
    ['in its status', judge(refusal, 418), /no such status/],
    ['in its media type', judge(body, 200, 'text/plain'), /no body of the type/],
    ['in its route', judge(body, 200, undefined, '/api/atlas/v1.0/surprise'), /no such operation/],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual([expect.stringMatching(expected)]);
  });
});
