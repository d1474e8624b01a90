import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { open, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { HuxleyError } from '../../model/error.ts';
import { type Session, sessionSchema, type TaskRecord, taskRecordSchema } from './record.ts';

/**
 * The folder of a bench session: what it measures, and every finished task as a line that is on the disk before the next
 * begins. A process killed at any moment loses at most the tasks under way.
 */
export class SessionStore<T extends { readonly task: string } = TaskRecord> {
  readonly folder: string;
  readonly finished: Map<string, T>;

  private constructor(folder: string, finished: Map<string, T>) {
    this.folder = folder;
    this.finished = finished;
  }

  /**
   * Opens the session in a folder, or begins it.
   * @param fresh forgets what is there
   * @throws HuxleyError `bench.session` when the folder holds another session, or results of none
   */
  static open(folder: string, session: Session, fresh: boolean): Promise<SessionStore> {
    return SessionStore.openFor(taskRecordSchema, folder, session, fresh);
  }

  /** The same, for records of another kind. */
  static async openFor<T extends { readonly task: string }>(
    schema: ZodType<T>,
    folder: string,
    session: Session,
    fresh: boolean,
  ): Promise<SessionStore<T>> {
    mkdirSync(folder, { recursive: true });
    const describe = join(folder, 'session.json');
    const results = join(folder, 'results.jsonl');
    if (existsSync(results) && !existsSync(describe))
      throw new HuxleyError(
        'bench.session',
        `${results} is there, and no session.json that it belongs to`,
        'Name another folder with --out, or move that file away.',
      );
    // In this order: results are never there alone.
    if (fresh) for (const path of [results, describe]) await rm(path, { force: true });
    const known = await readFile(describe, 'utf8').catch(() => undefined);
    if (known === undefined) {
      writeFileSync(describe, `${JSON.stringify(session, null, 2)}\n`);
      return new SessionStore(folder, new Map());
    }
    const difference = differs(known, session);
    if (difference !== undefined)
      throw new HuxleyError(
        'bench.session',
        `${folder} belongs to another session: ${difference}`,
        'Name another folder with --out, or start over with --fresh.',
      );
    return new SessionStore(folder, await readResults(results, schema));
  }

  async add(record: T): Promise<void> {
    const file = await open(join(this.folder, 'results.jsonl'), 'a');
    try {
      await file.write(`${JSON.stringify(record)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    this.finished.set(record.task, record);
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }
}

/** Who solves in the session that a folder holds; undefined where there is none that can be read. */
export async function agentIn(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'session.json'), 'utf8').catch(() => '');
  return sessionIn(text)?.agent;
}

/** The session that a `session.json` holds; undefined where it cannot be read. */
export function sessionIn(text: string): Session | undefined {
  return sessionSchema.safeParse(parseJson(text)).data;
}

function differs(text: string, session: Session): string | undefined {
  const known = sessionIn(text);
  if (known === undefined) return 'its session.json cannot be read';
  const names = Object.keys({ ...known, ...session }) as (keyof Session)[];
  const key = names.find((name) => known[name] !== session[name]);
  return key === undefined ? undefined : `its ${key} is ${known[key] ?? 'none'}, not ${session[key] ?? 'none'}`;
}

/** The last record of each task. A last line cut by a kill is taken off the file. */
async function readResults<T extends { readonly task: string }>(
  path: string,
  schema: ZodType<T>,
): Promise<Map<string, T>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  const records = new Map<string, T>();
  for (const [index, line] of whole.split('\n').slice(0, -1).entries()) {
    const record = schema.safeParse(parseJson(line)).data;
    if (record === undefined)
      throw new HuxleyError(
        'bench.results',
        `${path}:${index + 1}: isn’t a result`,
        'Remove the line, or start over with --fresh.',
      );
    records.set(record.task, record);
  }
  return records;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
