import { selectNamespaces } from '../engine/namespace-selection.ts';
import type { RestoreIntent } from '../engine/preflight.ts';
import type { OnUnsupported, RestoreMode } from '../engine/restore.ts';
import type { Id } from '../ids.ts';

/** What is restored, under which names, and how. Empty: everything, as Atlas does it. */
export interface RestoreOptions {
  /** Patterns as mongorestore's `--nsInclude` and so on. */
  nsInclude?: string[];
  nsExclude?: string[];
  nsFrom?: string[];
  nsTo?: string[];
  /** Of clusters that are a database each on a shared server: what the snapshot calls it, and the target. */
  database?: { from: string; to: string };
  /** Keeps the collections of the target that the snapshot lacks. A selective restore never removes any. */
  keep?: boolean;
  /** `staged` unless given. */
  mode?: RestoreMode;
  /** `fail` unless given. */
  onUnsupported?: OnUnsupported;
  /** The job whose interrupted swap this one carries on. */
  resumes?: Id;
}

/**
 * Whether a snapshot of the target is taken first, for `undo`. `when-replacing`: where the restore removes or replaces anything that stands there.
 */
export type SafetySnapshot = 'always' | 'when-replacing' | 'never';

/** The engine's part of the options. Throws `invalid-value` for a pattern that cannot be used. */
export function intentOf(options: RestoreOptions): Pick<RestoreIntent, 'selection' | 'keep'> & { mode: RestoreMode } {
  return { selection: selectNamespaces(options), keep: options.keep ?? false, mode: options.mode ?? 'staged' };
}
