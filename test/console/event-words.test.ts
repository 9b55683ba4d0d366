import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '../../src/backup/audit-log.ts';
import { EVENT_TYPES } from '../../src/backup/event.ts';
import { AUDIT_WORDS, auditWords } from '../../src/console/pages/audit/audit-words.ts';
import { aboutEvent, EVENT_WORDS, eventWords, momentsOfDays } from '../../src/console/pages/events/event-words.ts';

describe('an event', () => {
  it('has words of its own, each that Lifeboat records', () => {
    expect(EVENT_TYPES.filter((type) => !(type in EVENT_WORDS))).toEqual([]);
    expect(eventWords('SOMETHING_NEW_AUDIT')).toBe('Something new');
  });

  it('has words in the audit log too, and so has what Atlas has no event for', () => {
    expect(Object.keys(AUDIT_WORDS).sort()).toEqual([...AUDIT_ACTIONS].sort());
    expect(auditWords('SOMETHING_NEW')).toBe('Something new');
  });

  const about = (description: string, publicKey?: string) =>
    aboutEvent({ eventTypeName: 'CLUSTER_CREATED', raw: { description } as never, ...(publicKey && { publicKey }) });

  it('is about a cluster, a subject, both or nothing', () => {
    expect(about('CLUSTER_CREATED cluster shop on it by me by owner', 'owner')).toEqual({ clusterName: 'shop', subject: 'it by me' });
    expect(about('CLUSTER_CREATED on 10.0.0.0/8')).toEqual({ subject: '10.0.0.0/8' });
    expect(about('CLUSTER_CREATED cluster shop')).toEqual({ clusterName: 'shop' });
    expect(about('CLUSTER_CREATED by owner', 'owner')).toEqual({});
    expect(about('whatever')).toEqual({});
    expect(aboutEvent({ eventTypeName: 'CLUSTER_CREATED' })).toEqual({});
  });
});

it('days are whole days of the reader, and what is no day filters nothing', () => {
  const { minDate, maxDate } = momentsOfDays('2026-03-01', '2026-03-01');
  expect(Date.parse(maxDate!) - Date.parse(minDate!)).toBe(86_400_000);
  expect(new Date(minDate!).getHours()).toBe(0);
  expect(momentsOfDays('', '')).toEqual({});
  expect(momentsOfDays('2026-02-31', 'yesterday')).toEqual({});
});
