import { type Static, Type } from 'typebox';
import { TIERS } from '../backup/cluster.ts';
import { Duration, FaultRules } from './fault-rule.ts';
import type { Place } from './schema-mistake.ts';

/** How long a link can be followed. */
export const LINK_LIVES = '4h';

const Moment = Type.String({ description: 'A date: 2026-01-31 or 2026-01-31T12:00:00Z.' });
const closed = { additionalProperties: false };
const Status = Type.Union([Type.Literal('PENDING'), Type.Literal('RUNNING'), Type.Literal('COMPLETED'), Type.Literal('FAILED')], {
  description: 'COMPLETED unless given; what is PENDING or RUNNING stays so.',
});

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
    status: Type.Optional(Status),
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
    status: Type.Optional(Status),
    download: Type.Optional(Type.Boolean({ description: 'A link instead of a restore.' })),
    expired: Type.Optional(Type.Literal(true, { description: `A link that is over: made ${LINK_LIVES} ago, unless it says when.` })),
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

const Projects = Type.Array(SeedProject, { minItems: 1, description: 'The first is the one that is printed.' });

const SeedOrganization = Type.Object({ name: Type.String({ minLength: 1 }), projects: Type.Optional(Projects) }, closed);

/** The seed of an emulator, defined once: what is checked, and what docs/emulator/seed.schema.json says. */
export const Seed = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    random: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999_999, description: 'What ids follow from.' })),
    clock: Type.Optional(Type.Object({ now: Type.Optional(Moment), frozen: Type.Optional(Type.Boolean()) }, closed)),
    organization: Type.Optional(Type.String({ minLength: 1, description: 'Its name, where it is the only one.' })),
    projects: Type.Optional(Projects),
    organizations: Type.Optional(
      Type.Array(SeedOrganization, {
        minItems: 1,
        description: 'Instead of organization and projects: each has a key of its own.',
      }),
    ),
    faults: Type.Optional(FaultRules),
  },
  { ...closed, title: 'The seed of a Lifeboat emulator' },
);

export type Seed = Static<typeof Seed>;
export type SeedCluster = Static<typeof SeedCluster>;
export type SeedSnapshot = Static<typeof SeedSnapshot>;
export type SeedRestore = Static<typeof SeedRestore>;

/** A project of a seed, and where in the seed it stands. */
export interface PlacedProject {
  /** No other project has it, whatever their names. */
  key: string;
  name: string;
  clusters: readonly SeedCluster[];
  place: Place;
}

export interface PlacedOrganization {
  name: string;
  projects: readonly PlacedProject[];
  place: Place;
}

/** All of them, however the seed says it; there is one at least. */
export function organizationsOf({ organization = 'Organization', projects, organizations }: Seed): PlacedOrganization[] {
  const placed = (list: readonly Static<typeof SeedProject>[] = [], place: Place) =>
    list.map(({ name, clusters = [] }, p) => ({ key: [...place, p].join(' '), name, clusters, place: [...place, p] }));
  if (!organizations) return [{ name: organization, projects: placed(projects, ['projects']), place: [] }];
  return organizations.map((one, n) => ({
    name: one.name,
    projects: placed(one.projects, ['organizations', n, 'projects']),
    place: ['organizations', n],
  }));
}

/** How long before the clock's start it was, where it does not say the moment. */
export function agoOf({ ago, expired }: Pick<SeedRestore, 'ago' | 'expired'>): string | number {
  return ago ?? (expired ? LINK_LIVES : 0);
}
