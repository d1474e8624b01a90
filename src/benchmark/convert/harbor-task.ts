import { stringify } from 'smol-toml';
import { bytesOfText } from '../../model/bytes.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';

/** A task as a folder in Harbor's format. */
export interface ConvertedTask {
  /** The folder's name. */
  readonly folder: string;
  readonly files: readonly FileEntry[];
}

/** What a task of any format comes to in Harbor's. */
export interface HarborParts {
  /** In its own format. */
  readonly id: string;
  readonly suite: string;
  readonly language: string;
  readonly statement: string;
  readonly dockerfile: string;
  readonly context: readonly FileEntry[];
  readonly memoryMB: number;
  /** Of the verifier. */
  readonly seconds: number;
  readonly tests: readonly FileEntry[];
  readonly solution: readonly FileEntry[];
}

const AGENT_SECONDS = 3_600;
const MOST_NAME = 80;

/** Lays the parts out as Harbor has them (schema 1.4). */
export function harborTask({ id, suite, language, statement, dockerfile, ...parts }: HarborParts): ConvertedTask {
  const toml = stringify({
    schema_version: '1.4',
    metadata: { source: suite, id, language },
    verifier: { timeout_sec: parts.seconds },
    agent: { timeout_sec: AGENT_SECONDS },
    environment: { build_timeout_sec: 1_800, memory_mb: parts.memoryMB, network_mode: 'no-network' },
  });
  return {
    folder: folderOf(id),
    files: [
      file('task.toml', `${toml}\n`),
      file('instruction.md', statement.endsWith('\n') ? statement : `${statement}\n`),
      file('environment/Dockerfile', dockerfile),
      ...below('environment', parts.context),
      ...below('tests', parts.tests),
      ...below('solution', parts.solution),
    ],
  };
}

/** A task's folder: in lower case, and cut where a name may not be as long. */
export function folderOf(id: string): string {
  return id
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, MOST_NAME);
}

export function file(path: string, text: string): FileEntry {
  return { path, content: bytesOfText(text), executable: path.endsWith('.sh') };
}

export function below(folder: string, files: readonly FileEntry[]): readonly FileEntry[] {
  return files.map((one) => ({ ...one, path: `${folder}/${one.path}` }));
}

export function cannot(place: string, what: string, remedy: string): never {
  throw new HuxleyError('convert.task', `${place}: ${what}`, remedy);
}
