import { weighted } from '../accept.ts';
import { AtlasError } from './error-table.ts';

export const V1 = '/api/atlas/v1.0';
export const V2 = '/api/atlas/v2';

/** The date of a resource version of v2: `2023-01-01`. */
export type VersionDate = `${number}-${number}-${number}`;

const VERSIONED = /^application\/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json$/;

/**
 * The version that answers: the newest that is not after the one asked for, as Atlas resolves a date between two versions. Of several in `Accept` the one of the
 * greatest weight counts, or the first. Without a date, or with one before the first version: 406 `INVALID_VERSION_DATE`.
 */
export function resolveVersion(accept: string | undefined, versions: readonly VersionDate[]): VersionDate {
  const dates = weighted(accept)
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .flatMap(({ name }) => VERSIONED.exec(name)?.[1] ?? []);
  for (const asked of dates.filter(isDate)) {
    // Dates of this form sort as texts do.
    const newest = versions
      .filter((version) => version <= asked)
      .toSorted()
      .at(-1);
    if (newest !== undefined) return newest;
  }
  throw new AtlasError('INVALID_VERSION_DATE');
}

function isDate(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export function mediaTypeOf(version: VersionDate): string {
  return `application/vnd.atlas.${version}+json`;
}
