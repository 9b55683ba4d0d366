import { AtlasError } from './error-table.ts';

export const V1 = '/api/atlas/v1.0';
export const V2 = '/api/atlas/v2';

/** The date of a resource version of v2: `2023-01-01`. */
export type VersionDate = `${number}-${number}-${number}`;

const VERSIONED = /application\/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json/i;

/**
 * The version that answers: the newest that is not after the one asked for, as Atlas resolves a date between two versions. Without a date in
 * `Accept`, or with one before the first version: 406 `INVALID_VERSION_DATE`.
 */
export function resolveVersion(accept: string | undefined, versions: readonly VersionDate[]): VersionDate {
  const asked = VERSIONED.exec(accept ?? '')?.[1];
  // Dates of this form sort as texts do.
  const possible = asked === undefined || Number.isNaN(Date.parse(asked)) ? [] : versions.filter((version) => version <= asked);
  if (possible.length === 0) throw new AtlasError('INVALID_VERSION_DATE');
  return possible.toSorted().at(-1)!;
}

export function mediaTypeOf(version: VersionDate): string {
  return `application/vnd.atlas.${version}+json`;
}
