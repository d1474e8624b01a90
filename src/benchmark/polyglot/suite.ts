import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { huxleyHome } from '../../environment/home.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { grade } from '../grading/grade.ts';
import type { FilesSuite, Grade } from '../suite.ts';
import { type Exercise, readExercise } from './exercise.ts';
import { EXIT_EARLY, LANGUAGES } from './language.ts';
import { lockOf } from './lock.ts';
import { planOf, TEST_SECONDS, WORKDIR } from './plan.ts';

/**
 * A checkout of the Polyglot benchmark as a suite. Which tests must pass, and which mutated ones must fail, is established by
 * running an exercise's published example once; the result is kept under `HUXLEY_HOME`.
 * @throws HuxleyError `suite.folder` when the path is no such checkout.
 */
export async function openPolyglot(path: string, image: string, home = huxleyHome()): Promise<FilesSuite> {
  const { exercises, problems } = await readCheckout(path);
  const byId = new Map(exercises.map((exercise) => [exercise.id, exercise]));
  const find = (id: string): Exercise => {
    const exercise = byId.get(id);
    if (!exercise) throw new HuxleyError('suite.unknown', `polyglot has no task ${id}`, 'List the tasks of the suite.');
    return exercise;
  };
  return {
    name: 'polyglot',
    digest: digestOf(exercises),
    problems,
    list: () =>
      exercises.map(({ id, language, statement, solutionPaths }) => ({
        id,
        language,
        image,
        workdir: WORKDIR,
        statement,
        solutionPaths,
        testSeconds: TEST_SECONDS,
      })),
    workspace: async (id) => find(id).workspace,
    grade: async (id: string, files: readonly FileEntry[], sandbox: Sandbox, signal?: AbortSignal): Promise<Grade> => {
      const exercise = find(id);
      const lock = await lockOf(exercise, image, join(home, 'polyglot'), sandbox);
      if (lock.problem === null) {
        const graded = await grade(planOf(exercise, image, files, lock), sandbox, signal);
        return graded.verdict === 'resolved' && isUntouched(exercise, files)
          ? { ...graded, verdict: 'unresolved', evidence: UNTOUCHED }
          : graded;
      }
      return {
        verdict: 'infrastructure',
        passed: 0,
        expected: 0,
        failed: [],
        evidence: `No result: ${lock.problem}`,
        canary: 'not run',
        seconds: 0,
      };
    },
    reference: async (id, kind) => {
      const exercise = find(id);
      switch (kind) {
        case 'oracle':
          return exercise.solution;
        case 'nop':
          return [];
        case 'cheat':
          return cheatOf(exercise);
        case 'draft':
          return null;
      }
    },
  };
}

/** A few exercises ask to tidy up code that works: only there do tests pass before anybody has done anything. */
const UNTOUCHED = 'The tests pass, as they did at the start, and nothing was changed.';

function isUntouched({ workspace, solutionPaths }: Exercise, files: readonly FileEntry[]): boolean {
  const before = new Map(workspace.map(({ path, content }) => [path, content]));
  return files
    .filter(({ path }) => solutionPaths.includes(path))
    .every(({ path, content }) => {
      const old = before.get(path);
      return old !== undefined && Buffer.compare(old, content) === 0;
    });
}

async function readCheckout(path: string): Promise<{ exercises: Exercise[]; problems: HuxleyError[] }> {
  const exercises: Exercise[] = [];
  const problems: HuxleyError[] = [];
  for (const language of LANGUAGES) {
    const folder = join(path, language, 'exercises', 'practice');
    for (const name of (await readdir(folder).catch(() => [])).sort()) {
      try {
        exercises.push(await readExercise(join(folder, name), language, name));
      } catch (error) {
        if (!(error instanceof HuxleyError)) throw error;
        problems.push(error);
      }
    }
  }
  if (exercises.length === 0)
    throw new HuxleyError(
      'suite.folder',
      `${path}: isn’t a checkout of the Polyglot benchmark`,
      'Clone Aider-AI/polyglot-benchmark, check out 7e0611e, and give its folder with --path.',
    );
  return { exercises, problems };
}

/** Stubs that end the tests early where that is possible, and tests that test nothing. */
function cheatOf(exercise: Exercise): readonly FileEntry[] {
  const early = EXIT_EARLY[exercise.language] ?? '';
  const stubs = exercise.workspace.filter(({ path }) => exercise.solutionPaths.includes(path));
  return [
    ...stubs.map((file) => ({ ...file, content: Buffer.from(early + Buffer.from(file.content).toString()) })),
    ...exercise.testPaths.map((path) => ({ path, content: Buffer.from(''), executable: false })),
  ];
}

function digestOf(exercises: readonly Exercise[]): string {
  const hash = createHash('sha256').update('huxley polyglot suite 1');
  for (const { id, statement, workspace, tests } of exercises) {
    hash.update(`\0${id}\0${statement}`);
    for (const { path, content } of [...workspace, ...tests])
      hash.update(`\0${path}\0${content.byteLength}\0`).update(content);
  }
  return `sha256:${hash.digest('hex')}`;
}
