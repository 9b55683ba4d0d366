import { readFileSync } from 'node:fs';

/** The Dockerfile as what it says: one entry an instruction, with the stage it stands in. */
export interface Instruction {
  stage: string;
  word: string;
  rest: string;
}

export function readDockerfile(path = 'Dockerfile'): Instruction[] {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  let stage = '';
  return lines.map((line) => {
    const [, word = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (word === 'FROM') stage = / AS (\w+)$/.exec(rest)?.[1] ?? 'last';
    return { stage, word, rest };
  });
}

/** The words of an instruction that is written as JSON, in the last stage. */
export function wordsOf(instructions: readonly Instruction[], word: string): string[] {
  const found = instructions.find((one) => one.stage === 'last' && one.word === word)!.rest;
  return JSON.parse(found.slice(found.indexOf('['))) as string[];
}

/** The environment that the image gives, in the last stage. */
export function environmentOf(instructions: readonly Instruction[]): Record<string, string> {
  const lines = instructions.filter((one) => one.stage === 'last' && one.word === 'ENV').map(({ rest }) => rest);
  return Object.fromEntries(lines.flatMap((line) => line.split(/ +/).map((pair) => pair.split('=') as [string, string])));
}
