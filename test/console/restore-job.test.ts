import { describe, expect, it } from 'vitest';
import { isWhole, type RestoreJobOptions } from '../../src/console/api/restores.ts';
import { countdownText, downloadCommands } from '../../src/console/pages/download/download-words.ts';
import { readWizard } from '../../src/console/pages/restore/wizard-state.ts';
import { afterFailure, phasesOf, standingOf } from '../../src/console/pages/restore-job/job-words.ts';
import { wizardLink } from '../../src/console/pages/restore-job/wizard-link.ts';
import { Problem } from '../../src/errors.ts';

const at = (job: object) =>
  phasesOf({ status: 'RUNNING', startedAt: 'x', progress: {}, ...job })
    .filter(({ state }) => state !== 'todo' && state !== 'done')
    .map(({ title, state }) => `${title}: ${state}`);

describe('the phases of a restore', () => {
  it('are told from the status and what the worker is at', () => {
    expect(at({ status: 'QUEUED', startedAt: undefined })).toEqual(['Wait for a worker: now']);
    expect(at({ status: 'QUEUED', startedAt: undefined, safetySnapshotId: 'a' })).toEqual(['Snapshot of the target: now']);
    expect(at({ progress: { phase: 'connecting' } })).toEqual(['Prepare: now']);
    expect(at({ progress: { phase: 'verifying' } })).toEqual(['Load and prove: now']);
    expect(at({ progress: { phase: 'replacing' } })).toEqual(['Swap into place: now']);
    expect(at({ options: { mode: 'in-place' }, progress: { phase: 'loading' } })).toEqual(['Load and prove: now']);
    expect(at({ status: 'FAILED', progress: { phase: 'indexing' } })).toEqual(['Load and prove: failed']);
    expect(at({ status: 'COMPLETED' })).toEqual([]);
  });
});

describe('after a failure', () => {
  const failed = (code: string, more: object = {}) => afterFailure({ failure: { code, message: '' }, cancelled: false, ...more });

  it('the page says how the target is, and what to do next', () => {
    expect(failed('target-unavailable').target).toBe('The target is as it was before.');
    expect(failed('partially-replaced')).toMatchObject({ target: 'The target is partly replaced.', canResume: true });
    expect(failed('partially-replaced', { safetySnapshotId: 'a' }).next).toContain('undo');
    expect(failed('cancelled', { cancelled: true }).canResume).toBe(false);
    expect(failed('verification-failed', { options: { mode: 'in-place' } }).target).toContain('differs');
    expect(afterFailure({ failure: { code: 'snapshot-damaged', message: '', hint: 'Run it.' }, cancelled: false }).next).toBe('Run it.');
  });

  it('the message of a partly replaced target is a list', () => {
    const { message } = new Problem('partially-replaced', ['replaced: a.b, a.c and 3 more; as before: d.e (MongoDB refused it)', '1']);
    expect(standingOf(message)).toEqual({ replaced: ['a.b', 'a.c', '3 more'], asBefore: ['d.e'] });
    const oneSide = new Problem('partially-replaced', ['as before: d.e, d.f (why)', '1']);
    expect(standingOf(oneSide.message)).toEqual({ replaced: [], asBefore: ['d.e', 'd.f'] });
    expect(standingOf(new Problem('partially-replaced', ['10 workers were lost', '1']).message)).toBeNull();
  });

  it('the same restore can be asked for again', () => {
    const options = { nsInclude: ['shop.orders', 'b.*'], nsFrom: ['b.*'], nsTo: ['c\\*.*'], mode: 'in-place' as const };
    const job = { clusterName: 'shop', snapshotId: '5', targetClusterName: 'staging', targetProjectId: 'p', options };
    const link = new URL(wizardLink('p', job as never)!, 'http://x');
    expect(link.pathname).toBe('/p/p/clusters/shop/restore');
    expect(readWizard(link.searchParams)).toMatchObject({
      step: 'check',
      target: 'staging',
      targetProjectId: '',
      mode: 'in-place',
      chosen: [
        { from: 'shop.orders', to: '' },
        { from: 'b.*', to: 'c*' },
      ],
    });
  });
});

describe('asking again', () => {
  const link = (options: RestoreJobOptions) =>
    wizardLink('p', { clusterName: 'shop', snapshotId: '5', targetClusterName: 'staging', targetProjectId: 'p', options } as never);

  it.each<RestoreJobOptions>([
    { nsExclude: ['shop.orders'] },
    { nsInclude: ['shop.*'], nsExclude: ['shop.orders'] },
    { nsFrom: ['shop.*'], nsTo: ['copy.*'] },
    { nsInclude: ['shop.*'], nsFrom: ['shop.orders'], nsTo: ['shop.old'] },
    { nsInclude: ['shop.orders'], nsFrom: ['shop.*'], nsTo: ['copy.*'] },
    { nsInclude: ['shop.$a$'], nsFrom: ['shop.$a$'], nsTo: ['copy.$a$'] },
    { nsInclude: ['a.b'], nsFrom: ['a.b', 'a.b'], nsTo: ['c.d', 'e.f'] },
  ])('is not offered for what the wizard would ask for otherwise: %j', (options) => {
    expect(link(options)).toBeNull();
    expect(isWhole(options)).toBe(false);
  });

  it('is offered for everything, and for chosen collections under their own names', () => {
    for (const whole of [{}, { keep: true }, { nsInclude: [], nsExclude: [] }]) {
      expect(readWizard(new URL(link(whole)!, 'http://x').searchParams).chosen).toBeNull();
      expect(isWhole(whole)).toBe(true);
    }
    expect(link({ nsInclude: ['shop.a', 'shop.b'] })).toContain('ns=shop.a&ns=shop.b');
  });
});

describe('a download', () => {
  it('is fetched by commands that a shell takes as they are', () => {
    const { fetch, load } = downloadCommands({ url: "http://x/a'b", fileName: 'shop-1.tar.gz' });
    expect(fetch).toBe("curl --fail --location --continue-at - --output 'shop-1.tar.gz' 'http://x/a'\\''b'");
    expect(load).toBe(`mongorestore --uri "$MONGODB_URI" 'shop-1/'`);
  });

  it('counts down to its expiry', () => {
    const now = new Date('2026-11-26T05:00:00Z');
    expect(countdownText('2026-11-26T09:00:00Z', now)).toBe('4:00:00');
    expect(countdownText('2026-11-26T05:01:05Z', now)).toBe('0:01:05');
    expect(countdownText('2026-11-26T05:00:00Z', now)).toBeNull();
  });
});
