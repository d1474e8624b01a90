import { availableParallelism } from 'node:os';
import { posix } from 'node:path';
import { openProxied, type Proxied } from '../../egress/proxied.ts';
import { timed } from '../../environment/wall-time.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import type { AllowedHost } from '../../model/network/hosts.ts';
import type { SystemChange, SystemChanges, SystemEntry } from '../../model/system/change.ts';
import { type ExecResult, RUNTIME, type Sandbox, type SystemContainer } from '../../sandbox/port.ts';
import { throughSteps } from '../steps.ts';
import type { SystemNeeds, SystemStep } from '../suite.ts';
import type { HarborStep, HarborTask } from './format/load-task.ts';
import { withDefaults } from './format/unsupported.ts';

/** What is taken of a file system: work, and no data base. */
export const TAKE = { maxBytes: 512 * 1024 * 1024, maxEntries: 50_000 };

const PIDS = 1_024;
const MEMORY_MB = 2_048;
const CPUS = 1;
/** Of a reference solution: what a task allows its agent, at most. */
const SOLUTION_SECONDS = 900;
const OUTPUT_BYTES = 64 * 1024;
/** Within which a container's network is there. */
const NETWORK_SECONDS = 60;

/** Whoever the image calls nobody: its network is no user's of a task to end. */
const NOBODY = '65534:65534';

const isRoot = (user: string): boolean => /^(root|0)(:|$)/.test(user);

/** Variables of the task, with those of a part of it. */
export function environmentOf({ file }: HarborTask, part: Readonly<Record<string, string>> = {}) {
  const given = { ...file.environment.env, ...part };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, withDefaults(value) ?? value]));
}

function containerOf(
  sandbox: Sandbox,
  task: HarborTask,
  needs: SystemNeeds,
  purpose: string,
  mounts: Proxied['mounts'],
): Promise<SystemContainer> {
  const { image, memoryMB, diskMB } = needs;
  // No engine gives more than there are.
  const cpus = Math.min(task.file.environment.cpus ?? CPUS, availableParallelism());
  return sandbox.createSystem({ image, purpose, mounts, memoryMB: memoryMB ?? MEMORY_MB, diskMB, cpus, pids: PIDS });
}

/** Runs a script of the task's as Harbor does: by bash, where the image works. The network is beside it: how it ends is its own. */
async function runScript(
  container: SystemContainer,
  script: string,
  { workdir, user }: Pick<SystemNeeds, 'workdir'> & { readonly user: string },
  env: Readonly<Record<string, string>>,
  seconds: number,
  network: Proxied,
  signal: AbortSignal | undefined,
): Promise<ExecResult> {
  const beside = network.beside(`${RUNTIME}/bin/node`);
  if (beside !== null) {
    const put = await container.exec({
      ...{ command: beside, as: NOBODY, cwd: '/', timeoutSeconds: NETWORK_SECONDS, maxOutputBytes: OUTPUT_BYTES },
      ...(signal ? { signal } : {}),
    });
    // What was laid into the container may be why, so it is the script's own failure.
    if (put.exitCode !== 0) return put;
  }
  return await container.exec({
    command: ['bash', script],
    cwd: workdir,
    as: user,
    // An answer may have moved root's home in /etc/passwd.
    env: { ...(isRoot(user) && { HOME: '/root' }), ...network.env, ...env },
    timeoutSeconds: seconds,
    maxOutputBytes: OUTPUT_BYTES,
    ...(signal ? { signal } : {}),
  });
}

/** What is done in each step of a task, where the file system goes on from one to the next. */
async function referred(
  task: HarborTask,
  needs: SystemNeeds,
  sandbox: Sandbox,
  purpose: string,
  act: (
    container: SystemContainer,
    step: HarborStep,
    needs: SystemNeeds & SystemStep,
    network: Proxied,
  ) => Promise<unknown>,
): Promise<SystemChanges> {
  const stepOf = (named: SystemStep) => task.steps.find(({ name }) => name === named.name)!;
  return await throughSteps(needs, {
    open: (mounts) => containerOf(sandbox, task, needs, purpose, mounts),
    close: async (container) => await container[Symbol.asyncDispose](),
    act: async (container, step, network) => void (await act(container, stepOf(step), { ...needs, ...step }, network)),
    goesOn: async () => true,
    limits: TAKE,
  });
}

/** What the reference solution makes of the image's file system. */
export async function solve(task: HarborTask, needs: SystemNeeds, sandbox: Sandbox): Promise<SystemChanges> {
  const env = environmentOf(task, task.file.solution.env);
  try {
    return await referred(task, needs, sandbox, 'solution', async (container, { solution, agent }, step, network) => {
      await container.lay(filesAt('solution', solution));
      const seconds = agent.timeout_sec ?? SOLUTION_SECONDS;
      await runScript(container, '/solution/solve.sh', step, env, seconds, network, undefined);
    });
  } catch (error) {
    if (!(error instanceof HuxleyError) || error.code !== 'sandbox.take') throw error;
    throw new HuxleyError(
      'suite.reference',
      `${task.id}: its solution cannot be graded: ${error.message}`,
      error.remedy,
    );
  }
}

