import { execFile } from 'node:child_process';
import { matchesGlob } from 'node:path';
import { promisify } from 'node:util';
import { kindOf, openSuite } from '../../benchmark/kinds.ts';
import { type SuiteLock, suiteLockText } from '../../benchmark/suite-lock.ts';
import { HuxleyError } from '../../model/error.ts';
import type { LockOptions } from './options.ts';

/** Prints the lock of a suite. Needs no Docker: nothing is graded. */
export async function lock(name: string, { path, tasks: glob }: LockOptions): Promise<void> {
  if (!kindOf(name).locked)
    throw new HuxleyError(
      'bench.lock',
      `${name} needs no lock`,
      'The App reads it itself; name it in benchmark.suite.',
    );
  const noDocker = async (): Promise<never> => {
    throw new Error('a lock needs no sandbox');
  };
  const suite = await openSuite(name, {
    image: async (image) => image,
    sandbox: noDocker,
    ...(path === undefined ? {} : { path }),
  });
  for (const problem of suite.problems) process.stderr.write(`! ${problem.message}\n    ${problem.remedy}\n`);
  const tasks = suite.list().flatMap(({ id }) => (glob === undefined || matchesGlob(id, glob) ? [id] : []));
  if (tasks.length < 2)
    throw new HuxleyError('bench.tasks', `${tasks.length} tasks of ${name} match`, 'A run needs two tasks at least.');
  const source = name === 'polyglot' ? { source: await sourceOf(path!) } : {};
  process.stdout.write(suiteLockText({ version: 1, suite: name, digest: suite.digest, tasks, ...source }));
}

/** Where a checkout was cloned from, and its commit. @throws HuxleyError `bench.lock` when it is none, or not clean. */
async function sourceOf(checkout: string): Promise<NonNullable<SuiteLock['source']>> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', ['-C', checkout, ...args], { encoding: 'utf8' })).stdout.trim();
  try {
    const [repository, commit, changes] = await Promise.all([
      git('remote', 'get-url', 'origin'),
      git('rev-parse', 'HEAD'),
      git('status', '--porcelain'),
    ]);
    if (changes === '') return { repository: publicURL(repository), commit };
  } catch (cause) {
    throw new HuxleyError(
      'bench.lock',
      `${checkout} isn’t a git checkout with an origin that workers can reach`,
      'Clone the benchmark.',
      { cause },
    );
  }
  throw new HuxleyError('bench.lock', `${checkout} has changes`, 'Undo them: workers fetch only the commit.');
}

/** What is committed names no account: a clone's address may hold its token. */
function publicURL(remote: string): string {
  const url = new URL(remote.replace(/^git@([^:]+):/, 'https://$1/'));
  url.username = '';
  url.password = '';
  return url.href;
}
