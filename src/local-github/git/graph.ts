import type { CommitInfo } from './commit.ts';

/** History is walked in memory up to this many commits; beyond it git is asked. */
const MAX_COMMITS = 20_000;

/** The parents of every commit, kept in memory: commits never change. */
export class CommitGraph {
  readonly #commit: (sha: string) => Promise<CommitInfo | undefined>;
  readonly #list: () => Promise<readonly string[]>;
  readonly #parents = new Map<string, readonly string[]>();
  #primed: Promise<void> | undefined;

  /** `list`: lines of a commit followed by its parents, for all that is there at first. */
  constructor(commit: (sha: string) => Promise<CommitInfo | undefined>, list: () => Promise<readonly string[]>) {
    this.#commit = commit;
    this.#list = list;
  }

  /** A commit and everything it came from; `undefined` where that is too much to walk. */
  async ancestors(sha: string): Promise<Set<string> | undefined> {
    const seen = new Set([sha]);
    for (const commit of seen) {
      for (const parent of await this.#parentsOf(commit)) seen.add(parent);
      if (seen.size > MAX_COMMITS) return undefined;
    }
    return seen;
  }

  /** The best common ancestor: `null` where there is none, `undefined` where there are several or too much to walk. */
  async mergeBase(a: string, b: string): Promise<string | null | undefined> {
    const known = await this.ancestors(a);
    if (known === undefined) return undefined;
    const common = new Set<string>();
    const seen = new Set([b]);
    for (const commit of seen) {
      if (known.has(commit)) common.add(commit);
      else for (const parent of await this.#parentsOf(commit)) seen.add(parent);
      if (seen.size > MAX_COMMITS) return undefined;
    }
    if (common.size > 1) return undefined;
    return [...common][0] ?? null;
  }

  async #parentsOf(sha: string): Promise<readonly string[]> {
    this.#primed ??= this.#list().then((lines) => {
      for (const line of lines) {
        const [commit = '', ...parents] = line.split(' ');
        this.#parents.set(commit, parents);
      }
    });
    await this.#primed;
    const found = this.#parents.get(sha);
    if (found !== undefined) return found;
    const parents = (await this.#commit(sha))?.parents ?? [];
    this.#parents.set(sha, parents);
    return parents;
  }
}