/** What doing nothing makes of it: only what the steps themselves bring. */
export async function nothing(task: HarborTask, needs: SystemNeeds, sandbox: Sandbox): Promise<SystemChanges> {
  const isBare = needs.steps.every(({ files, setup }) => files.length === 0 && setup === null);
  const untouched: SystemChanges = { changes: [], image: new Set<string>(), skipped: [] };
  if (!isBare) return await referred(task, needs, sandbox, 'nop', async () => undefined);
  const earlier = needs.steps.slice(1).map(() => untouched);
  return earlier.length > 0 ? { ...untouched, earlier } : untouched;
}

/** A reward of its own, tests that pass, and programs in front of the verifier's. */
const CHEAT = `mkdir -p /logs/verifier /tests /usr/local/bin
printf '#!/bin/sh\\nmkdir -p /logs/verifier\\necho 1 > /logs/verifier/reward.txt\\n' > /tests/test.sh
echo 1 > /logs/verifier/reward.txt
for name in bash sh python3 pytest node grep; do cp /tests/test.sh /usr/local/bin/$name; chmod 755 /usr/local/bin/$name; done
`;

/** What cheating makes of the image's file system: the task's own `solution/cheat.sh`, or what most cheats come to. */
export async function cheat(task: HarborTask, needs: SystemNeeds, sandbox: Sandbox): Promise<SystemChanges> {
  return await referred(task, needs, sandbox, 'cheat', async (container, { solution }, { workdir, user }) => {
    const own = solution.filter(({ path }) => path === 'cheat.sh');
    await container.lay(filesAt('solution', own));
    await container.exec({
      command: own.length > 0 ? ['bash', '/solution/cheat.sh'] : [`${RUNTIME}/bin/sh`, '-c', CHEAT],
      cwd: workdir,
      as: user,
      timeoutSeconds: 60,
      maxOutputBytes: OUTPUT_BYTES,
    });
  });
}

interface Verified {
  readonly run: ExecResult;
  /** What it left in `/logs/verifier`. */
  readonly files: readonly FileEntry[];
  /** What it reached of the network, in words. */
  readonly network: string;
  /** A host that it may reach and that cannot be reached now; null for none. */
  readonly unreachable: string | null;
}

/**
 * Runs a step's verifier on what a file system became, in a fresh container: the answer is laid into it, then the tests. What the
 * verifier leaves in `/logs/verifier` is read when nothing runs any more.
 */
export async function verify(
  task: HarborTask,
  step: HarborStep,
  needs: SystemNeeds & { readonly user: string },
  answer: readonly SystemChange[],
  hosts: readonly AllowedHost[],
  sandbox: Sandbox,
  signal?: AbortSignal,
): Promise<Verified> {
  using network = await openProxied(hosts);
  await using container = await containerOf(sandbox, task, needs, 'grade', network.mounts);
  await container.lay(answer);
  await container.lay([
    ...folders(['logs', 'logs/artifacts']),
    ...folders(['logs/verifier', 'logs/agent'], true, isRoot(needs.user) ? 0o755 : 0o1777),
    ...filesAt('tests', step.tests),
  ]);
  const { timeout_sec: seconds, env } = step.verifier;
  const run = await timed('tests', () =>
    runScript(container, '/tests/test.sh', needs, environmentOf(task, env), seconds, network, signal),
  );
  const files = await container.read('/logs/verifier', { maxBytes: 32 * 1024 * 1024, maxFiles: 1_000 });
  return { run, files, network: network.said(), unreachable: await network.unreachable() };
}

/** What a step finds where its commands work: its files over what is there, whose folders stay as they are. */
export function stagedAt(workdir: string, files: readonly FileEntry[]): SystemChange[] {
  return files.map((file) => changeOf(posix.join(workdir, file.path).slice(1), file));
}

const NOTHING = new Uint8Array();

/** @param empty whether nothing may be left of what is there */
function folders(paths: readonly string[], empty = false, mode = 0o755): SystemChange[] {
  const after: SystemEntry = { type: 'folder', mode, uid: 0, gid: 0, content: NOTHING, target: '' };
  return paths.map((path) => ({ path, before: null, after, ...(empty ? { cleared: true } : {}) }));
}

/** Files of the task's own as root's below a folder, in place of all that was there. */
function filesAt(folder: string, files: readonly FileEntry[]): SystemChange[] {
  const inside = new Set(
    files.flatMap(({ path }) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, at, names) => names.slice(0, at + 1).join('/')),
    ),
  );
  return [
    ...folders([folder], true),
    ...folders([...inside].sort().map((path) => `${folder}/${path}`)),
    ...files.map((file) => changeOf(`${folder}/${file.path}`, file)),
  ];
}

function changeOf(path: string, { content, executable }: FileEntry): SystemChange {
  const mode = executable || path.endsWith('.sh') ? 0o755 : 0o644;
  return { path, before: null, after: { type: 'file', mode, uid: 0, gid: 0, content, target: '' } };
}
