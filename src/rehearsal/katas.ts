import { loadSuiteFolder } from '../benchmark/directory/load-suite.ts';
import { KATA_FOLDER } from '../benchmark/kata/folder.ts';
import type { Need } from '../benchmark/kata/needs.ts';
import type { FileEntry } from '../model/file.ts';

/** What the rehearsal model knows of one kata. */
export interface Kata {
  readonly id: string;
  readonly statement: string;
  readonly needs: readonly Need[];
  /** Files as they lie in the workspace. */
  readonly workspace: ReadonlyMap<string, string>;
  readonly neighbours: readonly string[];
  /** Paths a solution consists of. */
  readonly solutionPaths: readonly string[];
  readonly solution: ReadonlyMap<string, string>;
  readonly draft: ReadonlyMap<string, string>;
  readonly example: { readonly command: string; readonly prints: string } | undefined;
}

/** Reads the katas; throws the first problem a task folder has. */
export async function loadKatas(folder: string = KATA_FOLDER): Promise<readonly Kata[]> {
  const { tasks, problems } = await loadSuiteFolder(folder);
  if (problems[0]) throw problems[0];
  return tasks.map(({ id, file, rehearsal, instruction, workspace, solution, draft }) => ({
    id,
    statement: instruction,
    needs: rehearsal.needs,
    workspace: texts(workspace),
    neighbours: rehearsal.neighbours,
    solutionPaths: file.solution,
    solution: texts(solution),
    draft: texts(draft),
    example: rehearsal.example,
  }));
}

function texts(files: readonly FileEntry[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ path, content }) => [path, Buffer.from(content).toString('utf8')]));
}

/** One line, so that wrapping, indentation and JSON escapes make no difference. */
export function flat(text: string): string {
  return text
    .replace(/\\[nt]|\s+/g, ' ')
    .replaceAll('\\"', '"')
    .trim();
}

/** Characters of a statement that name its task. */
const RECOGNISED_BY = 100;

/** The katas whose statement begins in the text, in the order they appear. */
export function katasIn(katas: readonly Kata[], text: string): readonly Kata[] {
  const line = flat(text);
  return katas
    .map((kata) => ({ kata, at: line.indexOf(flat(kata.statement).slice(0, RECOGNISED_BY)) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ kata }) => kata);
}
