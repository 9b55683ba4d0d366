import { Badge, Tooltip } from '@mantine/core';

export type Consistency = 'point-in-time' | 'quiesced' | 'per-collection';

const MEANING: Readonly<Record<Consistency, { word: string; color: string; text: string }>> = {
  'point-in-time': { word: 'Point in time', color: 'forest', text: 'All collections as they were at one moment of the cluster.' },
  quiesced: { word: 'Quiesced', color: 'teal', text: 'Nothing was written while it was read: all collections are of one moment.' },
  'per-collection': {
    word: 'Per collection',
    color: 'yellow',
    text: 'Each collection was read by itself, while others may have been written to: documents that refer to each other may not match.',
  },
};

/** How far a snapshot is of one moment; said, never implied. */
export function ConsistencyLabel({ value }: { value: Consistency | undefined }) {
  if (!value) return <span>–</span>;
  const { word, color, text } = MEANING[value];
  return (
    <Tooltip label={text}>
      <Badge color={color} variant="outline" tabIndex={0} style={{ cursor: 'help' }}>
        {word}
      </Badge>
    </Tooltip>
  );
}
