import { commandLine } from '../../model/command-line.ts';
import { HuxleyError, sentence } from '../../model/error.ts';
import type { RunKey } from '../../store/journal.ts';
import type { Documents } from '../../store/store.ts';
import type { Document, DocumentSet, Once } from './documents.ts';

/** The documents of one run, or of one repository, by what is declared of them. */
export class RunDocuments {
  readonly #documents: Documents;
  readonly #key: RunKey;

  constructor(documents: Documents, key: RunKey) {
    this.#documents = documents;
    this.#key = key;
  }

  async read<T>({ name, schema }: Document<T>): Promise<T | undefined> {
    const value = await this.#documents.readDocument(this.#key, name);
    return value === undefined ? undefined : this.#parse(name, schema, value);
  }

  /** Every document of a kind, by its key. */
  async list<T>({ prefix, schema }: Pick<DocumentSet<T>, 'prefix' | 'schema'>): Promise<ReadonlyMap<string, T>> {
    const found = await this.#documents.readDocuments(this.#key, prefix);
    return new Map([...found].map(([name, value]) => [name.slice(prefix.length), this.#parse(name, schema, value)]));
  }

  async write<T>({ name }: Document<T>, value: T): Promise<void> {
    await this.#documents.writeDocument(this.#key, name, value);
  }

  async remove({ name }: Document<unknown>): Promise<void> {
    await this.#documents.writeDocument(this.#key, name, undefined);
  }

  /**
   * Does something on GitHub once, however often it is asked to: the intent is kept before the act, so that after a crash
   * in between `find` looks whether it was done before it is done again.
   */
  async once<T>(document: Document<Once<T>>, act: () => Promise<T>, find: () => Promise<T | null>): Promise<T> {
    const kept = await this.read(document);
    if (kept !== undefined && 'done' in kept) return kept.done;
    const found = kept === undefined ? null : await find();
    if (kept === undefined) await this.write(document, { intended: true });
    const done = found ?? (await act());
    await this.write(document, { done });
    return done;
  }

  /** What `once` did, if it has. */
  async done<T>(document: Document<Once<T>>): Promise<T | undefined> {
    const kept = await this.read(document);
    return kept !== undefined && 'done' in kept ? kept.done : undefined;
  }

  #parse<T>(name: string, schema: Document<T>['schema'], value: unknown): T {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new HuxleyError(
      'run.damaged',
      `Document ${name} of ${this.#key.repository} ${this.#key.run} cannot be read: ${sentence(parsed.error.issues[0]!.message)}`,
      `Restore the database from a backup, or rebuild its runs from GitHub into an empty database with ${commandLine('recover')}.`,
    );
  }
}
