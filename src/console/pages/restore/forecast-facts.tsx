import { SimpleGrid } from '@mantine/core';
import type { Forecast, Impact } from '../../api/restores.ts';
import { bytesText, counted, countText, durationText } from '../../format.ts';
import { Fact } from '../../parts/fact.tsx';
import type { WizardState } from './wizard-state.ts';

const sum = (entries: readonly Impact[], side: 'before' | 'after', what: 'documents' | 'bytes') =>
  entries.reduce((all, entry) => all + (entry[side]?.[what] ?? 0), 0);

/** The dry run in a few numbers. */
export function ForecastFacts({ forecast, state }: { forecast: Forecast; state: WizardState }) {
  const { replaced, created, dropped, room, estimate, safetySnapshot } = forecast;
  const gone = [...replaced, ...dropped];
  const comes = [...replaced, ...created];
  const roomText = room.freeBytes === undefined ? 'the target does not say what is free' : `${bytesText(room.freeBytes)} are free`;
  const hasRoom = state.mode === 'staged' && room.logicalBytes > 0;
  return (
    <SimpleGrid cols={{ base: 2, md: hasRoom ? 5 : 4 }} spacing="sm">
      <Fact
        title="Goes"
        value={countText(sum(gone, 'before', 'documents'))}
        note={`documents, ${counted(gone.length, 'collection')}, ${bytesText(sum(gone, 'before', 'bytes'))}`}
      />
      <Fact
        title="Comes"
        value={countText(sum(comes, 'after', 'documents'))}
        note={`documents, ${counted(comes.length, 'collection')}, ${bytesText(sum(comes, 'after', 'bytes'))}`}
      />
      <Fact
        title="Time"
        value={estimate ? `about ${durationText(estimate.seconds)}` : 'not known'}
        note={
          estimate
            ? `at ${bytesText(estimate.bytesPerSecond)}/s, as the last ${counted(estimate.measuredOn, 'restore')}`
            : 'no restore into this deployment was measured yet'
        }
      />
      <Fact
        title="Way back"
        value={safetySnapshot ? 'a snapshot first' : gone.length > 0 ? 'none' : 'not needed'}
        note={safetySnapshot ? 'undo brings it back' : gone.length > 0 ? 'what goes cannot be brought back' : 'nothing is replaced'}
      />
      {hasRoom && (
        <Fact
          title="Room for the copy"
          value={`up to ${bytesText(room.logicalBytes)}`}
          note={`at least ${bytesText(room.leastBytes)}; ${roomText}`}
        />
      )}
    </SimpleGrid>
  );
}
