import { Alert } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useStreamState } from '../stream.ts';

/** Without the stream of changes pages are read anew this often. */
const ASK_EVERY = 10_000;

/** Says so while the page hears of no changes, and asks in their place. */
export function AwayBanner() {
  const isAway = useStreamState() === 'away';
  const cache = useQueryClient();
  useEffect(() => {
    if (!isAway) return;
    const timer = setInterval(() => void cache.invalidateQueries({ queryKey: ['project'] }), ASK_EVERY);
    return () => clearInterval(timer);
  }, [isAway, cache]);
  if (!isAway) return null;
  return (
    <Alert color="yellow" variant="light" mb="md" py="xs" role="status">
      No live updates just now: what you see may be some seconds old. The page looks again by itself.
    </Alert>
  );
}
