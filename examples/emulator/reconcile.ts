import type { Atlas } from './nightly-restore.ts';

/** What a configuration says that there should be, as Terraform's does. */
export type Wanted = Record<string, { region: string; tags: Record<string, string> }>;

/** What was done to get there; nothing on the second run. */
export async function reconcile(atlas: Atlas, wanted: Wanted): Promise<string[]> {
  const done: string[] = [];
  const { results } = await atlas.call('GET', '/flexClusters');
  const present = new Map<string, { tags?: { key: string; value: string }[] }>(results.map((one: { name: string }) => [one.name, one]));
  for (const name of present.keys()) {
    if (name in wanted) continue;
    await atlas.call('DELETE', `/flexClusters/${name}`);
    done.push(`deleted ${name}`);
  }
  for (const [name, { region, tags }] of Object.entries(wanted)) {
    const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
    const there = present.get(name);
    if (!there) {
      await atlas.call('POST', '/flexClusters', { name, providerSettings: { backingProviderName: 'AWS', regionName: region }, tags: list });
      done.push(`created ${name}`);
    } else if (JSON.stringify(there.tags ?? []) !== JSON.stringify(list)) {
      await atlas.call('PATCH', `/flexClusters/${name}`, { tags: list });
      done.push(`changed ${name}`);
    }
  }
  return done;
}
