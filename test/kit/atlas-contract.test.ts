import { describe, expect, it } from 'vitest';
import { contractViolations } from './atlas-contract.ts';
import { ATLAS, schemaErrors } from './atlas-schemas.ts';

const PROJECT = '5cc9b501e5dc7c8ab1e45d65';
const RESTORES = `/api/atlas/v2/groups/${PROJECT}/clusters/shop/backup/tenant/restores`;
const JOB = {
  clusterName: 'shop',
  deliveryType: 'RESTORE',
  expirationDate: '2026-03-01T14:00:00Z',
  id: PROJECT,
  projectId: PROJECT,
  restoreScheduledDate: '2026-03-01T10:00:00Z',
  snapshotFinishedDate: '2026-03-01T09:00:00Z',
  snapshotId: PROJECT,
  status: 'PENDING',
  targetDeploymentItemName: 'copy',
  targetProjectId: PROJECT,
};

function violations(
  body: unknown,
  rest: { target?: string; status?: number; headers?: Record<string, string>; method?: string } = {},
): string[] {
  const { method = 'GET', target = `${RESTORES}/${PROJECT}`, status = 200 } = rest;
  const headers = new Headers({ 'content-type': 'application/vnd.atlas.2023-01-01+json;charset=utf-8', ...rest.headers });
  return contractViolations({ method, target, status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
}

const refusal = { detail: 'x', error: 404, errorCode: 'TENANT_RESTORE_NOT_FOUND', parameters: ['a', 'b'], reason: 'Not Found' };
const refused = { status: 404, headers: { 'content-type': 'application/json', 'x-error-code': 'TENANT_RESTORE_NOT_FOUND' } };

describe('the contract of v2', () => {
  it('takes the answers that the service gives', () => {
    expect(violations(JOB)).toEqual([]);
    expect(violations({ links: [], results: [JOB], totalCount: 1 }, { target: RESTORES })).toEqual([]);
    expect(violations({ status: 200, content: JOB }, { target: `${RESTORES}/${PROJECT}?envelope=true` })).toEqual([]);
    expect(violations({ status: 200, links: [], results: [] }, { target: `${RESTORES}?envelope=true&pretty=true` })).toEqual([]);
    expect(violations(refusal, refused)).toEqual([]);
  });

  it('can judge by every schema of the document', () => {
    const names = Object.keys(ATLAS.components.schemas);
    expect(names.length).toBeGreaterThan(150);
    for (const name of names) expect(() => schemaErrors({ $ref: `#/components/schemas/${name}` }, {}), name).not.toThrow();
  });

  it('knows the fields of every variant of a schema', () => {
    const ofA = (providerName: string, more: object) =>
      schemaErrors(
        { $ref: '#/components/schemas/CloudRegionConfig20240805' },
        { providerName, regionName: 'US_EAST_1', priority: 7, ...more },
      );
    expect(ofA('TENANT', { backingProviderName: 'AWS', electableSpecs: { instanceSize: 'M2', diskSizeGB: 2 } })).toEqual([]);
    expect(ofA('AWS', { electableSpecs: { instanceSize: 'M10', nodeCount: 3 } })).toEqual([]);
    expect(ofA('AWS', { surprise: 1 }).join()).toMatch(/surprise/);
  });

  it.each<[string, unknown, Parameters<typeof violations>[1], RegExp]>([
    ['an unknown field', { ...JOB, finishedDate: '2026-03-01T14:00:00Z' }, {}, /unevaluated.*finishedDate/],
    ['an unknown field of an item', { links: [], results: [{ ...JOB, a: 1 }] }, { target: RESTORES }, /results\/0 .*unevaluated/],
    ['a missing field that the document requires', { ...JOB, snapshotId: undefined }, {}, /required property 'snapshotId'/],
    ['a missing field that every recorded answer has', { ...JOB, status: undefined }, {}, /required property 'status'/],
    ['a list without links', { results: [] }, { target: RESTORES }, /required property 'links'/],
    ['a null', { ...JOB, restoreFinishedDate: null }, {}, /must be string/],
    ['a date with a fraction', { ...JOB, expirationDate: '2026-03-01T14:00:00.000Z' }, {}, /must match format/],
    ['a value that is no member of an enumeration', { ...JOB, status: 'DONE' }, {}, /must be equal to one of/],
    ['a status that the operation lacks', JOB, { status: 201 }, /has no such status/],
    ['a plain media type', JOB, { headers: { 'content-type': 'application/json' } }, /media type/],
    [
      'a version that the operation lacks',
      JOB,
      { headers: { 'content-type': 'application/vnd.atlas.2024-08-05+json;charset=utf-8' } },
      /no version/,
    ],
    ['an operation that the contract lacks', JOB, { target: '/api/atlas/v2/surprise' }, /no such operation/],
    ['a server error', { ...refusal, error: 500 }, { ...refused, status: 500 }, /no client is ready/],
    ['an error without its header', refusal, { status: 404, headers: { 'content-type': 'application/json' } }, /X-Error-Code/],
    ['an error under a media type of a version', refusal, { ...refused, headers: { 'x-error-code': refusal.errorCode } }, /media type/],
    ['an error that says another status', { ...refusal, error: 400 }, refused, /the body says 400/],
  ])('refuses %s', (_what, body, rest, expected) => {
    expect(violations(body, rest)).toEqual([expect.stringMatching(expected)]);
  });
});
