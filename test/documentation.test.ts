import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../src/config.ts';

const FORMAT = 'docs/vault-format.md';
const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)];

describe('documentation', () => {
  it.each(PAGES.filter((page) => page.endsWith('.md')))('links and names only what exists in %s', (page) => {
    const text = readFileSync(page, 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)/g)].map(([, path]) => join(dirname(page), path!));
    const named = [...text.matchAll(/`((?:src|docs|test|scripts|tools|bench|demo)\/[\w./-]+)`/g)].map(([, path]) => path!);
    expect([...links, ...named].filter((path) => !existsSync(path))).toEqual([]);
  });

  it('names only pages of docs/ that exist in code, tests and help', () => {
    const named = sources('src', 'test', 'scripts', 'demo', 'bench').flatMap(([, text]) => text.match(/docs\/[\w-]+\.md/g) ?? []);
    expect(named.length).toBeGreaterThan(3);
    expect([...new Set(named)].filter((path) => !existsSync(path))).toEqual([]);
  });
});

it('shows every picture of the console', () => {
  const shown = readFileSync('docs/console.md', 'utf8');
  const pictures = readdirSync('docs/console');
  expect(pictures.length).toBeGreaterThan(30);
  expect(pictures.filter((name) => !shown.includes(`(console/${name})`))).toEqual([]);
});

describe('the README', () => {
  it('names every setting, and none that there is not', () => {
    const readme = readFileSync('README.md', 'utf8');
    const table = readme.slice(readme.indexOf('## Settings'));
    const named = [...table.matchAll(/`((?:LIFEBOAT_|DATABASE_|AWS_)[A-Z0-9_]+)`/g)].map(([, name]) => name!);
    const settings = Object.values(SETTINGS).map(({ env }) => env);
    expect([...new Set(named)].sort()).toEqual(settings.sort());
  });
});

describe('the ordering invariants of the vault', () => {
  const stated = [...readFileSync(FORMAT, 'utf8').matchAll(/^- \*\*([A-Z]\d+)\*\* \((must|should)\) /gm)].map(([, number]) => number!);

  it('are numbered once each, without a gap', () => {
    const letters = [...new Set(stated.map((number) => number[0]!))];
    const expected = letters.flatMap((letter) =>
      stated.filter((number) => number.startsWith(letter)).map((_, place) => `${letter}${place + 1}`),
    );
    expect(stated).toEqual(expected);
  });

  it('are all cited by code or tests, and nothing else is', () => {
    // P is the promises'.
    const cited = new Set(sources('src', 'test').flatMap(([, text]) => citations(text).filter((number) => !number.startsWith('P'))));
    expect([...cited].sort()).toEqual([...stated].sort());
  });
});

/** `(M2)`, `(B2, M2)`, `(invariant C1)`, `ordering invariant B1`. */
function citations(text: string): string[] {
  const groups = [...text.matchAll(/\((?:invariants? )?([A-Z]\d(?:, [A-Z]\d)*)\)|invariant ([A-Z]\d)\b/g)];
  return groups.flatMap(([, list, one]) => (list ?? one)!.split(', '));
}

/** Every file of TypeScript below the folders; not this one, whose comments show what a citation looks like. */
function sources(...folders: string[]): [string, string][] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith('.ts') && !path.endsWith('documentation.test.ts'))
      .map((path) => [path, readFileSync(path, 'utf8')] as [string, string]),
  );
}
