import { Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { STEPS, type Step } from './wizard-state.ts';
import classes from './wizard-steps.module.css';

const TITLES: Readonly<Record<Step, string>> = { snapshot: 'Snapshot', what: 'What', where: 'Where and how', check: 'Check and start' };

interface Props {
  current: Step;
  /** The last one that can be gone to. */
  last: Step;
  /** What was answered, in a few words. */
  answers: Readonly<Record<Step, ReactNode>>;
  onGo: (step: Step) => void;
}

/** The four questions and what was answered so far. */
export function WizardSteps({ current, last, answers, onGo }: Props) {
  return (
    <nav aria-label="Steps of the restore">
      <ol className={classes.steps}>
        {STEPS.map((step, number) => (
          <li key={step}>
            <UnstyledButton
              className={classes.step}
              disabled={number > STEPS.indexOf(last)}
              aria-current={step === current ? 'step' : undefined}
              onClick={() => onGo(step)}
            >
              <Text size="xs" c="dimmed">
                Step {number + 1}
              </Text>
              <Text fw={600} size="sm">
                {TITLES[step]}
              </Text>
              <Text size="xs" c="dimmed" className={classes.answer} component="div">
                {answers[step]}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ol>
    </nav>
  );
}
