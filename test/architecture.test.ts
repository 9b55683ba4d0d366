import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SETTINGS } from '../src/config.ts';

it('names only files and folders that exist in ARCHITECTURE.md', () => {
  const text = readFileSync('ARCHITECTURE.md', 'utf8');
  const paths = [...text.matchAll(/`((?:src|docs|test)\/[\w./-]+)`/g)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it('documents every setting in README.md', () => {
  const text = readFileSync('README.md', 'utf8');
  const missing = Object.values(SETTINGS).filter(({ env }) => !text.includes(`\`${env}\``));
  expect(missing.map(({ env }) => env)).toEqual([]);
});
