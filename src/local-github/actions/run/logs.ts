import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Logs of jobs, one file each. */
export class Logs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  append(job: number, line: string): void {
    appendFileSync(this.#path(job), `${line}\n`);
  }

  /** The log so far; `undefined` before the first line. */
  read(job: number): string | undefined {
    return existsSync(this.#path(job)) ? readFileSync(this.#path(job), 'utf8') : undefined;
  }

  delete(job: number): void {
    rmSync(this.#path(job), { force: true });
  }

  #path(job: number): string {
    return join(this.#folder, `${job}.log`);
  }
}
