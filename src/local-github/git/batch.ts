import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { GIT_ENV } from './run.ts';

export interface GitObject {
  readonly sha: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly size: number;
  readonly content: Buffer;
}

/** One `git cat-file --batch` kept running: looks names and objects up without starting a process for each. */
export class ObjectReader {
  readonly #dir: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiting: { resolve(object: GitObject | undefined): void; reject(error: Error): void }[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  #needed = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The object a name stands for (`refs/heads/main`, `<sha>`, `<sha>:path`), or `undefined`. */
  read(name: string): Promise<GitObject | undefined> {
    if (/[\n\0]/.test(name) || name === '') return Promise.resolve(undefined);
    const child = this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin.write(`${name}\n`);
    });
  }

  close(): void {
    this.#child?.kill();
    this.#end();
  }

  #start(): ChildProcessWithoutNullStreams {
    if (this.#child !== undefined) return this.#child;
    const child = spawn('git', ['--git-dir', this.#dir, 'cat-file', '--batch'], { env: { ...GIT_ENV } });
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', () => this.#end());
    child.on('close', () => {
      if (this.#child === child) this.#end();
    });
    this.#child = child;
    return child;
  }

  #end(): void {
    this.#child = undefined;
    this.#chunks = [];
    this.#length = 0;
    this.#needed = 0;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(`git cat-file ended in ${this.#dir}`));
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    let rest: Buffer = Buffer.concat(this.#chunks);
    for (;;) {
      const newline = rest.indexOf(10);
      if (newline < 0) break;
      const header = rest.subarray(0, newline).toString('utf8');
      const match = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(header);
      const size = match ? Number(match[3]) : 0;
      const end = match ? newline + 1 + size + 1 : newline + 1;
      if (rest.length < end) {
        this.#needed = end;
        break;
      }
      this.#needed = 0;
      this.#waiting.shift()?.resolve(
        match
          ? {
              sha: match[1]!,
              type: match[2] as GitObject['type'],
              size,
              content: Buffer.from(rest.subarray(newline + 1, newline + 1 + size)),
            }
          : undefined,
      );
      rest = rest.subarray(end);
    }
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#length = rest.length;
  }
}
