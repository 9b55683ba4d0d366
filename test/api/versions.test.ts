import { describe, expect, it } from 'vitest';
import { resolveVersion } from '../../src/api/atlas/versions.ts';

const VERSIONS = ['2023-01-01', '2023-02-01', '2024-08-05'] as const;

describe('the version that answers', () => {
  it.each([
    ['application/vnd.atlas.2023-01-01+json', '2023-01-01'],
    ['application/vnd.atlas.2023-01-31+json', '2023-01-01'],
    ['application/vnd.atlas.2023-02-01+json', '2023-02-01'],
    ['application/vnd.atlas.2024-08-04+json', '2023-02-01'],
    ['application/vnd.atlas.2025-03-12+json', '2024-08-05'],
    ['text/html, application/vnd.atlas.2024-08-05+json;q=0.9', '2024-08-05'],
    ['APPLICATION/VND.ATLAS.2024-08-05+JSON; charset=utf-8', '2024-08-05'],
    ['application/vnd.atlas.2023-01-01+json;q=0.1, application/vnd.atlas.2024-08-05+json;q=0.9', '2024-08-05'],
    ['application/vnd.atlas.2023-01-01+json, application/vnd.atlas.2024-08-05+json', '2023-01-01'],
    ['application/vnd.atlas.2020-01-01+json, application/vnd.atlas.2023-02-01+json;q=0.5', '2023-02-01'],
  ])('for Accept: %s is %s, the newest not after it', (accept, version) => {
    expect(resolveVersion(accept, VERSIONS)).toBe(version);
  });

  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'application/vnd.atlas.2022-12-31+json',
    'application/vnd.atlas.2023-99-01+json',
    'application/vnd.atlas.2023-02-30+json',
    'application/vnd.atlas.2024-08-05+json;q=0',
    'application/vnd.atlas.2024-08-05+jsonl',
    'application/vnd.atlas.2024-08-05+csv',
    'text/application/vnd.atlas.2024-08-05+json',
  ])('for Accept: %s is none: 406', (accept) => {
    expect(() => resolveVersion(accept, VERSIONS)).toThrow(expect.objectContaining({ errorCode: 'INVALID_VERSION_DATE', status: 406 }));
  });
});
