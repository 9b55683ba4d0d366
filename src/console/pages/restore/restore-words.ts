import type { Forecast } from '../../api/restores.ts';
import { counted, countText } from '../../format.ts';

/** A sentence in pieces; names stand out. */
export type Phrase = string | { name: string };

export interface RestoreInWords {
  source: string;
  target: string;
  /** Of the target where it is not the snapshot's own. */
  targetProject?: string | undefined;
  isSource: boolean;
  isSelection: boolean;
  /** `3 h ago`. */
  when: string;
  /** `point in time`. */
  consistency: string;
}

/** In one sentence what the restore will do, from what the dry run found. */
export function sentenceOf(forecast: Pick<Forecast, 'replaced' | 'created' | 'dropped' | 'kept'>, words: RestoreInWords): Phrase[] {
  const replaced = forecast.replaced.length;
  const created = forecast.created.length;
  const dropped = forecast.dropped.length;
  const kept = forecast.kept.length;
  const target: Phrase[] = [{ name: words.target }, words.targetProject ? ` of the project ${words.targetProject}` : ''];
  const asOf = `as of ${words.when} (${words.consistency})`;
  const source: Phrase[] = [{ name: words.source }, ` ${asOf}`];
  if (replaced + created === 0) return ['Nothing of the snapshot is chosen: ', ...target, ' stays as it is.'];
  if (replaced + dropped === 0) return [`${collections(created)} of `, ...source, ' will be created in ', ...target, besideKept(kept)];
  if (words.isSelection || kept > 0) return [...partly(replaced, created, source, target), rest([[dropped, 'removed'], ...stays(kept)])];
  const gone = replaced + dropped;
  const all = gone === 1 ? 'The one collection of ' : `All ${collections(gone)} of `;
  if (words.isSource)
    return [
      all,
      ...target,
      ` will go back to what ${gone === 1 ? 'it was' : 'they were'} ${words.when} (${words.consistency}); what was written since is lost.`,
    ];
  return [all, ...target, ' will be replaced by ', ...source, '.'];
}

function partly(replaced: number, created: number, source: Phrase[], target: Phrase[]): Phrase[] {
  if (replaced === 0) return [`${collections(created)} of `, ...source, ' will be created in ', ...target];
  const also = created > 0 ? `, and ${countText(created)} created` : '';
  return [`${collections(replaced)} of `, ...target, ' will be replaced by ', ...source, also];
}

const stays = (kept: number): [number, string][] => [[kept, kept === 1 ? 'stays as it is' : 'stay as they are']];

function rest(parts: [number, string][]): string {
  const words = parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${countText(count)} ${what === 'removed' ? 'will be removed' : what}`);
  return words.length > 0 ? `; ${words.join(', ')}.` : '.';
}

function besideKept(kept: number): string {
  if (kept === 0) return ', which is empty now.';
  return `, beside the ${countText(kept)} that ${kept === 1 ? 'stands' : 'stand'} there now.`;
}

const collections = (count: number) => counted(count, 'collection');

export function sentenceText(phrases: readonly Phrase[]): string {
  return phrases.map((phrase) => (typeof phrase === 'string' ? phrase : phrase.name)).join('');
}
