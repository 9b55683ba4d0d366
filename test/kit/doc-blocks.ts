import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface Block {
  page: string;
  line: number;
  language: string;
  /** What a block of commands needs that is not on a machine that tests: ```` ```sh needs=docker ````. */
  needs: string | null;
  text: string;
}

/** What people read who use Lifeboat. */
export const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const [number, line] of readFileSync(page, 'utf8').split('\n').entries()) {
    const fence = /^ *```(.*)$/.exec(line);
    if (!fence) {
      if (open) open.text += `${line}\n`;
    } else if (open) {
      blocks.push(open);
      open = null;
    } else {
      const [language = '', ...more] = fence[1]!.trim().split(' ');
      const needs = more.find((word) => word.startsWith('needs='))?.slice('needs='.length) ?? null;
      open = { page, line: number + 1, language, needs, text: '' };
    }
  }
  if (open) throw new Error(`${page}: the block of line ${open.line} has no end`);
  return blocks;
}

/** Commands of Lifeboat's that a page names, in blocks and within its sentences: the words after `lifeboat`. */
export function namedCommands(page: string): string[][] {
  const text = readFileSync(page, 'utf8');
  // What is sealed under the words `lifeboat vault <id>` is no command.
  const inline = [...text.matchAll(/`(?:npx )?lifeboat ((?!vault <)[a-z][^`]*)`/g)].map(([, words]) => words!);
  const inBlocks = blocksOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => [...block.text.replaceAll('\\\n', ' ').matchAll(/npx lifeboat ([a-z][^\n]*)/g)].map(([, words]) => words!));
  return [...inline, ...inBlocks].map((words) =>
    words
      .replace(/\s#.*$/, '')
      .split(/[|;)>]|&&/)[0]!
      .trim()
      .split(/\s+/),
  );
}
