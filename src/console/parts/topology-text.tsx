const WORDS: Readonly<Record<string, string>> = { standalone: 'Standalone', replicaSet: 'Replica set', sharded: 'Sharded cluster' };

/** `Replica set, MongoDB 8.0.4`. */
export function TopologyText({ topology, mongodbVersion }: { topology?: string | undefined; mongodbVersion?: string | undefined }) {
  return <>{[topology && (WORDS[topology] ?? topology), mongodbVersion && `MongoDB ${mongodbVersion}`].filter(Boolean).join(', ')}</>;
}
