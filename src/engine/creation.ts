import { serialize } from 'bson';
import type { Document, MongoServerError } from 'mongodb';
import { extendedJson, parseExtendedJson } from '../bson/extended-json.ts';
import { Problem } from '../errors.ts';
import type { Listed } from './catalog.ts';
import { isUnsupported, sentenceOf } from './errors.ts';
import type { Namespace } from './namespaces.ts';
import type { OnUnsupported } from './restore.ts';
import { createOptions, differentIndexes, differentOptions, type IndexSpec, optionGroups, withoutExpiry } from './specifications.ts';
import type { Target } from './target.ts';

export interface CreationParts {
  target: Target;
  fence: () => Promise<void>;
  onUnsupported: OnUnsupported;
  /** The name it is created under. */
  ns: Namespace;
  /** What the user knows it by. */
  text: string;
}

/**
 * Creates one collection or view as the snapshot has it, and looks whether the target kept all of it. What it does not know throws `unsupported-feature`, or is left
 * out with a warning: as the user chose.
 */
export class Creation {
  readonly warnings: string[] = [];
  /** Of the collection as it was created, where the server has them: another one that took its name since has another. */
  uuid: string | undefined;
  readonly #parts: CreationParts;

  constructor(parts: CreationParts) {
    this.#parts = parts;
  }

  /** Answers the options that it has, as the snapshot says them. */
  async createCollection(wanted: string): Promise<string> {
    const { target, fence, onUnsupported, ns, text } = this.#parts;
    await fence();
    const { options } = createOptions(wanted);
    const refusal = await refusalOf(() => target.create(ns, options));
    const what = `the options of ${text} (${Object.keys(options).join(', ')})`;
    let created = options;
    if (refusal) {
      if (onUnsupported === 'fail') throw unsupported(`${what}: ${sentenceOf(refusal)}`, refusal);
      created = await this.#acceptedOptions(options);
      const still = await refusalOf(() => target.create(ns, created));
      if (still) throw unsupported(`${what}: ${sentenceOf(still)}`, still);
    }
    const found = await this.#look();
    this.uuid = found?.uuid;
    const lost = differentOptions(textOf(created), found?.options ?? '{}');
    if (lost.length > 0) this.#leaveOut(this.#notKept(lost));
    const leftOut = Object.keys(options).filter((name) => !(name in created) || lost.includes(name));
    return leftOut.length === 0 ? wanted : without(wanted, leftOut);
  }

  async createView(options: string): Promise<void> {
    const { target, fence, ns, text } = this.#parts;
    await fence();
    const refusal = await refusalOf(() => target.createView(ns, options));
    if (refusal) throw unsupported(`the view ${text}: ${sentenceOf(refusal)}`, refusal);
    const found = await this.#look();
    if (found?.kind !== 'view') throw unsupported(`the view ${text}`);
    const lost = differentOptions(options, found.options);
    if (lost.length > 0) throw this.#notKept(lost);
  }

  /** All in one command, so that the server reads the collection once. Answers those that the target took. */
  async createIndexes(specs: readonly IndexSpec[]): Promise<IndexSpec[]> {
    const { target, fence, ns, text } = this.#parts;
    if (specs.length === 0) return [];
    await fence();
    if (!(await refusalOf(() => target.createIndexes(ns, specs.map(withoutExpiry))))) return [...specs];
    const taken: IndexSpec[] = [];
    // Which of them was it? One at a time, on the staging, tells.
    for (const spec of specs) {
      const refusal = await refusalOf(() => target.createIndexes(ns, [withoutExpiry(spec)]));
      if (!refusal) taken.push(spec);
      else this.#leaveOut(unsupported(`index ${spec.name} of ${text}: ${sentenceOf(refusal)}`, refusal));
    }
    return taken;
  }

  /** Those that came out as the snapshot has them. */
  async keptIndexes(specs: readonly IndexSpec[]): Promise<IndexSpec[]> {
    const actual = await this.#parts.target.listIndexes(this.#parts.ns);
    const different = differentIndexes(specs, actual);
    if (different.length === 0) return [...specs];
    this.#leaveOut(this.#notKept(different));
    const named = (name: string) => actual.filter((text) => parseExtendedJson(text).name === name);
    return specs.filter((spec) => differentIndexes([spec], named(spec.name)).length === 0);
  }

  async drop(): Promise<void> {
    await this.#parts.fence();
    await this.#parts.target.drop(this.#parts.ns);
  }

  async #look(): Promise<Listed | undefined> {
    const { target, ns } = this.#parts;
    return (await target.look(ns.database, [ns.name])).get(ns.name);
  }

  /** Those of the options that the target takes by themselves; a warning for each of the others. */
  async #acceptedOptions(options: Document): Promise<Document> {
    const accepted: Document = {};
    for (const group of optionGroups(options)) {
      const refusal = await refusalOf(() => this.#parts.target.create(this.#parts.ns, group));
      if (!refusal) Object.assign(accepted, group);
      else this.#refused(group, refusal);
      await this.drop();
    }
    return accepted;
  }

  #refused(group: Document, refusal: MongoServerError): void {
    const problem = unsupported(`${Object.keys(group).join(', ')} of ${this.#parts.text}: ${sentenceOf(refusal)}`, refusal);
    // Its documents are buckets: as a plain collection they would be nobody's data.
    if ('timeseries' in group) throw problem;
    this.#leaveOut(problem);
  }

  #notKept(different: readonly string[]): Problem {
    return unsupported(`${different.join(', ')} of ${this.#parts.text} as the snapshot has it`);
  }

  /** Throws, or leaves it out and says so: as the user chose. */
  #leaveOut(problem: Problem): void {
    if (this.#parts.onUnsupported === 'fail') throw problem;
    this.warnings.push(problem.message);
  }
}

export function unsupported(what: string, cause?: unknown): Problem {
  return new Problem('unsupported-feature', [what], { cause });
}

/** The server's error when it does not know what was asked of it; null when it did it. */
async function refusalOf(work: () => Promise<void>): Promise<MongoServerError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const cause = (error as Error).cause;
    if (!isUnsupported(cause)) throw error;
    return cause;
  }
}

function without(options: string, names: readonly string[]): string {
  return textOf(Object.fromEntries(Object.entries(parseExtendedJson(options)).filter(([name]) => !names.includes(name))));
}

/** Canonical Extended JSON. */
export function textOf(document: Document): string {
  return extendedJson(Buffer.from(serialize(document)));
}
