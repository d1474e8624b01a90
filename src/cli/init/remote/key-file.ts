import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { huxleyHome } from '../../../environment/home.ts';

/**
 * The key that a repository without a server signs its orders with, for as long as GitHub does not have it: in a file that its
 * owner alone may read.
 */
export class KeyFile {
  readonly path: string;

  /** @param name of the repository and its host */
  constructor(name: string) {
    this.path = join(huxleyHome(), 'keys', name.replace(/[^\w.-]+/g, '_'));
  }

  /** The key, 32 bytes in base64url; null where none is kept. */
  read(): string | null {
    return existsSync(this.path) ? readFileSync(this.path, 'utf8').trim() : null;
  }

  write(key: string): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    writeFileSync(this.path, `${key}\n`, { mode: 0o600, flag: 'wx' });
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}
