import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, matchesGlob } from 'node:path';
import { checkGates } from '../../benchmark/bench/gates.ts';
import { openDirectory } from '../../benchmark/directory/suite.ts';
import { openHarbor } from '../../benchmark/harbor/suite.ts';
import { type Drop, drop, isDrop } from '../../benchmark/mine/drop.ts';
import { choose } from '../../benchmark/mine/history/choose.ts';
import type { Commit } from '../../benchmark/mine/history/commit.ts';
import { isPython } from '../../benchmark/mine/history/paths.ts';
import type { Repository } from '../../benchmark/mine/history/repository.ts';
import { snapshot } from '../../benchmark/mine/history/snapshot.ts';
import { answerOf } from '../../benchmark/mine/statement/answer.ts';
import { statementOf, type Words } from '../../benchmark/mine/statement/clean.ts';
import { instructionOf } from '../../benchmark/mine/statement/instruction.ts';
import { filesOf, folderTask, refusedBySchema } from '../../benchmark/mine/task/folder.ts';
import { HARBOR_ROOT, harborFiles } from '../../benchmark/mine/task/harbor.ts';
import { findSites, type Trial, tryTests } from '../../benchmark/mine/task/trial.ts';
import { detectCommand, withReport } from '../../benchmark/mine/tests/runner.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { isPlainPath } from '../../sandbox/tar.ts';
import type { Environments } from './environment.ts';
import type { MineOptions } from './options.ts';

export interface Mine {
  readonly repository: Repository;
  readonly environments: Environments;
  /** What was written about a commit. */
  readonly wordsOf: (commit: Commit) => Promise<Words>;
  readonly trial: Trial;
  /** Has the engine get an image. */
  readonly image: (name: string) => Promise<string>;
  readonly out: string;
  readonly options: MineOptions;
  /** What is being done, in a word or two. */
  readonly at: (step: string) => void;
}

export interface Made {
  readonly id: string;
  readonly failToPass: number;
  readonly passToPass: number;
  readonly flaky: readonly string[];
  readonly removed: readonly string[];
  readonly leftOut: readonly string[];
}

/** Room for a machine that is slower than this one. */
const SECONDS_FACTOR = 5;

/** Makes a task of a commit, in the folder of the suite, or says why there is none. */
export async function makeTask(commit: Commit, mine: Mine): Promise<Made | Drop> {
  const { repository, options, trial, at } = mine;
  const choice = choose(commit, await repository.changes(commit));
  if (isDrop(choice)) return choice;
  at('reading');
  const excluded = (path: string) => (options.exclude ?? []).some((glob) => matchesGlob(path, glob));
  const files = await snapshot(repository, commit, choice, excluded);
  if (isDrop(files)) return files;
  const answer = answerOf(files.names, files.versions.source, files.versions.tests);
  const statement = statementOf(await mine.wordsOf(commit), answer);
  if (isDrop(statement)) return statement;
  const manifest = files.parent.find(({ path }) => path === 'package.json');
  const text = manifest === undefined ? null : Buffer.from(manifest.content).toString();
  const command = withReport(options.test ?? detectCommand(text, choice.run) ?? '');
  if (command === null) return drop('no-runner', options.test ?? '');
  at('its environment');
  const environment = await mine.environments.of(files.parent, choice.run.every(isPython), dayOf(commit));
  if (isDrop(environment)) return environment;
  const build = (seconds: number) => folderTask(files, command, choice.run, { ...environment, seconds });
  const task = await build(options.testSeconds);
  const refusal = refusedBySchema(task);
  if (refusal !== null) return drop('irregular', refusal);
  at('its tests');
  const sets = await tryTests(task, options.repeat, trial);
  if (isDrop(sets)) return sets;
  const id = taskId(statement.text, commit.sha);
  const seconds = Math.min(600, Math.max(20, Math.ceil(sets.seconds * SECONDS_FACTOR)));
  const expected = [...sets.failToPass, ...sets.passToPass].toSorted();
  let written: readonly FileEntry[];
  if (options.format === 'harbor') {
    const instruction = instructionOf(statement.text, answer, { root: HARBOR_ROOT, solution: null });
    const image = environment.image ?? trial.image;
    written = await harborFiles(files, command, choice.run, {
      ...environment,
      id,
      instruction,
      expected,
      image,
      seconds,
    });
  } else {
    at('its canary');
    const sites = await findSites(task, sets, trial);
    if (isDrop(sites)) return sites;
    const graded = await build(seconds);
    const solution = graded.file.solution as string[];
    const instruction = instructionOf(statement.text, answer, { root: task.root, solution });
    written = filesOf(graded, instruction, { expected, sites });
  }
  at('its gates');
  const unsound = await place(mine, id, written);
  if (unsound !== null) return unsound;
  return {
    id,
    failToPass: sets.failToPass.length,
    passToPass: sets.passToPass.length,
    flaky: sets.flaky,
    removed: statement.removed,
    leftOut: files.leftOut,
  };
}

/** In UTC, as registries count. */
function dayOf({ date }: Commit): string {
  return new Date(date).toISOString().slice(0, 10);
}

/** Names the task by its statement; the commit is not to be read off it. */
function taskId(statement: string, sha: string): string {
  const title = statement.split('\n')[0]!.toLowerCase();
  const slug = title
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
  return `${slug || 'task'}-${createHash('sha256').update(sha).digest('hex').slice(0, 6)}`;
}

/** Puts a task where it belongs once all its gates hold. */
async function place(
  { out, trial, image, options }: Mine,
  id: string,
  files: readonly FileEntry[],
): Promise<Drop | null> {
  const staging = join(out, '_mine', 'staging');
  await rm(staging, { recursive: true, force: true });
  await writeFiles(join(staging, id), files);
  const suite =
    options.format === 'harbor'
      ? await openHarbor('mined', staging, {
          image,
          sandbox: async () => trial.sandbox,
          network: { agent: [], verifier: [] },
        })
      : await openDirectory('mined', staging, trial.image, image);
  const problem = suite.problems[0];
  if (problem) return drop('gates', problem.message);
  const gates = await checkGates(suite, suite.list()[0]!, trial.sandbox, trial.signal);
  const wrong = gates.gates.find(({ held }) => !held);
  if (wrong?.grade?.verdict === 'infrastructure')
    throw new HuxleyError(
      'mine.gates',
      `${id}: the ${wrong.gate} gate gave no result: ${wrong.grade.evidence}`,
      'Run the same command again.',
    );
  if (wrong) return drop('gates', `${wrong.gate}: ${wrong.grade?.evidence ?? 'there is none'}`);
  await rm(join(out, id), { recursive: true, force: true });
  await rename(join(staging, id), join(out, id));
  return null;
}

async function writeFiles(folder: string, files: readonly FileEntry[]): Promise<void> {
  for (const { path, content, executable } of files) {
    if (!isPlainPath(path)) throw new Error(`${path} is not a path of a task`);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode: executable ? 0o755 : 0o644, flag: 'wx' });
  }
}
