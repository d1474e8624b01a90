import { createHash } from 'node:crypto';
import { HuxleyError } from '../../model/error.ts';
import type { SystemChanges } from '../../model/system/change.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { hashFiles } from '../../sandbox/tar.ts';
import { loadTaskFolders } from '../directory/task-folders.ts';
import type { OpenedSuite, SystemNeeds } from '../suite.ts';
import { type HarborTask, loadHarborTask } from './format/load-task.ts';
import { sizesOf } from './format/task-file.ts';
import { gradeSystem, type Verifier } from './grade.ts';
import { imageOf, workdirOf } from './image-name.ts';
import { cheat, environmentOf, solve } from './run.ts';

/** Where a task says nothing: what Harbor gives it. */
const DISK_MB = 10_240;

interface Machine {
  /** Pulls an image that a task names. */
  readonly image: (reference: string) => Promise<string>;
  readonly sandbox: () => Promise<Sandbox>;
}

/** A folder of tasks in Harbor's format as a suite. Their answers are what file systems became. */
export async function openHarbor(name: string, folder: string, machine: Machine): Promise<OpenedSuite> {
  const { tasks, problems } = await loadTaskFolders(folder, loadHarborTask);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const find = (id: string): HarborTask => {
    const task = byId.get(id);
    if (!task) throw new HuxleyError('suite.unknown', `${name} has no task ${id}`, 'List the tasks of the suite.');
    return task;
  };
  const opened = new Map<string, Promise<Opened>>();
  const open = (id: string): Promise<Opened> => {
    const task = find(id);
    const known = opened.get(id) ?? openTask(task, machine);
    opened.set(id, known);
    known.catch(() => opened.delete(id));
    return known;
  };
  const solution = async (id: string): Promise<SystemChanges> =>
    await solve(find(id), (await open(id)).needs, await machine.sandbox());
  const licences = new Map<string, Promise<ReadonlySet<string>>>();
  /** Paths that the reference solution changes; it is run once for them. */
  const licenceOf = (id: string) => (): Promise<ReadonlySet<string>> => {
    if (find(id).solution.length === 0) return Promise.resolve(new Set<string>());
    const known = licences.get(id) ?? solution(id).then(({ changes }) => new Set(changes.map(({ path }) => path)));
    licences.set(id, known);
    known.catch(() => licences.delete(id));
    return known;
  };
  const isFiles = (): never => {
    throw new HuxleyError(
      'suite.answers',
      `${name}: the answers to its tasks are file systems, neither files nor patches`,
      'Measure an agent on it with `bench run`.',
    );
  };
  return {
    name,
    digest: digestOf(tasks),
    problems,
    list: () =>
      tasks.map((task) => ({
        id: task.id,
        language: languageOf(task),
        image: imageOf(task),
        workdir: workdirOf(task),
        statement: task.instruction,
        solutionPaths: null,
        testSeconds: task.file.verifier.timeout_sec,
      })),
    workspace: async () => isFiles(),
    grade: async () => isFiles(),
    systems: {
      open: async (id) => (await open(id)).needs,
      async grade(id, changes, sandbox, signal) {
        const { needs, verifier } = await open(id);
        return await gradeSystem(find(id), needs, verifier, changes, licenceOf(id), sandbox, signal);
      },
    },
    answer: (id) =>
      find(id)
        .solution.map(({ content }) => Buffer.from(content).toString('utf8'))
        .join('\n'),
    async reference(id, kind) {
      if (kind === 'draft' || (kind === 'oracle' && find(id).solution.length === 0)) return null;
      if (kind === 'oracle') return await solution(id);
      if (kind === 'cheat') return await cheat(find(id), (await open(id)).needs, await machine.sandbox());
      return { changes: [], image: new Set<string>(), skipped: [] };
    },
  };
}

interface Opened {
  readonly needs: SystemNeeds;
  readonly verifier: Verifier;
}

async function openTask(task: HarborTask, { image, sandbox: openSandbox }: Machine): Promise<Opened> {
  const { environment } = task.file;
  const reference = imageOf(task);
  const sandbox = await openSandbox();
  if (environment.docker_image !== undefined) await image(reference);
  else await sandbox.build(reference, task.environment, environment.build_timeout_sec);
  const { workdir, user, path } = await sandbox.settings(reference);
  const { memoryMB, storageMB } = sizesOf(task.file);
  const needs = {
    image: reference,
    workdir: environment.workdir ?? workdir,
    user: task.file.agent.user ?? user,
    env: environmentOf(task),
    memoryMB,
    diskMB: storageMB ?? DISK_MB,
    seconds: task.file.agent.timeout_sec ?? null,
  };
  return { needs, verifier: { path, user: task.file.verifier.user ?? user } };
}

/** The language of the task's metadata, where it says one; else `shell`, which every task is solved by. */
function languageOf({ file: { metadata } }: HarborTask): string {
  const { language, languages } = metadata;
  const said = Array.isArray(languages) ? languages[0] : language;
  return typeof said === 'string' && /^[\w+#.-]{1,30}$/.test(said) ? said.toLowerCase() : 'shell';
}

/** Over everything that an agent gets or a verdict rests on; the solution stays out but for what it licenses, which follows from it. */
function digestOf(tasks: readonly HarborTask[]): string {
  const hash = createHash('sha256').update('huxley harbor suite 1');
  for (const { id, file, instruction, environment, tests, solution } of tasks) {
    hash.update(`\0${id}\0${JSON.stringify(file)}\0${instruction.length}\0${instruction}`);
    for (const [part, files] of Object.entries({ environment, tests, solution })) {
      hash.update(`\0${part}\0${files.length}`);
      hashFiles(hash, files);
    }
  }
  return `sha256:${hash.digest('hex')}`;
}
