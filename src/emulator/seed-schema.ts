import { type Static, Type } from 'typebox';
import { TIERS } from '../backup/cluster.ts';
import { Duration, FaultRules } from './fault-rule.ts';

const Moment = Type.String({ description: 'A date: 2026-01-31 or 2026-01-31T12:00:00Z.' });
const closed = { additionalProperties: false };

const SeedSnapshot = Type.Object(
  {
    name: Type.Optional(Type.String({ description: 'By which restores of this seed name it.' })),
    ago: Type.Optional(Duration),
    at: Type.Optional(Moment),
    description: Type.Optional(Type.String()),
    documents: Type.Optional(
      Type.Record(Type.String(), Type.Array(Type.Record(Type.String(), Type.Unknown())), {
        description: 'What the collections held then; what the cluster has at the end unless given.',
      }),
    ),
    status: Type.Optional(Type.Union([Type.Literal('COMPLETED'), Type.Literal('FAILED')])),
    reason: Type.Optional(Type.String({ description: 'Why a FAILED one failed.' })),
  },
  { ...closed, description: 'A snapshot in the past: really taken, of these documents.' },
);

const SeedRestore = Type.Object(
  {
    snapshot: Type.String({ description: 'The name of a snapshot of this cluster.' }),
    target: Type.Optional(Type.String({ description: 'A cluster of the same project; this one unless given.' })),
    ago: Type.Optional(Duration),
    at: Type.Optional(Moment),
    status: Type.Optional(
      Type.Union([Type.Literal('PENDING'), Type.Literal('RUNNING'), Type.Literal('COMPLETED'), Type.Literal('FAILED')], {
        description: 'COMPLETED unless given.',
      }),
    ),
    download: Type.Optional(Type.Boolean({ description: 'A link instead of a restore.' })),
    reason: Type.Optional(Type.String({ description: 'Why a FAILED one failed.' })),
  },
  { ...closed, description: 'A restore job. A COMPLETED one was really done.' },
);

const SeedCluster = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: 'Letters, digits and dashes.' }),
    tier: Type.Optional(Type.Enum([...TIERS], { description: 'FLEX unless given.' })),
    createdAgo: Type.Optional(Duration),
    documents: Type.Optional(
      Type.Record(Type.String(), Type.Array(Type.Record(Type.String(), Type.Unknown())), { description: 'By collection; extended JSON.' }),
    ),
    snapshots: Type.Optional(Type.Array(SeedSnapshot)),
    restores: Type.Optional(Type.Array(SeedRestore)),
  },
  closed,
);

const SeedProject = Type.Object({ name: Type.String({ minLength: 1 }), clusters: Type.Optional(Type.Array(SeedCluster)) }, closed);

/** The seed of an emulator, defined once: what is checked, and what docs/emulator/seed.schema.json says. */
export const Seed = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    random: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999_999, description: 'What ids follow from.' })),
    clock: Type.Optional(Type.Object({ now: Type.Optional(Moment), frozen: Type.Optional(Type.Boolean()) }, closed)),
    organization: Type.Optional(Type.String({ minLength: 1, description: 'Its name.' })),
    projects: Type.Optional(Type.Array(SeedProject, { minItems: 1, description: 'The first is the one that is printed.' })),
    faults: Type.Optional(FaultRules),
  },
  { ...closed, title: 'The seed of a Lifeboat emulator' },
);

export type Seed = Static<typeof Seed>;
export type SeedCluster = Static<typeof SeedCluster>;
export type SeedSnapshot = Static<typeof SeedSnapshot>;
export type SeedRestore = Static<typeof SeedRestore>;
