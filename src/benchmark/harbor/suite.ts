import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { NetworkHosts } from '../../model/network/hosts.ts';
import type { SystemChanges } from '../../model/system/change.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import { hashFiles } from '../../sandbox/tar.ts';
import { loadTaskFolders } from '../directory/task-folders.ts';
import type { OpenedSuite, SystemNeeds } from '../suite.ts';
import { licenceOf } from './answer/inspect.ts';
import { type HarborTask, loadHarborTask } from './format/load-task.ts';
import { sizesOf } from './format/task-file.ts';
import { type Grading, gradeStep, gradeSystem, isPassed, type StepGrade, type Verifier } from './grade.ts';
import { imageOf, workdirOf } from './image-name.ts';
import { hostsOf, inVain } from './network.ts';
import { cheat, environmentOf, nothing, solve, stagedAt } from './run.ts';

/** Where a task says nothing: what Harbor gives it. */
const DISK_MB = 10_240;

interface Machine {
  /** Pulls an image that a task names. */
  readonly image: (reference: string) => Promise<string>;
  readonly sandbox: () => Promise<Sandbox>;
  /** What the repository's owner lets tasks reach. */
  readonly network: NetworkHosts;
}

/** A folder of tasks in Harbor's format as a suite. Their answers are what file systems became. */
export async function openHarbor(name: string, folder: string, machine: Machine): Promise<OpenedSuite> {
  const { tasks, problems } = await loadTaskFolders(folder, (task, id) => loadHarborTask(task, id, machine.network));
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
  const licences = new Map<string, Promise<readonly ReadonlySet<string>[]>>();
  /** What the reference solution licenses after each step; it is run once for that. */
  const licenceFor = (id: string) => async (step: number) => {
    if (!isSolved(find(id))) return new Set<string>();
    const known = licences.get(id) ?? solution(id).then(licencesOf);
    licences.set(id, known);
    known.catch(() => licences.delete(id));
    return (await known)[step] ?? new Set<string>();
  };
  const gradingOf = async (id: string, sandbox: Sandbox, signal?: AbortSignal): Promise<Grading> => {
    const { needs, verifier } = await open(id);
    return { task: find(id), needs, verifier, licence: licenceFor(id), network: machine.network, sandbox, signal };
  };
  /** Grades that were needed before the attempt was over; each stands for one grading. */
  const graded = new WeakMap<SystemChanges['changes'], Promise<StepGrade>>();
  const known = ({ changes }: SystemChanges) => {
    const grade = graded.get(changes);
    graded.delete(changes);
    return grade;
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
        testSeconds: task.steps.reduce((sum, { verifier }) => sum + verifier.timeout_sec, 0),
      })),
    workspace: async () => isFiles(),
    grade: async () => isFiles(),
    systems: {
      open: async (id) => (await open(id)).needs,
      async grade(id, changes, sandbox, signal) {
        return await gradeSystem(await gradingOf(id, sandbox, signal), changes, known);
      },
      async goesOn(id, done, sandbox, signal) {
        const at = done.earlier?.length ?? 0;
        const step = find(id).steps[at]!;
        if (Object.keys(step.minReward).length === 0) return true;
        const grade = gradeStep(await gradingOf(id, sandbox, signal), at, done);
        graded.set(done.changes, grade);
        return isPassed(step, await grade);
      },
    },
    remark: (id) => inVain(find(id).file, machine.network),
    answer: (id) =>
      find(id)
        .steps.flatMap(({ solution }) => solution)
        .map(({ content }) => Buffer.from(content).toString('utf8'))
        .join('\n'),
    async reference(id, kind) {
      if (kind === 'draft' || (kind === 'oracle' && !isSolved(find(id)))) return null;
      if (kind === 'oracle') return await solution(id);
      return await (kind === 'cheat' ? cheat : nothing)(find(id), (await open(id)).needs, await machine.sandbox());
    },
  };
}

const isSolved = ({ steps }: HarborTask) => steps.every(({ solution }) => solution.length > 0);

function licencesOf(solved: SystemChanges): readonly ReadonlySet<string>[] {
  return [...(solved.earlier ?? []), solved].map(({ changes }) => licenceOf(changes));
}

interface Opened {
  readonly needs: SystemNeeds;
  readonly verifier: Verifier;
}

async function openTask(task: HarborTask, { image, sandbox: openSandbox, network }: Machine): Promise<Opened> {
  const { environment } = task.file;
  const reference = imageOf(task);
  const sandbox = await openSandbox();
  if (environment.docker_image !== undefined) await image(reference);
  else await sandbox.build(reference, task.environment, environment.build_timeout_sec);
  const { workdir, user, path } = await sandbox.settings(reference);
  const { memoryMB, storageMB } = sizesOf(task.file);
  const place = environment.workdir ?? workdir;
  const steps = task.steps.map((step, at) => ({
    name: step.name,
    statement: step.instruction,
    user: step.agent.user ?? user,
    seconds: step.agent.timeout_sec ?? null,
    files: stagedAt(place, step.workdir),
    setup: step.workdir.some(({ path: name }) => name === 'setup.sh') ? ['bash', posix.join(place, 'setup.sh')] : null,
    hosts: hostsOf(task.file, 'agent', at, network),
  }));
  const sizes = { memoryMB, diskMB: storageMB ?? DISK_MB };
  const needs = { image: reference, workdir: place, env: environmentOf(task), ...sizes, steps };
  return { needs, verifier: { path, user } };
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
  const update = (parts: Readonly<Record<string, readonly FileEntry[]>>) => {
    for (const [part, files] of Object.entries(parts)) {
      hash.update(`\0${part}\0${files.length}`);
      hashFiles(hash, files);
    }
  };
  for (const { id, file, instruction, environment, steps } of tasks) {
    hash.update(`\0${id}\0${JSON.stringify(file)}\0${instruction.length}\0${instruction}`);
    update({ environment });
    for (const { tests, solution, workdir } of steps)
      update({ tests, solution, ...(file.steps.length > 0 && { workdir }) });
  }
  return `sha256:${hash.digest('hex')}`;
}
