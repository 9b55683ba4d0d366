import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../src/cli/commands.ts';
import { blocksOf, namedCommands, PAGES } from '../kit/doc-blocks.ts';
import { RUN_PAGES } from '../kit/doc-script.ts';

/** Every block of commands that no test runs as it stands, and why. */
const NOT_RUN: Record<string, { why: string; pages: string[] }> = {
  docker: {
    why: 'no container can be started where the suite runs; what can be checked is, in test/deploy',
    pages: ['docs/operations.md'],
  },
  systemd: { why: 'the same, for units', pages: ['docs/operations.md'] },
  cron: { why: 'a line of a table of cron', pages: ['docs/recovery.md'] },
  'another-machine': {
    why: 'paths of a machine of your own; docs/guide.md has the same with paths that are run',
    pages: ['docs/recovery.md'],
  },
  'many-machines': { why: 'test/e2e starts nodes and workers itself', pages: ['docs/many-nodes.md'] },
  package: { why: 'test/deploy/package.servers.test.ts packs it and installs it', pages: ['docs/emulator.md', 'docs/operations.md'] },
  parent: { why: 'it runs until its parent ends: the tests of the emulator start it', pages: ['docs/emulator.md'] },
  s3: { why: 'addresses of a store of your own; test/e2e/s3.servers.test.ts runs against one', pages: ['docs/storage.md'] },
  tls: { why: 'a replica set of your own with TLS; test/e2e/tls.servers.test.ts runs against one', pages: ['docs/deployments.md'] },
  'atlas-cli': { why: 'it cannot be had here; test/clients/replays.servers.test.ts replays its calls', pages: ['docs/clients.md'] },
  'no-owner': { why: 'it refuses once there is an owner; test/cli/keys.servers.test.ts runs it', pages: ['docs/access.md'] },
  checkout: { why: 'it is the suite, the demo or the benchmark itself', pages: ['README.md', 'docs/benchmarks.md'] },
};

const blocks = PAGES.flatMap(blocksOf);
const commands = blocks.filter(({ language }) => language === 'sh');
const PROGRAM = await makeProgram();

describe('the blocks of the documentation', () => {
  it('each say what they are, and only those of commands hold commands', () => {
    expect(blocks.filter(({ language }) => language === '').map(({ page, line }) => `${page}:${line}`)).toEqual([]);
    const hidden = blocks.filter(
      ({ language, text }) => language !== 'sh' && /^\s*(npx|npm|curl|docker|lifeboat|systemctl|apt|aws) /m.test(text),
    );
    expect(hidden.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });

  it('are run, or marked with one of the known reasons, on the pages that are known for it', () => {
    const marked = new Map<string, Set<string>>();
    for (const { needs, page } of commands) if (needs) marked.set(needs, new Set([...(marked.get(needs) ?? []), page]));
    const expected = Object.entries(NOT_RUN).map(([needs, { pages }]) => [needs, pages] as const);
    expect([...marked].map(([needs, pages]) => [needs, [...pages].sort()]).sort()).toEqual([...expected].sort());
    const run = new Set(commands.filter(({ needs }) => needs === null).map(({ page }) => page));
    expect([...run].sort()).toEqual([...RUN_PAGES].sort());
  });

  it('name commands and options that there are, within sentences too', () => {
    const named = PAGES.flatMap((page) => namedCommands(page).map((words) => [page, words] as const));
    expect(named.length).toBeGreaterThan(80);
    expect(named.flatMap(([page, words]) => mistakeIn(words).map((what) => `${page}: ${words.join(' ')}: ${what}`))).toEqual([]);
  });
});

/** A word that is no command where one must be, or an option that the command does not have. */
function mistakeIn(words: string[]): string[] {
  let command: Command = PROGRAM;
  let at = 0;
  for (; command.commands.length > 0 && at < words.length; at += 1) {
    const next = command.commands.find((sub) => sub.name() === words[at]!.replace(/[^a-z-]/g, ''));
    if (!next) return [`there is no command ${words[at]}`];
    command = next;
  }
  const options = words.slice(at).flatMap((word) => (/^\[?(--[a-z][a-z-]*)/.exec(word) ?? []).slice(1));
  const known = new Set([...command.options.map(({ long }) => long), '--help']);
  return options.filter((option) => !known.has(option)).map((option) => `it has no option ${option}`);
}
