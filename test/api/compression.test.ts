import { describe, expect, it } from 'vitest';
import { acceptsGzip } from '../../src/api/compression.ts';

describe('gzip', () => {
  it.each(['gzip', 'deflate, gzip', 'gzip;q=0.5, br', 'GZIP', '*', 'br;q=1.0, *;q=0.1'])('is accepted by %s', (header) => {
    expect(acceptsGzip(header)).toBe(true);
  });

  it.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.0, *', '*;q=0', 'gzipped'])('is not accepted by %s', (header) => {
    expect(acceptsGzip(header)).toBe(false);
  });
});
