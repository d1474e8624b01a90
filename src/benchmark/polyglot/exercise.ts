import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { readFolder } from '../directory/read-folder.ts';
import type { Language } from './language.ts';

/** One exercise of Polyglot. */
export interface Exercise {
  readonly id: string;
  readonly language: Language;
  readonly statement: string;
  readonly solutionPaths: readonly string[];
  /** What the agent gets: no test, no example. */
  readonly workspace: readonly FileEntry[];
  /** Paths of the test files that run, and all hidden files, those included. */
  readonly testPaths: readonly string[];
  readonly tests: readonly FileEntry[];
  /** The published example, under the solution's names. */
  readonly solution: readonly FileEntry[];
}

const configSchema = z.object({
  files: z.object({
    solution: z.array(z.string()).min(1),
    test: z.array(z.string()).min(1),
    example: z.array(z.string()).min(1),
    editor: z.array(z.string()).default([]),
  }),
});

/**
 * Reads one exercise folder.
 * @throws HuxleyError `suite.task` naming file and field.
 */
export async function readExercise(folder: string, language: Language, name: string): Promise<Exercise> {
  const all = await readFolder(folder);
  const text = (path: string) => all.find((file) => file.path === path)?.content.toString();
  const { solution, test, example, editor } = await readConfig(join(folder, '.meta', 'config.json'));
  // Rust lists Cargo.toml as part of the solution; it stays as it is.
  const solutionPaths = solution.filter((path) => path !== 'Cargo.toml');
  // Go keeps the data of its tests in a file of its own.
  const hidden = new Set([...test, ...editor.filter((path) => path.endsWith('_test.go'))]);
  const secret = (path: string) => path.startsWith('.meta/') || path.startsWith('.docs/') || hidden.has(path);
  const manifest = all.find(({ path }) => path === '.meta/Cargo-example.toml');
  const docs = ['introduction', 'instructions', 'instructions.append'].map((part) => text(`.docs/${part}.md`));
  const missing = [...test, ...example].find((path) => !all.some((file) => file.path === path));
  if (missing !== undefined)
    throw new HuxleyError('suite.task', `${join(folder, missing)}: is missing`, 'Check out the whole repository.');
  return {
    id: `${language}-${name}`,
    language,
    statement: `${docs.filter((part) => part !== undefined).join('\n\n')}\n\nWrite your solution to: ${solutionPaths.join(', ')}\n`,
    solutionPaths,
    workspace: all.filter(({ path }) => !secret(path)),
    testPaths: test,
    tests: [...all.filter(({ path }) => hidden.has(path)), ...(manifest ? [{ ...manifest, path: 'Cargo.toml' }] : [])],
    solution: [...pair(solutionPaths, example), ...helpers(solutionPaths, all)].map(([path, from]) => ({
      ...all.find((file) => file.path === from)!,
      path,
    })),
  };
}

/** Each solution file with the example that stands for it: by file name, otherwise by extension, otherwise by place. */
function pair(solution: readonly string[], example: readonly string[]): [string, string][] {
  const base = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const extension = (path: string) => path.slice(path.lastIndexOf('.'));
  return solution.flatMap((path, i): [string, string][] => {
    const from =
      example.find((one) => base(one) === base(path)) ??
      example.find((one) => extension(one) === extension(path)) ??
      example[i];
    return from === undefined ? [] : [[path, from]];
  });
}

/** Java examples bring classes of their own beside those that are asked for. */
function helpers(solution: readonly string[], all: readonly FileEntry[]): [string, string][] {
  return all.flatMap(({ path }): [string, string][] => {
    const name = /^\.meta\/src\/reference\/java\/(.+\.java)$/.exec(path)?.[1];
    const place = `src/main/java/${name}`;
    return name === undefined || solution.includes(place) ? [] : [[place, path]];
  });
}

async function readConfig(path: string): Promise<z.infer<typeof configSchema>['files']> {
  const raw = await readFile(path, 'utf8').catch(() => {
    throw new HuxleyError('suite.task', `${path}: is missing`, 'Check out the whole repository.');
  });
  const parsed = configSchema.safeParse(JSON.parse(raw));
  if (parsed.success) return parsed.data.files;
  const issue = parsed.error.issues[0]!;
  throw new HuxleyError(
    'suite.task',
    `${path}: ${issue.path.join('.')}: ${issue.message}`,
    'Check out the pinned commit.',
  );
}
