import { openProxied, type Proxied } from '../egress/proxied.ts';
import { HuxleyError } from '../model/error.ts';
import { isSameEntry, type SystemChange, type SystemChanges } from '../model/system/change.ts';
import { RUNTIME, type SystemContainer } from '../sandbox/port.ts';
import type { SystemNeeds, SystemStep } from './suite.ts';

const SETUP_SECONDS = 300;

/** How each step is done, and where. */
export interface StepWork {
  /** A fresh container of the task's image. */
  readonly open: (mounts: Proxied['mounts']) => Promise<SystemContainer>;
  readonly close: (container: SystemContainer) => Promise<void>;
  readonly act: (container: SystemContainer, step: SystemStep, network: Proxied) => Promise<void>;
  /** Asked after each step but the last. */
  readonly goesOn: (done: SystemChanges) => Promise<boolean>;
  readonly limits: { readonly maxBytes: number; readonly maxEntries: number };
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does the steps of a task in turn, each in a container of its own that goes on from the file system the one before left. Processes do
 * not outlive their step. Ends early where it is not to go on, and where a step cannot be set up on what was left.
 *
 * @returns what the file system became after the last step that was done, with `earlier` where a task has several
 * @throws HuxleyError `sandbox.take`, `suite.step` where the first cannot be set up, and what the sandbox throws
 */
export async function throughSteps({ steps, workdir, env }: SystemNeeds, work: StepWork): Promise<SystemChanges> {
  const done: SystemChanges[] = [];
  for (const step of steps) {
    using network = await openProxied(step.hosts);
    const container = await work.open(network.mounts);
    try {
      const last = done.at(-1);
      if (last !== undefined) await container.lay(last.changes);
      if (step.files.length > 0) await container.lay(step.files);
      if (!(await isSetUp(container, step, { workdir, env }, network, work.signal))) {
        if (last !== undefined) break;
        throw new HuxleyError(
          'suite.step',
          `${step.name}: its setup.sh fails on the image itself`,
          'Correct the script, or leave the task out.',
        );
      }
      await work.act(container, step, network);
      done.push(sharing(last, await container.take(work.limits)));
    } finally {
      await work.close(container);
    }
    if (done.length < steps.length && !(await work.goesOn(together(done)))) break;
  }
  return together(done);
}

function together(done: readonly SystemChanges[]): SystemChanges {
  const last = done.at(-1)!;
  return done.length > 1 ? { ...last, earlier: done.slice(0, -1) } : last;
}

async function isSetUp(
  container: SystemContainer,
  { setup, user }: SystemStep,
  { workdir, env }: Pick<SystemNeeds, 'workdir' | 'env'>,
  network: Proxied,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (setup === null) return true;
  const { exitCode } = await container.exec({
    command: network.command(`${RUNTIME}/bin/node`, setup),
    cwd: workdir,
    as: user,
    env: { ...network.env, ...env },
    timeoutSeconds: SETUP_SECONDS,
    maxOutputBytes: 2_000,
    ...(signal ? { signal } : {}),
  });
  return exitCode === 0;
}

/** The same, with what did not change since as the same objects: a file is kept once, however many steps there are. */
function sharing(before: SystemChanges | undefined, now: SystemChanges): SystemChanges {
  if (before === undefined) return now;
  const known = new Map(before.changes.map((change) => [change.path, change]));
  const changes = now.changes.map((change): SystemChange => {
    const was = known.get(change.path);
    return was !== undefined && isSameEntry(was.after, change.after) && was.cleared === change.cleared ? was : change;
  });
  return { ...now, changes, image: before.image };
}
