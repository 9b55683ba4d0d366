import { expect, it } from 'vitest';
import { Changes, type Heard } from '../../src/backup/changes.ts';
import type { ChangeFeedOptions, ToldChange } from '../../src/db/change-feed.ts';

function open() {
  let feed: Omit<ChangeFeedOptions, 'url'> | null = null;
  let opened = 0;
  const changes = new Changes(
    (options) => {
      opened += 1;
      feed = options;
      return { close: async () => {} };
    },
    () => {},
  );
  const tell = (projectId: string, id: string) => feed!.onChange({ kind: 'snapshot', id, projectId } as ToldChange);
  return { changes, tell, feed: () => feed!, opened: () => opened };
}

/** Listens, and keeps what it hears: the id of what changed, or `resync`. */
function listen(changes: Changes, projectId: string, since: number | null = null) {
  const heard: Heard[] = [];
  const stop = changes.listen(projectId, since, (one) => heard.push(one));
  return { stop, ids: () => heard.map((one) => one?.change.id ?? 'resync'), numbers: () => heard.flatMap((one) => one?.number ?? []) };
}

it('all are heard on one connection, which the first listener opens', () => {
  const { changes, tell, opened } = open();
  expect(opened()).toBe(0);
  const [a, b] = [listen(changes, 'p'), listen(changes, 'p')];
  tell('p', '1');
  expect(opened()).toBe(1);
  expect([a.ids(), b.ids()]).toEqual([['1'], ['1']]);
});

it('a listener hears its own project alone, until it stops, under numbers that grow', () => {
  const { changes, tell } = open();
  const { stop, ids, numbers } = listen(changes, 'p');
  tell('p', '1');
  tell('other', '2');
  tell('p', '3');
  stop();
  tell('p', '4');
  expect(ids()).toEqual(['1', '3']);
  expect(numbers()[1]).toBeGreaterThan(numbers()[0]!);
});

it('who comes back hears what it missed, and no more', () => {
  const { changes, tell } = open();
  const first = listen(changes, 'p');
  tell('p', '1');
  first.stop();
  tell('p', '2');
  tell('other', '3');
  tell('p', '4');
  expect(listen(changes, 'p', first.numbers().at(-1)!).ids()).toEqual(['2', '4']);
});

it('who comes back from another process, or after too long, is told to read everything again', () => {
  const { changes, tell } = open();
  const { numbers } = listen(changes, 'p');
  tell('p', '1');
  const number = numbers()[0]!;
  for (let n = 0; n < 3000; n++) tell('p', `${n}`);
  for (const since of [number, 0, number + 1_000_000]) expect(listen(changes, 'p', since).ids()).toEqual(['resync']);
});

it('after the line was down everybody is told to read everything again, who comes back later too', () => {
  const { changes, tell, feed } = open();
  const { ids, numbers } = listen(changes, 'p');
  tell('p', '1');
  feed().onListening();
  expect(ids()).toEqual(['1', 'resync']);
  expect(listen(changes, 'p', numbers().at(-1)!).ids()).toEqual(['resync']);
});
