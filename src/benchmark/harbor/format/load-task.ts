import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HuxleyError } from '../../../model/error.ts';
import type { FileEntry } from '../../../model/file.ts';
import type { NetworkHosts } from '../../../model/network/hosts.ts';
import { readFolder } from '../../directory/read-folder.ts';
import { readTaskFile, type TaskFile } from './task-file.ts';
import { unsupported } from './unsupported.ts';

/** One of a task's steps, with what it takes from the task; a task without steps is one of its own. */
export interface HarborStep {
  /** Empty where the task has no steps. */
  readonly name: string;
  readonly instruction: string;
  /** Laid where commands work, before anything is done; `setup.sh` among them is run. */
  readonly workdir: readonly FileEntry[];
  /** Hidden; laid at `/tests`, `test.sh` among them. */
  readonly tests: readonly FileEntry[];
  /** The reference solution; `solve.sh` among them, or empty. */
  readonly solution: readonly FileEntry[];
  readonly agent: Pick<TaskFile['agent'], 'timeout_sec' | 'user'>;
  readonly verifier: Pick<TaskFile['verifier'], 'timeout_sec' | 'user' | 'env'>;
  /** What its rewards must come to for the next to begin, each by its name. */
  readonly minReward: Readonly<Record<string, number>>;
}

/** A task in Harbor's format, read and checked. */
export interface HarborTask {
  readonly id: string;
  readonly file: TaskFile;
  /** Of all steps. */
  readonly instruction: string;
  /** What the image is built from; of no use where the file names a `docker_image`. */
  readonly environment: readonly FileEntry[];
  /** In order, at least one. */
  readonly steps: readonly HarborStep[];
}

const COMPOSE = /^(docker-)?compose\.ya?ml$/;
/** Characters of a task's file, of its statement and of a script. */
const MOST_TEXT = 1_000_000;

/**
 * Reads one task's folder.
 * @throws HuxleyError `suite.task` or `suite.file` for a task that is broken, or needs what it does not get here
 */
export async function loadHarborTask(
  folder: string,
  id: string,
  network: NetworkHosts = { agent: [], verifier: [] },
): Promise<HarborTask> {
  const path = join(folder, 'task.toml');
  const text = await readText(path);
  const file = readTaskFile(path, text);
  const no = unsupported(path, text, file, network);
  if (no !== null) throw no;
  const environment = await readFolder(join(folder, 'environment'));
  checkEnvironment(folder, file, environment);
  const steps = file.steps.length === 0 ? [await loadOnly(folder, file)] : await loadSteps(folder, file);
  const instruction =
    file.steps.length === 0
      ? steps[0]!.instruction
      : steps
          .map((step, at) => `# Step ${at + 1} of ${steps.length}: ${step.name}\n\n${step.instruction.trim()}\n`)
          .join('\n');
  return { id, file, instruction, environment, steps };
}

async function loadOnly(folder: string, { agent, verifier }: TaskFile): Promise<HarborStep> {
  const parts = await loadParts(folder, await readInstruction(folder));
  return { ...parts, name: '', workdir: [], agent, verifier, minReward: {} };
}

/** A step's tests lie over the task's, file by file; without a solution of its own it has the task's. */
async function loadSteps(folder: string, { steps, agent, verifier }: TaskFile): Promise<HarborStep[]> {
  const [tests, solution] = await Promise.all([
    readFolder(join(folder, 'tests')),
    readFolder(join(folder, 'solution')),
  ]);
  return await Promise.all(
    steps.map(async (step) => {
      const own = join(folder, 'steps', step.name);
      const parts = await loadParts(own, await readInstruction(own), { tests, solution });
      const { min_reward: min } = step;
      return {
        ...parts,
        name: step.name,
        workdir: await readFolder(join(own, 'workdir')),
        agent: {
          timeout_sec: step.agent.timeout_sec ?? agent.timeout_sec,
          user: step.agent.user ?? agent.user,
        },
        verifier: {
          timeout_sec: step.verifier.timeout_sec,
          user: step.verifier.user ?? verifier.user,
          env: Object.keys(step.verifier.env).length > 0 ? step.verifier.env : verifier.env,
        },
        minReward: typeof min === 'number' ? { reward: min } : (min ?? {}),
      };
    }),
  );
}

async function readInstruction(folder: string): Promise<string> {
  const path = join(folder, 'instruction.md');
  const instruction = await readText(path);
  if (instruction.trim() === '') throw broken(path, 'is empty', 'Write the problem statement the agent reads.');
  return instruction;
}

type Files = readonly FileEntry[];

async function loadParts(
  folder: string,
  instruction: string,
  shared?: { readonly tests: Files; readonly solution: Files },
) {
  const [own, solution] = await Promise.all(['tests', 'solution'].map((name) => readFolder(join(folder, name))));
  const tests = [...(shared?.tests ?? []).filter(({ path }) => !has(own!, path)), ...own!];
  if (!has(tests, 'test.sh'))
    throw broken(join(folder, 'tests', 'test.sh'), 'is missing', 'Add the script that writes the reward.');
  if (solution!.length > 0 && !has(solution!, 'solve.sh'))
    throw broken(join(folder, 'solution', 'solve.sh'), 'is missing', 'Add the script that solves the task.');
  return { instruction, tests, solution: solution!.length > 0 ? solution! : (shared?.solution ?? []) };
}

function checkEnvironment(folder: string, file: TaskFile, environment: Files): void {
  const compose = environment.find(({ path }) => COMPOSE.test(path));
  if (compose)
    throw broken(
      join(folder, 'environment', compose.path),
      'containers of Docker Compose are not run yet',
      'Leave the task out for now: move it out of the folder, or name it with an underscore in front.',
    );
  if (file.environment.docker_image === undefined && !has(environment, 'Dockerfile'))
    throw broken(
      join(folder, 'environment', 'Dockerfile'),
      'is missing',
      'Add it, or name a docker_image in task.toml.',
    );
}

function has(files: readonly FileEntry[], path: string): boolean {
  return files.some((file) => file.path === path);
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > MOST_TEXT) throw broken(path, 'is larger than a megabyte', 'Make it shorter.');
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof HuxleyError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw broken(path, missing ? 'is missing' : 'cannot be read as UTF-8 text', 'Add it as UTF-8 text.');
  }
}

function broken(place: string, what: string, remedy: string): HuxleyError {
  return new HuxleyError('suite.task', `${place}: ${what}`, remedy);
}
