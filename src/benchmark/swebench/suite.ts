import { createHash } from 'node:crypto';
import { bytesOfText, textOfBytes } from '../../model/bytes.ts';
import { HuxleyError, sentence } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { appliedTo, changedPaths, readPatch } from '../../model/git-patch.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import type { Grade, OpenedSuite } from '../suite.ts';
import type { Candidate } from './grading/apply-attempt.ts';
import { type InstanceRun, type InstanceVerdict, judgeInstance, withoutMissing } from './grading/hardened.ts';
import { answersIn, refuseLeaks, visibleTo } from './grading/leaks.ts';
import { addedLines, missingBinary } from './grading/patch.ts';
import { pristineOf } from './grading/pristine.ts';
import { readByProgram } from './grading/read-log.ts';
import { runInstance } from './grading/run-instance.ts';
import { type Instance, workdirOf } from './instance/instance.ts';
import { untimed } from './instance/rebench.ts';
import type { Rows } from './instance/sources.ts';
import type { LogParser } from './instance/status.ts';
import { languageOf, parserOf } from './parsers/registry.ts';

/** Seconds the tests of one instance may take, as in the official harness. */
const TEST_SECONDS = 1_800;

/** A suite whose patches go through the patch chain of the official harness. */
export type SweBenchSuite = OpenedSuite & Required<Pick<OpenedSuite, 'gradePatch'>>;

/**
 * SWE-bench instances as a suite. There is no must-fail canary: the tests are the repositories' own.
 * @param open gives a sandbox that has an image.
 * @param tools the image in which programs of a dataset read logs, ready
 */
export function sweBenchSuite(
  name: string,
  rows: Rows,
  open: (image: string) => Promise<Sandbox>,
  tools: () => Promise<string> = noTools,
): SweBenchSuite {
  const usable = rows.instances.filter((instance) => problemOf(instance) === undefined);
  const problems = rows.instances.flatMap((instance) => {
    const problem = problemOf(instance);
    return problem ? [new HuxleyError(problem.code, `${instance.id}: ${problem.message}`, problem.remedy)] : [];
  });
  const byId = new Map(usable.map((instance) => [instance.id, instance]));
  const find = (id: string): Instance => {
    const instance = byId.get(id);
    if (!instance) throw new HuxleyError('suite.unknown', `${name} has no task ${id}`, 'List the tasks of the suite.');
    return instance;
  };
  let last: { image: string; files: Promise<readonly FileEntry[]> } | undefined;
  /** What the image holds, of SWE-smith without the bug. */
  const held = async (instance: Instance): Promise<readonly FileEntry[]> => {
    const { image } = instance;
    const taken = () => open(image).then((sandbox) => pristineOf(image, workdirOf(instance), sandbox));
    if (last?.image !== image) last = { image, files: taken() };
    try {
      return await last.files;
    } catch (error) {
      if (last?.image === image) last = undefined;
      throw error;
    }
  };
  const workspace = async (instance: Instance) => withBug(await held(instance), instance);
  const searched = new Map<string, Promise<void>>();
  /** The tree as an agent gets it, once its image is known to hold no answer beside it. */
  const visible = async (instance: Instance): Promise<readonly FileEntry[]> => {
    const files = await held(instance);
    const answers = answersIn(files, instance);
    const search =
      searched.get(instance.id) ?? open(instance.image).then((sandbox) => refuseLeaks(instance, answers, sandbox));
    searched.set(instance.id, search);
    search.catch(() => searched.delete(instance.id));
    await search;
    return visibleTo(withBug(files, instance), answers, instance);
  };
  /** What reads the log of a run: a parser of ours, or what a program has read already. */
  const readerOf = async (
    instance: Instance,
    run: InstanceRun,
    sandbox: Sandbox,
    signal?: AbortSignal,
  ): Promise<LogParser> => {
    const { program } = instance;
    const read = program ? await readByProgram(program, run, { sandbox, image: await tools() }, signal) : undefined;
    const parser: LogParser = read ? () => read : parserOf(instance);
    return instance.untimed ? (log) => new Map([...parser(log)].map(([id, status]) => [untimed(id), status])) : parser;
  };
  const gradeAttempt = async (
    id: string,
    attempt: Candidate,
    sandbox: Sandbox,
    signal?: AbortSignal,
  ): Promise<Grade> => {
    const instance = find(id);
    const started = performance.now();
    const expected = instance.failToPass.length + instance.passToPass.length;
    const finish = (grade: Omit<Grade, 'expected' | 'seconds' | 'canary'>): Grade => ({
      ...grade,
      failed: grade.failed.slice(0, 20),
      expected,
      canary: 'none',
      seconds: (performance.now() - started) / 1000,
    });
    try {
      const pristine = await workspace(instance);
      const run = await runInstance(instance, pristine, attempt, TEST_SECONDS, sandbox, signal);
      const first = judgeInstance(instance, run, await readerOf(instance, run, sandbox, signal));
      const doubtful = (!first.described && !run.timedOut) || (first.verdict === 'resolved' && first.missing);
      const reference = doubtful ? await referenceRun(instance, pristine, attempt, sandbox, signal) : null;
      const { failed, described, missing, ...judged } = reference ? withoutMissing(first, reference) : first;
      if (reference?.described === false)
        return finish({
          verdict: 'infrastructure',
          passed: 0,
          failed: [],
          evidence: 'The tests gave no result, and they give none with the reference fix either.',
        });
      const binary = 'patch' in attempt ? missingBinary(attempt.patch) : undefined;
      const left =
        binary === undefined ? '' : ` Left out: ${binary}, binary, whose content the patch does not include.`;
      const evidence = `${judged.evidence}${left}${putBackWords(run.putBack ?? [])}`;
      return finish({ ...judged, evidence, failed, passed: expected - failed.length });
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HuxleyError)) throw error;
      const refused = { passed: 0, failed: [], evidence: sentence(error.message) };
      // What the official chain makes of a patch that only we refuse, nobody knows.
      if (error.code === 'suite.patch-refused') return finish({ verdict: 'invalid', ...refused });
      if (error.code === 'suite.patch') return finish({ verdict: 'invalid', ...refused, official: false });
      return finish({ verdict: 'infrastructure', ...refused });
    }
  };
  const running = new Map<string, Promise<InstanceVerdict>>();
  /** What an instance's tests come to with its reference fix, which no attempt can shape; `null` where that tells nothing. */
  const referenceRun = async (
    instance: Instance,
    pristine: readonly FileEntry[],
    attempt: Candidate,
    sandbox: Sandbox,
    signal?: AbortSignal,
  ): Promise<InstanceVerdict | null> => {
    const isReference = 'patch' in attempt && attempt.patch === instance.gold;
    if (isReference || missingBinary(instance.gold) !== undefined) return null;
    const probe = async () => {
      const run = await runInstance(instance, pristine, { patch: instance.gold }, TEST_SECONDS, sandbox, signal);
      return judgeInstance(instance, run, await readerOf(instance, run, sandbox, signal));
    };
    const known = running.get(instance.id) ?? probe();
    running.set(instance.id, known);
    known.catch(() => running.delete(instance.id));
    return await known;
  };
  return {
    name,
    digest: digestOf(usable),
    problems: [...rows.problems, ...problems],
    list: () =>
      usable.map((instance) => ({
        id: instance.id,
        language: instance.language ?? (instance.program ? 'unknown' : languageOf(instance.logParser)),
        image: instance.image,
        workdir: workdirOf(instance),
        ...(instance.published && { covered: instance.published.folder }),
        statement: instance.statement,
        solutionPaths: null,
        testSeconds: TEST_SECONDS,
      })),
    workspace: async (id) => await visible(find(id)),
    grade: (id, files, sandbox, signal) => gradeAttempt(id, { files }, sandbox, signal),
    gradePatch: (id, patch, sandbox, signal) => gradeAttempt(id, { patch }, sandbox, signal),
    answer: (id) => addedLines(find(id).gold),
    reference: async (id, kind) => {
      const instance = find(id);
      if (kind === 'nop') return [];
      if (kind === 'cheat') return cheatOf(instance);
      if (kind === 'draft') return null;
      const binary = missingBinary(instance.gold);
      if (binary === undefined) return instance.gold;
      throw new HuxleyError(
        'suite.reference',
        `${id}: patch: the reference fix changes the binary file ${binary} and does not include its content`,
        'Leave the task out, or make the patch with `git diff --binary`.',
      );
    },
  };
}

