import { Stack } from '@mantine/core';
import { useParams, useSearchParams } from 'react-router';
import { useClusters } from '../../api/clusters.ts';
import { useMay, useProject } from '../../api/session.ts';
import { useSnapshotOf } from '../../api/snapshots.ts';
import { counted } from '../../format.ts';
import { ApiHelp } from '../../parts/api-help.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Page } from '../../parts/page.tsx';
import { CheckStep } from './check-step.tsx';
import { restoreCalls } from './restore-calls.ts';
import { SnapshotStep } from './snapshot-step.tsx';
import { WhatStep } from './what-step.tsx';
import { WhereStep } from './where-step.tsx';
import { lastReachable, readWizard, type WizardState, writeWizard } from './wizard-state.ts';
import { WizardSteps } from './wizard-steps.tsx';

/** From a snapshot to a restore that was understood before it was started. */
export function RestoreWizardPage() {
  const { name: clusterName = '' } = useParams();
  const { id: projectId } = useProject();
  const [search, setSearch] = useSearchParams();
  const mayRestore = useMay('restore');
  const state = readWizard(search);
  const snapshot = useSnapshotOf(projectId, clusterName, state.snapshotId);
  const clusters = useClusters(projectId);
  /** A step is a page of the history; an answer within one is not. */
  const change = (part: Partial<WizardState>) => {
    const next = { ...state, ...part };
    const written = writeWizard(next);
    const page = search.get('page');
    if (page && next.step === state.step) written.set('page', page);
    setSearch(written, { replace: next.step === state.step });
  };
  const above = [
    { title: 'Overview', to: `/p/${projectId}` },
    { title: clusterName, to: `/p/${projectId}/clusters/${encodeURIComponent(clusterName)}` },
  ];
  const tier = clusters.data?.results.find(({ name }) => name === clusterName)?.tier;
  const calls = restoreCalls({ projectId, clusterName, tier, state });
  if (!mayRestore)
    return (
      <Page title={`Restore ${clusterName}`} above={above}>
        <EmptyState title="You may not restore here">Ask an owner of the project for a role that allows it.</EmptyState>
      </Page>
    );
  const { chosen } = state;
  const answers = {
    snapshot: state.snapshotId ? <Moment at={snapshot.data?.finishedAt} otherwise="…" /> : 'Not chosen yet',
    what: chosen ? counted(chosen.length, 'part') : 'Everything',
    where: state.target || 'Not chosen yet',
    check: 'A dry run first',
  };
  return (
    <Page title={`Restore ${clusterName}`} above={above} actions={<ApiHelp calls={calls} />}>
      <WizardSteps current={state.step} last={lastReachable(state)} answers={answers} onGo={(step) => change({ step })} />
      {snapshot.error && state.step !== 'snapshot' && (
        <ErrorNotice error={snapshot.error} title="The snapshot could not be read" onRetry={() => void snapshot.refetch()} />
      )}
      <Stack>
        {state.step === 'snapshot' && <SnapshotStep clusterName={clusterName} state={state} change={change} />}
        {state.step === 'what' && <WhatStep clusterName={clusterName} snapshot={snapshot.data} state={state} change={change} />}
        {state.step === 'where' && <WhereStep clusterName={clusterName} state={state} change={change} />}
        {state.step === 'check' && <CheckStep clusterName={clusterName} snapshot={snapshot.data} state={state} />}
      </Stack>
    </Page>
  );
}
