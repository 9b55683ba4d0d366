import { describe, expect, it } from 'vitest';
import { readClusterChange, readNewCluster } from '../../src/api/atlas/cluster-body.ts';
import type { AtlasError } from '../../src/api/atlas/error-table.ts';
import type { Dialect } from '../../src/api/atlas/exchange.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const region = { electableSpecs: { instanceSize: 'M30' }, priority: 7, providerName: 'GCP', regionName: 'CENTRAL_US' };
const shared = { backingProviderName: 'AWS', electableSpecs: { instanceSize: 'M5' }, providerName: 'TENANT', regionName: 'US_EAST_1' };
const advanced = (...regionConfigs: object[]) => ({ name: 'shop', replicationSpecs: [{ regionConfigs }] });
const legacy = { name: 'shop', providerSettings: { providerName: 'AZURE', instanceSizeName: 'M40', regionName: 'US_WEST' } };

const AT = 'replicationSpecs.0.regionConfigs.0';

function refusal(body: unknown, dialect: Dialect = '2024-08-05'): [string, readonly (string | number)[]] | null {
  try {
    readNewCluster(dialect, bytes(body));
    return null;
  } catch (error) {
    return [(error as AtlasError).errorCode, (error as AtlasError).parameters];
  }
}

describe('the body of a cluster', () => {
  it('says the same in every version', () => {
    const of = { tier: 'M30', backingProvider: 'GCP', region: 'CENTRAL_US' };
    expect(readNewCluster('2024-10-23', bytes(advanced(region)))).toMatchObject({ name: 'shop', size: of });
    expect(readNewCluster('2023-02-01', bytes({ ...advanced(region), diskSizeGB: 40 }))).toMatchObject({ size: of });
    const size = { tier: 'M40', backingProvider: 'AZURE', region: 'US_WEST' };
    expect(readNewCluster('2023-01-01', bytes(legacy))).toMatchObject({ name: 'shop', size });
    expect(readNewCluster('v1', bytes(legacy))).toMatchObject({ size });
  });

  it('means the region that elects first, and of a shared cluster who is behind TENANT', () => {
    const second = { ...region, priority: 6, regionName: 'EASTERN_US' };
    expect(readNewCluster('2024-08-05', bytes(advanced(second, region))).size.region).toBe('CENTRAL_US');
    expect(readNewCluster('2024-08-05', bytes(advanced(shared))).size).toEqual({ tier: 'M5', backingProvider: 'AWS', region: 'US_EAST_1' });
  });

  it('changes what it names, whatever of an answer is sent back with it', () => {
    const answer = { id: 'a', name: 'other', stateName: 'IDLE', connectionStrings: {}, mongoDBVersion: '8.0.1', paused: false };
    expect(readClusterChange('2024-08-05', bytes({ ...answer, terminationProtectionEnabled: true }))).toEqual({
      size: undefined,
      tags: undefined,
      terminationProtection: true,
    });
  });

  it.each<[string, unknown, Dialect, [string, string[]]]>([
    ['a size that is none', advanced({ ...region, electableSpecs: { instanceSize: 'M0' } }), '2024-08-05', ['INVALID_ENUM_VALUE', ['M0']]],
    ['a region that is none', advanced({ ...region, regionName: 'MOON' }), '2024-08-05', ['INVALID_ENUM_VALUE', ['MOON']]],
    [
      'a tag that has more than a key and a value',
      { ...advanced(region), tags: [{ key: 'a', value: 'b', more: 'c' }] },
      '2024-08-05',
      ['INVALID_ATTRIBUTE', ['tags.0.more']],
    ],
    ['shards', { ...advanced(region), clusterType: 'SHARDED' }, '2024-08-05', ['INVALID_ENUM_VALUE', ['SHARDED']]],
    ['a pause', { ...advanced(region), paused: true }, '2024-08-05', ['INVALID_JSON_ATTRIBUTE', ['paused']]],
    [
      'a shared size of a provider',
      advanced({ ...shared, providerName: 'AWS' }),
      '2024-08-05',
      ['INVALID_ATTRIBUTE', [`${AT}.providerName`]],
    ],
    [
      'a dedicated size of TENANT',
      advanced({ ...region, providerName: 'TENANT' }),
      '2024-08-05',
      ['INVALID_ATTRIBUTE', [`${AT}.providerName`]],
    ],
    [
      'nobody behind TENANT',
      advanced({ ...shared, backingProviderName: undefined }),
      '2024-08-05',
      ['MISSING_ATTRIBUTE', [`${AT}.backingProviderName`]],
    ],
    ['no size', { name: 'shop' }, '2024-08-05', ['MISSING_ATTRIBUTE', ['replicationSpecs']]],
    ['what the version lacks', { ...advanced(region), diskSizeGB: 10 }, '2024-08-05', ['INVALID_ATTRIBUTE', ['diskSizeGB']]],
    ['no settings of a provider', { name: 'shop' }, 'v1', ['MISSING_ATTRIBUTE', ['providerSettings']]],
  ])('is refused with %s', (_what, body, dialect, expected) => {
    expect(refusal(body, dialect)).toEqual(expected);
  });
});
