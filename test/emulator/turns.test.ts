import { expect, it } from 'vitest';
import { Turns } from '../../src/emulator/turns.ts';

/** A queue that hands its jobs out one by one, in an order of its own: each asks for its turn when it comes, and notes that it has had it. */
function queueOf(order: readonly string[]) {
  const coming = new Set(order);
  const had: string[] = [];
  const turns = new Turns(async (known) => [...coming].some((id) => !known.includes(id)));
  const run = async (id: string, signal?: AbortSignal) => {
    await turns.take(id, signal);
    had.push(id);
    // It stays on the queue until it has ended, as pg-boss' jobs do.
    await Promise.resolve();
    turns.give();
    setTimeout(() => coming.delete(id), 1);
  };
  return { turns, coming, had, run };
}

it('jobs have their turns in the order in which they were asked for, however late the queue hands them out', async () => {
  const { had, run } = queueOf(['3', '1', '2']);
  const jobs = [run('3')];
  for (const id of ['1', '2']) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    jobs.push(run(id));
  }
  await Promise.all(jobs);
  expect(had).toEqual(['1', '2', '3']);
});

it('no job begins before all are there that are asked for together', async () => {
  const { turns, coming, had, run } = queueOf(['2']);
  let last: Promise<void> = Promise.resolve();
  await turns.holdBack(async () => {
    last = run('2');
    await new Promise((resolve) => setTimeout(resolve, 15));
    coming.add('1');
    expect(had).toEqual([]);
  });
  await Promise.all([last, run('1')]);
  expect(had).toEqual(['1', '2']);
});

it('one that is stopped waits no longer, and keeps no other from its turn', async () => {
  const { had, run } = queueOf(['1', '2']);
  const stop = new AbortController();
  const [first, second] = [run('1', stop.signal), run('2')];
  stop.abort(new Error('stopped'));
  await expect(first).rejects.toThrow('stopped');
  await run('1');
  await second;
  expect(had).toEqual(['1', '2']);
});

it('when the queue hands out no more, one that comes back to it keeps no other from its turn', async () => {
  const turns = new Turns(async () => true);
  const begun = performance.now();
  turns.end();
  await turns.take('1');
  const second = turns.take('2');
  turns.give();
  await second;
  expect(performance.now() - begun).toBeLessThan(1000);
});
