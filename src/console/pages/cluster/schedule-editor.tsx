import { Button, Fieldset, Grid, Group, Stack, Switch } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type FormEvent, useState } from 'react';
import { type Schedule, useSaveSchedule } from '../../api/schedule.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { DrillFields } from './drill-fields.tsx';
import { PolicyRows } from './policy-rows.tsx';
import { SchedulePreviewPane } from './schedule-preview.tsx';
import { TimeFields } from './time-fields.tsx';

interface Props {
  stored: Schedule;
  mayChange: boolean;
}

/** A draft of the schedule, beside it what it would do. Nothing is changed before it is saved. */
export function ScheduleEditor({ stored, mayChange }: Props) {
  const [draft, setDraft] = useState(stored);
  const [settled] = useDebouncedValue(draft, 300);
  const save = useSaveSchedule();
  const isChanged = JSON.stringify(draft) !== JSON.stringify(stored);
  const change = (part: Partial<Schedule>) => setDraft({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(draft);
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <form onSubmit={submit}>
          <Stack>
            <Fieldset legend="Snapshots, and how long they are kept" disabled={!mayChange}>
              <PolicyRows items={draft.policy} onChange={(policy) => change({ policy })} />
              <TimeFields schedule={draft} onChange={change} />
            </Fieldset>
            <Fieldset legend="Drills: restores that are rehearsed" disabled={!mayChange}>
              <DrillFields drill={draft.drill ?? null} onChange={(drill) => change({ drill })} />
            </Fieldset>
            <Switch
              label="Paused: nothing is taken by this schedule, and nothing is given up"
              checked={draft.paused}
              disabled={!mayChange}
              onChange={(event) => change({ paused: event.currentTarget.checked })}
            />
            {save.error && <ErrorNotice error={save.error} title="The schedule was not saved" />}
            {mayChange && (
              <Group justify="flex-end">
                <Button variant="default" disabled={!isChanged} onClick={() => setDraft(stored)}>
                  Undo the changes
                </Button>
                <Button type="submit" disabled={!isChanged} loading={save.isPending}>
                  Save
                </Button>
              </Group>
            )}
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <SchedulePreviewPane draft={settled} isChanged={isChanged} />
      </Grid.Col>
    </Grid>
  );
}
