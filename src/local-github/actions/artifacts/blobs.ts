import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of artifacts, uploaded whole or as blocks that a list puts together (Azure's block blob protocol). */
export class Blobs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  async write(id: number, content: Buffer): Promise<void> {
    await writeFile(this.#file(id), content);
  }

  async writeBlock(id: number, block: string, content: Buffer): Promise<void> {
    await mkdir(this.#blocks(id), { recursive: true });
    await writeFile(this.#block(id, block), content);
  }

  /** Puts uploaded blocks together in this order; `false` when one of them never came. */
  async commit(id: number, blocks: readonly string[]): Promise<boolean> {
    if (!blocks.every((block) => existsSync(this.#block(id, block)))) return false;
    await writeFile(this.#file(id), '');
    for (const block of blocks) await appendFile(this.#file(id), await readFile(this.#block(id, block)));
    rmSync(this.#blocks(id), { recursive: true, force: true });
    return true;
  }

  /** Size and `sha256:` digest of a whole file; `null` when there is none. */
  describe(id: number): { readonly size: number; readonly digest: string } | null {
    if (!existsSync(this.#file(id))) return null;
    const hash = createHash('sha256')
      .update(readFileSync(this.#file(id)))
      .digest('hex');
    return { size: statSync(this.#file(id)).size, digest: `sha256:${hash}` };
  }

  read(id: number): Promise<Buffer> {
    return readFile(this.#file(id));
  }

  delete(id: number): void {
    rmSync(this.#file(id), { force: true });
    rmSync(this.#blocks(id), { recursive: true, force: true });
  }

  #file(id: number): string {
    return join(this.#folder, String(id));
  }

  #blocks(id: number): string {
    return join(this.#folder, `${id}.blocks`);
  }

  #block(id: number, block: string): string {
    return join(this.#blocks(id), Buffer.from(block).toString('hex'));
  }
}
