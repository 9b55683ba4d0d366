import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../src/cli/commands.ts';

const all = (await makeProgram()).commands.map((command) => command.name());

describe('the commands', () => {
  it.each(all)('%s is made alone where it is the one asked for', async (name) => {
    expect((await makeProgram(name)).commands.map((command) => command.name())).toEqual([name]);
  });

  it.each([undefined, '--help', 'help', 'snapshot', 'toString', '__proto__'])('are all made for %s, which names none', async (word) => {
    expect((await makeProgram(word)).commands.map((command) => command.name())).toEqual(all);
    expect(all.length).toBeGreaterThan(20);
  });
});
