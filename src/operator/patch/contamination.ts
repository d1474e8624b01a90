import type { TaskId } from '../../model/ids.ts';
import { Disguises, Unreadable } from './decoded.ts';

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
    for (const ngram of texts.flatMap((text) => [...ngramsOf(text)])) {
      const set = owners.get(ngram);
      if (set === undefined) owners.set(ngram, new Set([id]));
      else set.add(id);
    }
  const ngrams = new Map<string, TaskId>();
  for (const [ngram, ids] of owners) if (ids.size < COMMON) ngrams.set(ngram, [...ids][0]!);
  return { ids: tasks.map((task) => task.id), ngrams };
}

/** Looks through the files of one patch for what its benchmark would be given away by. */
export class Contamination {
  readonly #prints: Fingerprints;
  readonly #ids: Names;
  /** What the parent's code holds already is not held against the child. */
  readonly #knownIds: ReadonlySet<TaskId>;
  readonly #knownNgrams: ReadonlySet<string>;
  readonly #disguises: Disguises;

  /** @param bytes the patch's size */
  constructor(prints: Fingerprints, parent: string, bytes: number) {
    this.#prints = prints;
    this.#ids = new Names(prints.ids);
    this.#knownIds = this.#ids.in(parent);
    this.#knownNgrams = new Set(prints.ngrams.size === 0 ? [] : ngramsOf(parent, prints.ngrams));
    this.#disguises = new Disguises(bytes);
  }

  /**
   * Why added text gives the benchmark away, or `null`; also where it does so in disguise.
   *
   * @param lines the added lines alone, in which disguised text is looked for
   */
  problem(added: string, lines = added): string | null {
    if (this.#prints.ids.length === 0 && this.#prints.ngrams.size === 0) return null;
    const open = this.#problemOf(added, true);
    if (open !== null) return open;
    try {
      for (const { how, text, reading } of this.#disguises.in(lines)) {
        const problem = this.#problemOf(text, !reading);
        if (problem !== null) return `${problem}, ${how}`;
      }
    } catch (error) {
      if (error instanceof Unreadable) return 'holds more encoded or compressed data than anybody can read';
      throw error;
    }
    return null;
  }

  /** @param plain whether plain words may be names of tasks */
  #problemOf(added: string, plain: boolean): string | null {
    const named = [...this.#ids.in(added)].filter((id) => !this.#knownIds.has(id));
    if (named.some(isDistinctive)) return 'names a benchmark task';
    if (plain && named.length >= PLAIN_IDS) return `names ${named.length} benchmark tasks`;
    if (this.#prints.ngrams.size === 0) return null;
    const copied = new Map<TaskId, number>();
    for (const ngram of new Set(ngramsOf(added, this.#prints.ngrams))) {
      if (this.#knownNgrams.has(ngram)) continue;
      const task = this.#prints.ngrams.get(ngram)!;
      const count = (copied.get(task) ?? 0) + 1;
      if (count >= ENOUGH) return "repeats a benchmark task's statement, tests or solution";
      copied.set(task, count);
    }
    return null;
  }
}

/**
 * Of words alone, so that formatting does not matter; escapes are read as the white space they stand for in a string.
 *
 * @param wanted only these
 */
function* ngramsOf(text: string, wanted?: ReadonlyMap<string, unknown>): Generator<string> {
  const words =
    text
      .replace(/\\[nrtvfb]/g, ' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? [];
  for (let i = 0; i + WORDS <= words.length; i++) {
    const ngram = words.slice(i, i + WORDS).join(' ');
    if (wanted?.has(ngram) ?? true) yield ngram;
  }
}

/** Finds ids that stand for themselves in a text, in any letters: one pass, however many there are. */
class Names {
  readonly #pattern: RegExp | null;
  readonly #ids = new Map<string, TaskId[]>();

  constructor(ids: readonly TaskId[]) {
    for (const id of ids) this.#ids.set(folded(id), [...(this.#ids.get(folded(id)) ?? []), id]);
    // The longest first: an id may begin with another one.
    const literals = [...this.#ids.keys()]
      .sort((a, b) => b.length - a.length)
      .map((id) => id.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    this.#pattern =
      ids.length === 0
        ? null
        : new RegExp(`(?<![\\p{L}\\p{N}_-])(?=(${literals.join('|')})(?![\\p{L}\\p{N}_-]))`, 'gu');
  }

  in(text: string): ReadonlySet<TaskId> {
    const found = this.#pattern === null ? [] : [...folded(text).matchAll(this.#pattern)];
    return new Set(found.flatMap(([, name]) => this.#ids.get(name!)!));
  }
}

const folded = (text: string): string => text.toUpperCase().toLowerCase();

function isDistinctive(id: TaskId): boolean {
  return id.length >= 8 && /[\d_/-]/.test(id);
}
