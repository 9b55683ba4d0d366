import { describe, expect, it } from 'vitest';
import type { CatalogCollection } from '../../src/engine/catalog.ts';
import { forEachCollection } from '../../src/engine/each-collection.ts';

const MIB = 1024 * 1024;
const catalogOf = (...sizes: number[]) =>
  sizes.map((estimatedBytes, n) => ({ database: 'shop', name: `c${n}`, estimatedBytes }) as CatalogCollection);

/** The order in which they began, and how many were under way at once at most. */
async function run(catalog: CatalogCollection[]): Promise<{ begun: number[]; most: number }> {
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  await forEachCollection(catalog, async (collection, number) => {
    expect(collection).toBe(catalog[number]);
    begun.push(number);
    underWay += 1;
    most = Math.max(most, underWay);
    for (let tick = 0; tick < 5; tick++) await Promise.resolve();
    underWay -= 1;
  });
  return { begun, most };
}

describe('forEachCollection', () => {
  it('begins with the largest, two at once', async () => {
    expect(await run(catalogOf(5 * MIB, 9 * MIB, 7 * MIB, 100 * MIB))).toEqual({ begun: [3, 1, 2, 0], most: 2 });
  });

  it('does many small ones at once, after the large', async () => {
    const { begun, most } = await run(catalogOf(10, 50 * MIB, ...Array(50).fill(1000)));
    expect(begun[0]).toBe(1);
    expect(begun.at(-1)).toBe(0);
    expect(new Set(begun).size).toBe(52);
    expect(most).toBe(16);
  });

  it('stops at the first failure', async () => {
    const begun: number[] = [];
    const failing = forEachCollection(catalogOf(...Array(100).fill(1)), async (_, number) => {
      begun.push(number);
      throw new Error('the server is gone');
    });
    await expect(failing).rejects.toThrow('the server is gone');
    expect(begun.length).toBeLessThanOrEqual(16);
  });
});
