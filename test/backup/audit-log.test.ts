import { describe, expect, it } from 'vitest';
import { AuditLog } from '../../src/backup/audit-log.ts';
import type { Db } from '../../src/db/connection.ts';
import { ManualClock } from '../kit/manual-clock.ts';

/** A database whose transactions end when and as the test says. */
function scripted() {
  const begun: PromiseWithResolvers<void>[] = [];
  const transaction = () => ({
    execute: () => {
      const one = Promise.withResolvers<void>();
      begun.push(one);
      return one.promise;
    },
  });
  return { begun, log: new AuditLog({ transaction } as unknown as Db, new ManualClock('2026-03-01T10:00:00Z')) };
}

const note = (log: AuditLog, what = 'a') => log.noteOnce(what, { action: 'DOWNLOAD_STARTED' });

describe('what is noted once', () => {
  it('was noted only when its transaction has committed: after a failure the next attempt notes it', async () => {
    const { log, begun } = scripted();
    const first = note(log);
    begun[0]!.reject(new Error('PostgreSQL is away'));
    await expect(first).rejects.toThrow('PostgreSQL is away');
    const second = note(log);
    expect(begun).toHaveLength(2);
    begun[1]!.resolve();
    await second;
    await note(log);
    expect(begun).toHaveLength(2);
  });

  it('is waited for by all that ask at the same moment, and fails for all of them', async () => {
    const { log, begun } = scripted();
    const ended: string[] = [];
    const asked = ['first', 'second'].map((name) => note(log).then(() => ended.push(name)));
    await new Promise(setImmediate);
    expect([begun.length, ended]).toEqual([1, []]);
    begun[0]!.reject(new Error('PostgreSQL is away'));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('of another kind or subject is another', () => {
    const { log, begun } = scripted();
    void note(log, 'a');
    void note(log, 'b');
    void log.noteOnce('a', { action: 'REQUEST_DENIED' });
    expect(begun).toHaveLength(3);
  });
});
