import type { Atlas } from './atlas.ts';

/** What a configuration says that there should be, as Terraform's does. */
export type Wanted = Record<string, { region: string; tags?: Record<string, string> }>;

interface Change {
  said: string;
  make: (atlas: Atlas) => Promise<unknown>;
}

interface Present {
  name: string;
  providerSettings: { regionName: string };
  tags?: { key: string; value: string }[];
}

/** Makes the project's clusters what is wanted, and answers what it did: nothing where nothing has drifted. What may pass is met by another look at what there is. */
export async function reconcile(atlas: Atlas, wanted: Wanted, rounds = 5): Promise<string[]> {
  const made: string[] = [];
  for (let round = 1; ; round += 1) {
    try {
      const changes = await plan(atlas, wanted);
      if (changes.length === 0) return made;
      for (const { said, make } of changes) {
        await make(atlas);
        made.push(said);
      }
    } catch (error) {
      if (round === rounds || !mayPass(error)) throw error;
    }
  }
}

/** What is to be done. A cluster does not move: where the region is another it is deleted, and made by the next plan. */
async function plan(atlas: Atlas, wanted: Wanted): Promise<Change[]> {
  const { results } = await atlas.call('GET', '/flexClusters');
  const changes: Change[] = [];
  for (const { name, providerSettings, tags = [] } of results as Present[]) {
    const there = { region: providerSettings.regionName, tags };
    const other = wanted[name];
    if (other?.region !== there.region)
      changes.push({ said: `deleted ${name}`, make: ({ call }) => call('DELETE', `/flexClusters/${name}`) });
    else if (JSON.stringify(tagsOf(other)) !== JSON.stringify(tags))
      changes.push({ said: `changed ${name}`, make: ({ call }) => call('PATCH', `/flexClusters/${name}`, { tags: tagsOf(other) }) });
  }
  const present = new Set((results as Present[]).map(({ name }) => name));
  for (const [name, one] of Object.entries(wanted)) {
    const body = { name, providerSettings: { backingProviderName: 'AWS', regionName: one.region }, tags: tagsOf(one) };
    if (!present.has(name)) changes.push({ said: `created ${name}`, make: ({ call }) => call('POST', '/flexClusters', body) });
  }
  return changes;
}

const tagsOf = ({ tags = {} }: Wanted[string]) => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** A connection that broke has no status: whether the change was made is what the next plan sees. */
function mayPass(error: unknown): boolean {
  const { status } = error as { status?: number };
  return status === undefined || status === 429 || status >= 500;
}
