import type { TaskId } from '../../model/ids.ts';
import { disguisedIn } from './decoded.ts';

/** Consecutive words that count as copied. 13-grams are what GPT-3's decontamination used (arXiv 2005.14165, appendix C); code is terser. */
const WORDS = 12;
/** Different copied n-grams of one task it takes: one alone may be chance. */
const ENOUGH = 3;
/** An n-gram that this many tasks share is boilerplate, e.g. a licence or a test harness. */
const COMMON = 3;
/** Plain words may be task ids too (`clock`); only several of them at once look like a table of tasks. */
const PLAIN_IDS = 3;

/** What a variant's code must not hold of a benchmark. */
export interface Fingerprints {
  readonly ids: readonly TaskId[];
  /** n-gram -> the task it gives away. */
  readonly ngrams: ReadonlyMap<string, TaskId>;
}

export const NO_FINGERPRINTS: Fingerprints = { ids: [], ngrams: new Map() };

/** Fingerprints of tasks from the texts that belong to them: statement, tests, reference solution. */
export function fingerprint(
  tasks: readonly { readonly id: TaskId; readonly texts: readonly string[] }[],
): Fingerprints {
  const owners = new Map<string, Set<TaskId>>();
  for (const { id, texts } of tasks)
    for (const ngram of texts.flatMap((text) => ngramsOf(text))) {
      const set = owners.get(ngram);
      if (set === undefined) owners.set(ngram, new Set([id]));
      else set.add(id);
    }
  const ngrams = new Map<string, TaskId>();
  for (const [ngram, ids] of owners) if (ids.size < COMMON) ngrams.set(ngram, [...ids][0]!);
  return { ids: tasks.map((task) => task.id), ngrams };
}

/**
 * Why added text gives the benchmark away, or `null`; also where it does so in disguise. What the parent's code already held is
 * not held against the child.
 *
 * @param lines the added lines alone, in which disguised text is looked for
 */
export function contaminationProblem(
  added: string,
  parent: string,
  prints: Fingerprints,
  lines = added,
): string | null {
  if (prints.ids.length === 0 && prints.ngrams.size === 0) return null;
  const known = new Set(ngramsOf(parent));
  const open = problemOf(added, parent, known, prints, true);
  if (open !== null) return open;
  for (const { how, text, reading } of disguisedIn(lines)) {
    const problem = problemOf(text, parent, known, prints, !reading);
    if (problem !== null) return `${problem}, ${how}`;
  }
  return null;
}

/** @param plain whether plain words may be names of tasks */
function problemOf(
  added: string,
  parent: string,
  known: ReadonlySet<string>,
  prints: Fingerprints,
  plain: boolean,
): string | null {
  const named = prints.ids.filter((id) => names(added, id) && !names(parent, id));
  if (named.some(isDistinctive)) return 'names a benchmark task';
  if (plain && named.length >= PLAIN_IDS) return `names ${named.length} benchmark tasks`;
  const copied = new Map<TaskId, number>();
  for (const ngram of new Set(ngramsOf(added))) {
    const task = prints.ngrams.get(ngram);
    if (task === undefined || known.has(ngram)) continue;
    const count = (copied.get(task) ?? 0) + 1;
    if (count >= ENOUGH) return "repeats a benchmark task's statement, tests or solution";
    copied.set(task, count);
  }
  return null;
}

/** Of words alone, so that formatting does not matter; escapes are read as the white space they stand for in a string. */
function ngramsOf(text: string): string[] {
  const words =
    text
      .replace(/\\[nrtvfb]/g, ' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? [];
  const ngrams: string[] = [];
  for (let i = 0; i + WORDS <= words.length; i++) ngrams.push(words.slice(i, i + WORDS).join(' '));
  return ngrams;
}

function names(text: string, id: TaskId): boolean {
  const literal = id.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${literal}(?![\\p{L}\\p{N}_-])`, 'iu').test(text);
}

function isDistinctive(id: TaskId): boolean {
  return id.length >= 8 && /[\d_/-]/.test(id);
}
