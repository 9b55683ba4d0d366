import { expect, it } from 'vitest';
import { EventStream } from '../../src/api/event-stream.ts';

const change = (number: number) => ({
  number,
  change: { kind: 'snapshot' as const, id: `${number}`, projectId: 'p', status: 'x'.repeat(1000) },
});

it('tells a change as an event with its number, and nothing of its project', () => {
  const stream = new EventStream();
  stream.tell({ number: 7, change: { kind: 'snapshot', id: 'a', projectId: 'p', clusterName: 'shop', status: 'RUNNING' } });
  stream.tell(null);
  const text = String(stream.read());
  expect(text).toContain('id: 7\nevent: change\ndata: {"kind":"snapshot","id":"a","clusterName":"shop","status":"RUNNING"}\n\n');
  expect(text).toMatch(/event: resync\ndata: \{\}\n\n$/);
});

it('keeps little for a client that does not read, and tells it to read everything again once it does', () => {
  const stream = new EventStream();
  for (let n = 0; n < 10_000; n++) stream.tell(change(n));
  for (let n = 0; n < 100; n++) stream.beat();
  expect(stream.readableLength).toBeLessThan(70_000);
  const first = String(stream.read());
  stream.tell(change(20_000));
  const then = first + String(stream.read());
  expect(then.match(/event: resync/g)).toHaveLength(1);
  expect(then.indexOf('event: resync')).toBeLessThan(then.indexOf('id: 20000'));
});

it('says nothing after its end', () => {
  const stream = new EventStream();
  stream.end();
  stream.end();
  stream.tell(change(1));
  stream.beat();
  expect(String(stream.read())).not.toContain('change\n');
});