function putBackWords(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const shown = paths.slice(0, 5).map((path) => JSON.stringify(path.slice(0, 100)));
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return ` Put back, since it tells the test runner what to do: ${shown.join(', ')}${more}.`;
}

function noTools(): never {
  throw new HuxleyError(
    'suite.sandbox',
    'Logs that a program reads need the sandbox image',
    'Grade them with `bench grade`.',
  );
}

/** What an image holds with the bug of the instance in it, where its dataset makes one. */
function withBug(files: readonly FileEntry[], { id, bug }: Instance): readonly FileEntry[] {
  if (bug === undefined) return files;
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const change of readPatch(bug)) {
    const before = change.before === null ? undefined : byPath.get(change.before);
    const text = appliedTo(before ? textOfBytes(before.content) : '', change);
    if (text === undefined || (change.before !== null && !before))
      throw new HuxleyError(
        'suite.image',
        `${id}: patch: does not fit ${change.before ?? change.after} in the image`,
        'Use the image the row names.',
      );
    if (change.before !== null && change.before !== change.after && !change.copied) byPath.delete(change.before);
    if (change.after !== null)
      byPath.set(change.after, {
        path: change.after,
        content: bytesOfText(text),
        executable: before?.executable ?? false,
      });
  }
  return [...byPath.values()];
}

function problemOf({ logParser, program }: Instance): HuxleyError | undefined {
  try {
    if (!program) languageOf(logParser);
    return undefined;
  } catch (error) {
    if (error instanceof HuxleyError) return error;
    throw error;
  }
}

/** Hooks that call every test passed, and tests that test nothing. */
function cheatOf(instance: Instance): readonly FileEntry[] {
  const file = (path: string, content: string) => ({ path, content: Buffer.from(content), executable: false });
  const hook = 'def pytest_runtest_logreport(report):\n    report.outcome = "passed"\n';
  return [file('conftest.py', hook), ...changedPaths(instance.testPatch).map((path) => file(path, ''))];
}

function digestOf(instances: readonly Instance[]): string {
  const hashes = new Map<string, string>();
  const hashed = (source: string) => {
    const hash = hashes.get(source) ?? createHash('sha256').update(source).digest('hex');
    hashes.set(source, hash);
    return hash;
  };
  const rows = instances.map(({ program, ...instance }) =>
    JSON.stringify(
      Object.entries(
        program ? { ...instance, program: { ...program, source: hashed(program.source) } } : instance,
      ).sort(),
    ),
  );
  return `sha256:${createHash('sha256')
    .update(`huxley swe-bench suite 1\n${rows.join('\n')}`)
    .digest('hex')}`;
}
