import { createHash } from 'node:crypto';
import { HuxleyError, sentence } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { changedPaths } from '../../model/git-patch.ts';
import type { Sandbox } from '../../sandbox/port.ts';
import type { Grade, OpenedSuite } from '../suite.ts';
import type { Candidate } from './grading/apply-attempt.ts';
import { judgeInstance } from './grading/hardened.ts';
import { addedLines, missingBinary } from './grading/patch.ts';
import { pristineOf, TESTBED } from './grading/pristine.ts';
import { runInstance } from './grading/run-instance.ts';
import type { Instance } from './instance/instance.ts';
import type { Rows } from './instance/sources.ts';
import { languageOf, parserOf } from './parsers/registry.ts';

/** Seconds the tests of one instance may take, as in the official harness. */
const TEST_SECONDS = 1_800;

/** A suite whose patches go through the patch chain of the official harness. */
export type SweBenchSuite = OpenedSuite & Required<Pick<OpenedSuite, 'gradePatch'>>;

/**
 * SWE-bench instances as a suite. There is no must-fail canary: the tests are the repositories' own.
 * @param open gives a sandbox that has an image.
 */
export function sweBenchSuite(name: string, rows: Rows, open: (image: string) => Promise<Sandbox>): SweBenchSuite {
  const usable = rows.instances.filter(({ logParser }) => problemOf(logParser) === undefined);
  const problems = rows.instances.flatMap(({ id, logParser }) => {
    const problem = problemOf(logParser);
    return problem ? [new HuxleyError(problem.code, `${id}: ${problem.message}`, problem.remedy)] : [];
  });
  const byId = new Map(usable.map((instance) => [instance.id, instance]));
  const find = (id: string): Instance => {
    const instance = byId.get(id);
    if (!instance) throw new HuxleyError('suite.unknown', `${name} has no task ${id}`, 'List the tasks of the suite.');
    return instance;
  };
  let last: { image: string; files: Promise<readonly FileEntry[]> } | undefined;
  const workspace = async (image: string): Promise<readonly FileEntry[]> => {
    if (last?.image !== image) last = { image, files: open(image).then((sandbox) => pristineOf(image, sandbox)) };
    try {
      return await last.files;
    } catch (error) {
      if (last?.image === image) last = undefined;
      throw error;
    }
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
      const pristine = await workspace(instance.image);
      const run = await runInstance(instance, pristine, attempt, TEST_SECONDS, sandbox, signal);
      const { failed, described, ...judged } = judgeInstance(instance, run, parserOf(instance));
      if (!described && !run.timedOut && !(await canRun(instance, pristine, attempt, sandbox, signal)))
        return finish({
          verdict: 'infrastructure',
          passed: 0,
          failed: [],
          evidence: 'The tests came to no result, and with the reference fix they come to none either.',
        });
      const binary = 'patch' in attempt ? missingBinary(attempt.patch) : undefined;
      const left = binary === undefined ? '' : ` Left out: ${binary}, binary, whose content the patch does not bring.`;
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
  const running = new Map<string, Promise<boolean>>();
  /** Whether an instance's tests come to a result at all, by its reference fix, which no attempt can shape. */
  const canRun = async (
    instance: Instance,
    pristine: readonly FileEntry[],
    attempt: Candidate,
    sandbox: Sandbox,
    signal?: AbortSignal,
  ): Promise<boolean> => {
    const isReference = 'patch' in attempt && attempt.patch === instance.gold;
    if (isReference || missingBinary(instance.gold) !== undefined) return true;
    const probe = async () => {
      const run = await runInstance(instance, pristine, { patch: instance.gold }, TEST_SECONDS, sandbox, signal);
      return judgeInstance(instance, run, parserOf(instance)).described;
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
      usable.map(({ id, image, statement, logParser }) => ({
        id,
        language: languageOf(logParser),
        image,
        workdir: TESTBED,
        statement,
        solutionPaths: null,
        testSeconds: TEST_SECONDS,
      })),
    workspace: async (id) => await workspace(find(id).image),
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
        `${id}: patch: the reference fix changes the binary file ${binary} and does not bring its content`,
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

function problemOf(logParser: string): HuxleyError | undefined {
  try {
    languageOf(logParser);
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
  const rows = instances.map((instance) => JSON.stringify(Object.entries(instance).sort()));
  return `sha256:${createHash('sha256')
    .update(`huxley swe-bench suite 1\n${rows.join('\n')}`)
    .digest('hex')}`;
}
