import { describe, expect, it } from 'vitest';
import { forecastRoom } from '../../src/backup/work/snapshot-room.ts';

const GB = 1_000_000_000;
const MANIFEST = 1024 * 1024;

describe('the room that a snapshot is forecast to take', () => {
  it('is a fifth of the data at least where nothing of it is known, and of less where the server counts pages', () => {
    expect(forecastRoom(100 * GB, 'mongodb', null)).toEqual({
      estimatedBytes: 100 * GB,
      leastBytes: 18 * GB + MANIFEST,
      mostBytes: 33 * GB + MANIFEST,
    });
    expect(forecastRoom(100 * GB, 'ferretdb', null).leastBytes).toBe(10 * GB + MANIFEST);
  });

  it('is only that of the manifest where the vault may have the data already', () => {
    const before = { logicalBytes: 100 * GB, storedBytes: 25 * GB };
    expect(forecastRoom(100 * GB, 'mongodb', before)).toMatchObject({ leastBytes: MANIFEST, mostBytes: 25 * GB + MANIFEST });
  });

  it('follows how far the newest snapshot was compressed, for what has come since', () => {
    const before = { logicalBytes: 80 * GB, storedBytes: 8 * GB };
    // 0.9 of 200 GB are surely there, 100 GB more than before, which took a tenth of its size and may take half of that.
    expect(forecastRoom(200 * GB, 'mongodb', before)).toMatchObject({ leastBytes: 5 * GB + MANIFEST, mostBytes: 20 * GB + MANIFEST });
  });

  it('asks for no more than without a snapshot where the last one hardly compressed', () => {
    const before = { logicalBytes: 1000, storedBytes: 1100 };
    expect(forecastRoom(10 * GB, 'mongodb', before).leastBytes).toBeLessThanOrEqual(forecastRoom(10 * GB, 'mongodb', null).leastBytes);
  });

  it('is only that of the manifest where the server does not tell how much it holds', () => {
    expect(forecastRoom(0, 'other', null).leastBytes).toBe(MANIFEST);
  });
});
