/** Milliseconds an installation's token is used for; GitHub lets one live for an hour. */
const LIFE_MS = 50 * 60_000;

/**
 * Installation tokens by installation, in the form Octokit's App authentication keeps them (the second field of a value is
 * when GitHub made it). How old one is goes by a clock nobody sets: with the clock of the machine set back, a token would be
 * used long after it has ended.
 */
export class TokenCache {
  readonly #monotonic: () => number;
  readonly #kept = new Map<string, { readonly value: string; readonly at: number }>();

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  get(key: string): string | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || this.#monotonic() - kept.at > LIFE_MS) return undefined;
    // One made in the future would be tried again without an end, as too new for GitHub's servers to know.
    return Date.parse(kept.value.split('|')[1] ?? '') > Date.now() ? undefined : kept.value;
  }

  set(key: string, value: string): void {
    this.#kept.set(key, { value, at: this.#monotonic() });
  }

  /** Forgets all; true when there were any. */
  clear(): boolean {
    const any = this.#kept.size > 0;
    this.#kept.clear();
    return any;
  }
}
