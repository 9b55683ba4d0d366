import { type CatalogCollection, type CollectionKind, type Listed, readCatalog } from './catalog.ts';
import { namespaceText, SYSTEM_JS } from './namespaces.ts';
import { leftOut, type RestoreIntent, refusals } from './preflight.ts';
import { removesTheRest, type SourceCollection } from './restore.ts';
import { freeBytesAt, type RoomNeeded, roomNeeded } from './room.ts';

export interface Size {
  documents: number;
  bytes: number;
}

/** A namespace that the restore would touch, or that stays; `before` at the target by the server's own books, `after` by the snapshot. */
export interface ImpactEntry {
  namespace: string;
  kind: CollectionKind;
  before?: Size;
  after?: Size;
}

/** What a restore would do, found out without writing. */
export interface RestoreImpact {
  replaced: ImpactEntry[];
  created: ImpactEntry[];
  /** At the target, not in the snapshot, and gone afterwards. */
  dropped: ImpactEntry[];
  /** At the target and left alone. */
  kept: ImpactEntry[];
  /** Why it would fail at once. */
  refusals: { code: string; message: string }[];
  warnings: string[];
  /** The disk that the copy beside the old data takes; nothing in place. */
  room: RoomNeeded & { freeBytes: number | null };
}

/** Looks at the target as it is now. Whether it takes every option and index is only known when they are created: the restore itself tries that before it replaces anything. */
export async function forecastImpact(intent: RestoreIntent, o: { signal?: AbortSignal } = {}): Promise<RestoreImpact> {
  const standing = (await readCatalog(intent.deployment, { signal: o.signal })).filter((c) => c.name !== SYSTEM_JS);
  const chosen = chosenOf(intent);
  const there = new Map(standing.map((c) => [namespaceText(c), c]));
  const comes = new Set(chosen.map(({ text }) => text));
  const coming = chosen.map(({ text, collection }): ImpactEntry => {
    const before = there.get(text);
    const { documents, bytes } = collection.expected;
    return { namespace: text, kind: collection.kind, ...(before && { before: sizeOf(before) }), after: { documents, bytes } };
  });
  const others = standing
    .filter((c) => !comes.has(namespaceText(c)))
    .map((c): ImpactEntry => ({ namespace: namespaceText(c), kind: c.kind, before: sizeOf(c) }));
  const isTried = intent.onLittleRoom === 'warn';
  const room = { ...roomOf(intent, chosen), freeBytes: await freeBytesAt(intent.deployment) };
  return {
    replaced: coming.filter((entry) => entry.before),
    created: coming.filter((entry) => !entry.before),
    dropped: removesTheRest(intent) ? others : [],
    kept: removesTheRest(intent) ? [] : others,
    refusals: [...refusals(intent, standing).map(({ code, message }) => ({ code, message })), ...(isTried ? [] : roomRefusals(room))],
    warnings: [...leftOut(intent), ...roomWarnings(room, isTried), ...(intent.mode === 'in-place' ? [IN_PLACE] : [])],
    room,
  };
}

const IN_PLACE = 'In place: a restore that stops midway leaves the target neither as before nor as the snapshot, until it is carried on.';

function roomRefusals({ freeBytes, leastBytes }: RestoreImpact['room']): RestoreImpact['refusals'] {
  if (freeBytes === null || freeBytes >= leastBytes) return [];
  return [{ code: 'target-full', message: `The target has ${freeBytes} bytes free and needs at least ${leastBytes}.` }];
}

function roomWarnings({ freeBytes, leastBytes, logicalBytes }: RestoreImpact['room'], isTried: boolean): string[] {
  if (freeBytes === null || freeBytes >= logicalBytes || (freeBytes < leastBytes && !isTried)) return [];
  return [`The target has ${freeBytes} bytes free; the snapshot is ${logicalBytes} bytes before the server compresses it.`];
}

/** Whether a restore would remove or replace anything that stands at the target. */
export function replacesAnything(intent: RestoreIntent, standing: readonly Listed[]): boolean {
  if (removesTheRest(intent)) return standing.length > 0;
  const comes = new Set(chosenOf(intent).map(({ text }) => text));
  return standing.some((c) => comes.has(namespaceText(c)));
}

function chosenOf({ source, selection }: RestoreIntent): { text: string; collection: SourceCollection }[] {
  return source.collections.flatMap((collection) => {
    const destination = selection.target(collection);
    return destination && collection.name !== SYSTEM_JS ? [{ text: namespaceText(destination), collection }] : [];
  });
}

function roomOf({ mode }: RestoreIntent, chosen: readonly { collection: SourceCollection }[]): RoomNeeded {
  return roomNeeded(mode === 'in-place' ? [] : chosen.map(({ collection }) => collection));
}

function sizeOf({ estimatedDocuments, estimatedBytes }: CatalogCollection): Size {
  return { documents: estimatedDocuments, bytes: estimatedBytes };
}
