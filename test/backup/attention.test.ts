import { expect, it } from 'vitest';
import { attentionTo, type ClusterFacts } from '../../src/backup/attention.ts';
import type { Snapshot } from '../../src/backup/snapshot.ts';

const NOW = new Date('2026-03-31T12:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
const snapshot = (of: Partial<Snapshot> = {}) =>
  ({
    id: 'a'.repeat(24),
    status: 'COMPLETED',
    scheduledAt: daysAgo(1),
    logicalBytes: 1000,
    verified: null,
    cancelled: false,
    ...of,
  }) as Snapshot;
const proven = (days: number) => ({ snapshotId: 'a'.repeat(24), at: daysAgo(days), durationSeconds: 1, documentsPerSecond: 1 });
const WELL: ClusterFacts = {
  createdAt: daysAgo(100),
  lastSnapshot: snapshot(),
  completed: [snapshot(), snapshot({ scheduledAt: daysAgo(2) })],
  lastProven: proven(3),
  lastDrill: { verdict: 'proven', cancelled: false },
  lastDueAt: null,
};
const failed = (code: string) => snapshot({ status: 'FAILED', failure: { code, message: 'x' } });

it.each<[string, Partial<ClusterFacts>, [code: string, severity: string][]]>([
  ['nothing of a cluster that is well', {}, []],
  ['no snapshot', { lastSnapshot: null, completed: [] }, [['no-snapshot', 'critical']]],
  ['no snapshot of a new cluster', { createdAt: daysAgo(0.5), lastSnapshot: null, completed: [] }, [['no-snapshot', 'warning']]],
  ['a last snapshot that failed', { lastSnapshot: failed('store-full') }, [['last-snapshot-failed', 'critical']]],
  ['a deployment that is away', { lastSnapshot: failed('source-unavailable') }, [['deployment-unreachable', 'critical']]],
  ['nothing of a snapshot that was cancelled', { lastSnapshot: snapshot({ status: 'FAILED', cancelled: true }) }, []],
  ['a snapshot that is overdue', { lastDueAt: daysAgo(0.5) }, [['snapshot-overdue', 'critical']]],
  ['nothing of one that is due just now', { lastDueAt: daysAgo(0.01) }, []],
  ['damage', { completed: [snapshot({ verified: { at: '', ok: false, damaged: 2 } })] }, [['snapshot-damaged', 'critical']]],
  ['that no restore was proven', { lastProven: null, lastDrill: null }, [['never-proven', 'warning']]],
  ['an old proof', { lastProven: proven(31) }, [['proof-too-old', 'warning']]],
  [
    'a proof that is older than the schedule lets it be',
    { lastProven: proven(8), overdueProof: { objectiveDays: 7, days: 8, provenAt: daysAgo(8) } },
    [['proof-too-old', 'warning']],
  ],
  ['nothing of an old proof that the schedule lets be so old', { lastProven: proven(40), overdueProof: null }, []],
  ['a drill that found differences', { lastDrill: { verdict: 'differs', cancelled: false } }, [['drill-failed', 'critical']]],
  ['a size that dropped by more than half', { completed: [snapshot({ logicalBytes: 499 }), snapshot()] }, [['size-dropped', 'warning']]],
  [
    'the most urgent first',
    { lastProven: null, lastDrill: null, lastSnapshot: failed('store-full') },
    [
      ['last-snapshot-failed', 'critical'],
      ['never-proven', 'warning'],
    ],
  ],
])('tells of %s', (_, facts, expected) => {
  expect(attentionTo({ ...WELL, ...facts }, NOW).map(({ code, severity }) => [code, severity])).toEqual(expected);
});
