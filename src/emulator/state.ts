import type { FaultsState } from './faults.ts';
import type { EmulatorIdentity } from './identity.ts';
import type { TranscriptState } from './transcript.ts';

/** What an emulator knows beside its database, its vault and its MongoDB. */
export interface EmulatorState {
  now: string;
  frozen: boolean;
  /** Of the sequence of ids. */
  ids: { processPart: string; counter: number };
  faults: FaultsState;
  transcript: TranscriptState;
  /** Jobs that wait for the clock, and since when. */
  held: Record<string, string>;
  identity: Pick<EmulatorIdentity, 'orgId' | 'projectId' | 'projects' | 'publicKey' | 'privateKey' | 'organizations'>;
  /** Of its vault, and of what is sealed in its database. */
  masterKey: string;
  /** What the databases of its clusters begin with, and where they are. */
  databasePrefix: string;
  mongoHosts: string;
}

/** A state that was saved: in `folder` are `state.json`, `postgres/`, `vault/` and `mongodb/`. */
export interface SavedState {
  folder: string;
  state: EmulatorState;
}
