import { useEffect, useState } from 'react';
import type { components } from '../../api/served.d.ts';

type JobProgress = components['schemas']['JobProgress'];

export interface Rate {
  documentsPerSecond: number;
  bytesPerSecond: number;
  remainingSeconds?: number | undefined;
}

export interface Sample {
  at: number;
  documents: number;
  bytes: number;
}

const WINDOW = 15_000;

/** With a sample of now, without those that are too old to say how fast it is at present. */
export function sampled(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  // It begins anew where a collection is loaded once more.
  if (last && sample.bytes < last.bytes) return [sample];
  return [...samples.filter(({ at }) => sample.at - at <= WINDOW), sample];
}

/** From the first to the last sample; `null` until there are two of different moments. */
export function rateOf(samples: readonly Sample[], totalBytes: number | undefined): Rate | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 500) return null;
  const seconds = (last.at - first.at) / 1000;
  const bytesPerSecond = (last.bytes - first.bytes) / seconds;
  return {
    documentsPerSecond: (last.documents - first.documents) / seconds,
    bytesPerSecond,
    ...(totalBytes !== undefined && bytesPerSecond > 0 && { remainingSeconds: (totalBytes - last.bytes) / bytesPerSecond }),
  };
}

/** How fast a job is at present, from what its page heard of it. */
export function useRate(progress: JobProgress | undefined, isRunning: boolean): Rate | null {
  const [samples, setSamples] = useState<Sample[]>([]);
  useEffect(() => {
    if (!isRunning || progress?.bytes === undefined) return setSamples([]);
    const { bytes, documents = 0 } = progress;
    setSamples((before) => sampled(before, { at: Date.now(), bytes, documents }));
  }, [progress, isRunning]);
  return rateOf(samples, progress?.totalBytes);
}
