import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { referencePages } from '../../scripts/reference.ts';
import { SETTINGS } from '../../src/config.ts';

const pages = await referencePages();

describe('docs/reference', () => {
  it.each(Object.keys(pages))('%s is what the code says: `npm run reference` writes it', (name) => {
    const path = `docs/reference/${name}`;
    expect(existsSync(path) && readFileSync(path, 'utf8') === pages[name]).toBe(true);
  });

  it('has every setting, every command and every route, each in one row', () => {
    for (const { env } of Object.values(SETTINGS)) expect(pages['settings.md']!.split(`| \`${env}\` |`)).toHaveLength(2);
    const commands = [...pages['cli.md']!.matchAll(/^## `lifeboat ([a-z -]+)/gm)].map(([, words]) => words!.trim());
    expect(commands).toEqual(
      expect.arrayContaining(['init', 'serve', 'worker', 'snapshots take', 'restores resume', 'backup-self', 'restore-self', 'key rotate']),
    );
    expect(new Set(commands).size).toBe(commands.length);
    expect(pages['api.md']).toContain('`GET /api/atlas/v1.0/groups/{groupId}/clusters/{clusterName}/backup/tenant/restores/{restoreId}`');
    // A cell that holds a bar or a line break would tear its table apart.
    const tables = Object.values(pages).flatMap((page) =>
      page.split(/\n(?!\|)/).flatMap((part) => part.split('\n').filter((line) => line.startsWith('|'))),
    );
    const columns = (line: string) => line.replaceAll('\\|', '').split('|').length - 2;
    expect(tables.filter((line) => ![2, 3, 4].includes(columns(line)))).toEqual([]);
  });
});
