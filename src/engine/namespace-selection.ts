import { Problem } from '../errors.ts';
import { type Namespace, namespaceText } from './namespaces.ts';

/**
 * Which namespaces a restore takes and under which names, in the patterns of mongorestore: `*` stands for any text, `\` makes the next
 * character plain, and `nsFrom`/`nsTo` may name the text that varies (`data.$customer$` to `cust_$customer$.data`).
 */
export interface SelectionOptions {
  nsInclude?: readonly string[];
  nsExclude?: readonly string[];
  nsFrom?: readonly string[];
  nsTo?: readonly string[];
  /** Both are the one database of a cluster that has no other: what stands in the one comes to stand in the other. It selects nothing. */
  database?: { from: string; to: string };
}

export interface NamespaceSelection {
  /** Whether every namespace is taken under its own name (in the cluster's one database, whatever that is called): only then are collections that the snapshot lacks removed from the target. */
  readonly everything: boolean;
  /** Where `namespace` goes, or null when it is left out. */
  target(namespace: Namespace): Namespace | null;
}

/** Throws `invalid-value` for a pattern that cannot be used. */
export function selectNamespaces(o: SelectionOptions = {}): NamespaceSelection {
  const included = (o.nsInclude ?? []).map((pattern) => matcherOf('nsInclude', pattern));
  const excluded = (o.nsExclude ?? []).map((pattern) => matcherOf('nsExclude', pattern));
  const renames = renamesOf(o.nsFrom ?? [], o.nsTo ?? []);
  return {
    everything: included.length === 0 && excluded.length === 0 && renames.length === 0,
    target(namespace) {
      const text = namespaceText(namespace);
      if (included.length > 0 && !included.some((matches) => matches(text))) return null;
      if (excluded.some((matches) => matches(text))) return null;
      const renamed = renamedBy(renames, text) ?? namespace;
      return o.database?.from === renamed.database ? { ...renamed, database: o.database.to } : renamed;
    },
  };
}

/** The parts of a text that vary in a pattern; `null` when it does not match. */
type Matcher = (text: string) => string[] | null;

interface Rename {
  from: Matcher;
  to: (varying: string[]) => string;
}

function renamedBy(renames: readonly Rename[], text: string): Namespace | null {
  for (const { from, to } of renames) {
    const varying = from(text);
    if (varying) return split(to(varying), text);
  }
  return null;
}

function renamesOf(from: readonly string[], to: readonly string[]): Rename[] {
  if (from.length !== to.length)
    throw new Problem('invalid-value', ['nsFrom and nsTo', 'there must be as many of the one as of the other']);
  // As with mongorestore, the last pair that fits wins.
  return from.map((pattern, number) => renameOf(pattern, to[number]!)).reverse();
}

type Token = { text: string } | { variable: string };

function renameOf(from: string, to: string): Rename {
  const source = tokens('nsFrom', from);
  const destination = tokens('nsTo', to);
  const names = source.flatMap((token) => ('variable' in token ? [token.variable] : []));
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw new Problem('invalid-value', ['nsFrom', `${from} names $${repeated}$ twice`]);
  for (const token of destination) {
    if ('variable' in token && !names.includes(token.variable)) {
      throw new Problem('invalid-value', ['nsTo', `${to} holds more than what ${from} lets vary`]);
    }
  }
  const stars = (list: Token[]) => list.filter((token) => 'variable' in token && /^\*\d+$/.test(token.variable)).length;
  if (stars(source) !== stars(destination)) throw new Problem('invalid-value', ['nsTo', `${to} has not as many * as ${from}`]);
  const place = (varying: string[]) =>
    destination.map((token) => ('text' in token ? token.text : varying[names.indexOf(token.variable)])).join('');
  return { from: matcher(source), to: place };
}

function matcherOf(option: string, pattern: string): Matcher {
  if (pattern.includes('$')) throw new Problem('invalid-value', [option, `${pattern} holds a $, which only nsFrom and nsTo know`]);
  return matcher(tokens(option, pattern));
}

/** The plain and the varying parts of a pattern; the n-th `*` is the variable `*n`. With `$variables$`, as in mongorestore, a `*` is plain. */
function tokens(option: string, pattern: string): Token[] {
  if (pattern === '') throw new Problem('invalid-value', [option, 'a pattern must not be empty']);
  const named = pattern.includes('$');
  const found: Token[] = [];
  let stars = 0;
  for (const [part, variable, escaped] of pattern.matchAll(/\$([^$]*)\$|\\(.)|./gsu)) {
    if (variable !== undefined) found.push({ variable });
    else if (part === '$') throw new Problem('invalid-value', [option, `${pattern} has a $ without its partner`]);
    else if (part === '*' && !named) found.push({ variable: `*${++stars}` });
    else found.push({ text: escaped ?? part });
  }
  return found;
}

/**
 * With several varying parts the first takes the least, and so on: each plain part is taken where it comes first. No expression is made of it, which would try all
 * divisions: a pattern of eight stars took minutes for a name of sixty letters, in the process that answers everybody.
 */
function matcher(list: Token[]): Matcher {
  const plain = [''];
  for (const token of list) {
    if ('text' in token) plain.push(plain.pop() + token.text);
    else plain.push('');
  }
  const [first, ...between] = plain as [string, ...string[]];
  const last = between.pop();
  return (text) => {
    if (last === undefined) return text === first ? [] : null;
    if (!text.startsWith(first)) return null;
    const varying: string[] = [];
    let at = first.length;
    for (const part of between) {
      const next = text.indexOf(part, at);
      if (next < 0) return null;
      varying.push(text.slice(at, next));
      at = next + part.length;
    }
    const end = text.length - last.length;
    return end >= at && text.endsWith(last) ? [...varying, text.slice(at, end)] : null;
  };
}

function split(text: string, source: string): Namespace {
  const dot = text.indexOf('.');
  if (dot < 1 || dot === text.length - 1) throw new Problem('invalid-value', ['nsTo', `${source} would become ${text || 'an empty name'}`]);
  return { database: text.slice(0, dot), name: text.slice(dot + 1) };
}
