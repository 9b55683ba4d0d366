import { Text } from '@mantine/core';
import { Icon } from '../../parts/icon.tsx';
import type { PhaseLine } from './job-words.ts';
import classes from './phase-list.module.css';

const WORDS = { done: 'done', now: 'under way', todo: 'to come', failed: 'ended here' } as const;

/** Where a job is on its way. */
export function PhaseList({ phases }: { phases: readonly PhaseLine[] }) {
  return (
    <ol className={classes.phases} aria-label="Phases">
      {phases.map(({ title, state }) => (
        <li key={title} className={classes.phase} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
          <span className={classes.mark}>
            {state === 'done' && <Icon name="check" size={14} />}
            {state === 'failed' && <Icon name="warning" size={14} />}
          </span>
          <div>
            <Text size="sm" fw={state === 'now' || state === 'failed' ? 600 : 400}>
              {title}
            </Text>
            <Text size="xs" c="dimmed">
              {WORDS[state]}
            </Text>
          </div>
        </li>
      ))}
    </ol>
  );
}
