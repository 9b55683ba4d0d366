import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RESTORE_EVENTS, RESTORE_TRANSITIONS, type RestoreStatus, restoreStatusesBefore } from '../../src/backup/restore-job.ts';
import { SNAPSHOT_STATUSES, SNAPSHOT_TRANSITIONS } from '../../src/backup/snapshot.ts';

describe('the states of a restore job', () => {
  it('never leave a terminal one', () => {
    for (const event of RESTORE_EVENTS) {
      expect(RESTORE_TRANSITIONS.COMPLETED[event]).toBeNull();
      expect(RESTORE_TRANSITIONS.FAILED[event]).toBeNull();
    }
  });

  it('reach COMPLETED from RUNNING alone, and FAILED from wherever it has not ended', () => {
    expect(restoreStatusesBefore('complete')).toEqual(['RUNNING']);
    expect(restoreStatusesBefore('fail')).toEqual(['PENDING', 'QUEUED', 'RUNNING']);
  });

  it('end in at most one terminal state, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...RESTORE_EVENTS), { maxLength: 40 }), (events) => {
        let status: RestoreStatus = 'PENDING';
        let ends = 0;
        for (const event of events) {
          const next: RestoreStatus | null = RESTORE_TRANSITIONS[status][event];
          if (next && next !== status && (next === 'COMPLETED' || next === 'FAILED')) ends += 1;
          status = next ?? status;
        }
        return ends <= 1;
      }),
    );
  });
});

it('a snapshot never leaves a terminal state', () => {
  for (const status of SNAPSHOT_STATUSES) {
    const isTerminal = status === 'COMPLETED' || status === 'FAILED';
    expect(Object.values(SNAPSHOT_TRANSITIONS[status]).every((next) => next === null)).toBe(isTerminal);
  }
});
