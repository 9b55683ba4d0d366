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
  damaged: [],
  lastProven: proven(3),
  lastDrill: { verdict: 'proven', cancelled: false },
  lastDueAt: null,
};
const compressed = (...parts: number[]) =>
  parts.map((part) => snapshot({ logicalBytes: 10_000_000, storedBytes: Math.round(10_000_000 * part) }));
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
  [
    'an overdue snapshot of a cluster that has none but a dump',
    { completed: [snapshot({ imported: true, scheduledAt: NOW })], lastDueAt: daysAgo(0.5) },
    [['snapshot-overdue', 'critical']],
  ],
  [
    'a first snapshot that is overdue',
    { lastSnapshot: null, completed: [], lastDueAt: daysAgo(0.5) },
    [
      ['no-snapshot', 'critical'],
      ['snapshot-overdue', 'critical'],
    ],
  ],
  ['damage', { damaged: ['a'.repeat(24)] }, [['snapshot-damaged', 'critical']]],
  ['that no restore was proven', { lastProven: null, lastDrill: null }, [['never-proven', 'warning']]],
  ['an old proof', { lastProven: proven(31) }, [['proof-too-old', 'warning']]],
  [
    'a proof that is older than the schedule lets it be',
    { lastProven: proven(8), overdueProof: { objectiveDays: 7, days: 8, provenAt: daysAgo(8) } },
    [['proof-too-old', 'warning']],
  ],
  ['nothing of an old proof that the schedule lets be so old', { lastProven: proven(40), overdueProof: null }, []],
  [
    'a missed objective, also where the last drill failed',
    { lastDrill: { verdict: 'failed', cancelled: false }, overdueProof: { objectiveDays: 7, days: 8, provenAt: daysAgo(8) } },
    [
      ['drill-failed', 'warning'],
      ['proof-too-old', 'warning'],
    ],
  ],
  [
    'an old proof, also where the last drill failed',
    { lastDrill: { verdict: 'failed', cancelled: false }, lastProven: proven(31) },
    [
      ['drill-failed', 'warning'],
      ['proof-too-old', 'warning'],
    ],
  ],
  ['nothing of the size of a dump', { completed: [snapshot({ imported: true, logicalBytes: 1 }), snapshot()] }, []],
  ['a drill that found differences', { lastDrill: { verdict: 'differs', cancelled: false } }, [['drill-failed', 'critical']]],
  ['a size that dropped by more than half', { completed: [snapshot({ logicalBytes: 499 }), snapshot()] }, [['size-dropped', 'warning']]],
  [
    'half of the documents gone, where they were the small ones',
    { completed: [snapshot({ documents: 40 }), snapshot({ documents: 100 }), snapshot({ documents: 110 })] },
    [['size-dropped', 'warning']],
  ],
  [
    'a size that dropped below what is usual, though the one before it had dropped too',
    { completed: [400, 450, 1000, 1100, 1000].map((logicalBytes) => snapshot({ logicalBytes })) },
    [['size-dropped', 'warning']],
  ],
  [
    'nothing of a size that has been so for a while',
    { completed: [400, 400, 400, 400, 1000, 1000, 1000].map((logicalBytes) => snapshot({ logicalBytes })) },
    [],
  ],
  ['data that does not compress any more', { completed: compressed(0.98, 0.3, 0.31, 0.29) }, [['hard-to-compress', 'warning']]],
  ['nothing of data that never did', { completed: compressed(0.98, 0.97, 0.99, 0.97) }, []],
  ['nothing of data that compresses better', { completed: compressed(0.2, 0.9, 0.9, 0.9) }, []],
  ['nothing of how it compresses while little is known', { completed: compressed(0.98, 0.3, 0.3) }, []],
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
