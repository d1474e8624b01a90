import { GitHubRefusal } from '../../github/refusal.ts';
import { HuxleyError } from '../../model/error.ts';

/** What is wrong with several things that are looked at one after the other, to be told at once. */
export class Problems {
  readonly #found: HuxleyError[] = [];

  /** What `look` gives; undefined when it finds something wrong. A refusal by GitHub says nothing about what was looked at, and is thrown on. */
  async look<T>(look: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof HuxleyError) || error instanceof GitHubRefusal) throw error;
      if (!this.#found.some(({ message }) => message === error.message)) this.#found.push(error);
      return undefined;
    }
  }

  /** @throws HuxleyError the only thing that was wrong, or `run.several` with all of them */
  throwIfAny(): void {
    const [first, ...others] = this.#found;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    throw new HuxleyError(
      'run.several',
      `${this.#found.length} things keep the run from starting.`,
      this.#found.map(({ message, remedy }, i) => `${i + 1}. ${message}\n\n${indented(remedy)}`).join('\n\n'),
    );
  }
}

/** As part of an item of a list. */
function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '   ');
}
