import type { z } from 'zod';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError, sentence } from '../../model/error.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Documents } from '../../store/store.ts';

/** What is written down about a run beside its journal, checked whenever it is read. */
export class Notes {
  readonly #documents: Documents;
  readonly #key: RunKey;

  constructor(documents: Documents, key: RunKey) {
    this.#documents = documents;
    this.#key = key;
  }

  async read<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    return this.#parse(name, schema, await this.#documents.readDocument(this.#key, name));
  }

  /** Notes whose name begins with `prefix`, by the rest of it. */
  async list<T>(prefix: string, schema: z.ZodType<T>): Promise<ReadonlyMap<string, T>> {
    const found = await this.#documents.readDocuments(this.#key, prefix);
    return new Map([...found].map(([name, value]) => [name.slice(prefix.length), this.#parse(name, schema, value)!]));
  }

  async write(name: string, value: unknown): Promise<void> {
    await this.#documents.writeDocument(this.#key, name, value);
  }

  async remove(name: string): Promise<void> {
    await this.#documents.writeDocument(this.#key, name, undefined);
  }

  /**
   * Does something on GitHub once, however often it is asked to: the intent is noted before the act, so that after a crash
   * in between `find` looks whether it was done before it is done again.
   */
  async once<T>(name: string, schema: z.ZodType<T>, act: () => Promise<T>, find: () => Promise<T | null>): Promise<T> {
    const note = await this.#documents.readDocument(this.#key, name);
    const noted = note as { readonly done?: unknown } | undefined;
    if (noted !== undefined && 'done' in noted) return this.#parse(name, schema, noted.done)!;
    const found = noted === undefined ? null : await find();
    if (noted === undefined) await this.write(name, { intended: true });
    const done = found ?? (await act());
    await this.write(name, { done });
    return done;
  }

  /** What `once` did under this name, if it has. */
  async done<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const note = (await this.#documents.readDocument(this.#key, name)) as { readonly done?: unknown } | undefined;
    return note === undefined || !('done' in note) ? undefined : this.#parse(name, schema, note.done);
  }

  #parse<T>(name: string, schema: z.ZodType<T>, value: unknown): T | undefined {
    if (value === undefined) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new HuxleyError(
      'notes.damaged',
      `Note ${name} of ${this.#key.repository} ${this.#key.run} cannot be read: ${sentence(parsed.error.issues[0]!.message)}`,
      `Restore the database from a backup, or rebuild the run from GitHub with ${commandLine('recover')}.`,
    );
  }
}
