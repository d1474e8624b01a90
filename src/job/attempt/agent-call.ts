import type { SystemNeeds } from '../../benchmark/suite.ts';
import type { JobLimits } from '../../contract/settings.ts';
import { forwarded, modelEnvironment } from '../../gateway/forwarder.ts';
import type { FileEntry } from '../../model/file.ts';
import type { SystemChanges } from '../../model/system/change.ts';
import { tail } from '../../operator/trajectory.ts';
import { isOwnImage, nodeIn, runtimeVariable, withPath } from '../../sandbox/own-image.ts';
import type { ExecResult, Layer } from '../../sandbox/port.ts';

/** Where things lie inside the container. */
export const GATEWAY = '/huxley/gateway';
export const FORWARDER_FILE = '/huxley/forwarder.mjs';
export const IO = '/huxley/io';
export const NAMES_FILE = '/huxley/names.mjs';
export const OUTPUT_BYTES = 64 * 1024;
/** What is read of the agent's own log. */
export const TRANSCRIPT = { maxBytes: 8 * 1024 * 1024, maxFiles: 200 };

export interface AttemptSpec {
  /** What the task's containers need, where the answer is what a file system became. */
  readonly system?: SystemNeeds | null;
  /** Whether the next step of such a task is to be done after these; it always is where absent. */
  readonly goesOn?: (done: SystemChanges) => Promise<boolean>;
  readonly image: string;
  /** Whether the image is a task's own: the agent's runtime is then mounted into it. */
  readonly foreign?: boolean;
  readonly purpose: 'agent' | 'modify';
  readonly mode: 'solve' | 'modify';
  /** Shell command; runs in the agent's checkout. */
  readonly command: string;
  /** Host folder with the agent's visible files. */
  readonly agentFolder: string;
  /** What the agent depends on; mounted into its folder, and where it modifies itself into the workspace. */
  readonly layer?: Layer | null | undefined;
  /** Where the workspace lies in the container. */
  readonly workdir: string;
  /** A folder of the image that the agent is to find empty, but for a workspace in it. */
  readonly covered?: string | undefined;
  readonly workspace: readonly FileEntry[];
  /** Files to take from the workspace afterwards; `null` for all. */
  readonly take: readonly string[] | null;
  /** The problem statement, or the proposed change as an issue. */
  readonly statement: string;
  /** `HUXLEY_MODEL` names the first; the agent may ask any. */
  readonly models: readonly string[];
  /** The gateway's key for this attempt. */
  readonly token: string;
  /** Host folder of the gateway's socket. */
  readonly socketFolder: string;
  readonly seconds: number;
  readonly limits: JobLimits;
  readonly signal: AbortSignal;
  /** Whether to write down the names of hosts that the agent looks for, where there is none to be found. */
  readonly watchNames?: boolean;
}

export interface Attempt {
  /**
   * What was taken of the workspace as the agent left it; `null` when it holds what no sandbox lets out, or when the container
   * ended under the agent, and the workspace with it.
   */
  readonly files: readonly FileEntry[] | null;
  /** What the container's file system became, where that is the answer; `files` is then empty. */
  readonly changes?: SystemChanges;
  /** What of the workspace was left there though it is new: no sandbox lets it out. In words. */
  readonly skipped: readonly string[];
  /** Why `files` is null. */
  readonly refused: string | null;
  /** Whether the container ended under the agent. */
  readonly lost: boolean;
  /** How the command ended, in words. */
  readonly ended: string;
  readonly exitCode: number | null;
  /** Names of hosts it looked for, one a line; empty where nobody watched. Untrusted text. */
  readonly names: string;
  /** What it reached of the network, and what not, in words; empty where it had none. */
  readonly network: string;
  /** What it wrote to HUXLEY_OUT, else the ends of what it printed. */
  readonly transcript: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** What the agent's command is started as: behind a forwarder to the gateway. */
export function commandOf(spec: AttemptSpec): readonly string[] {
  const node = nodeIn(hasRuntime(spec));
  const watch = spec.watchNames ? [node, NAMES_FILE, `${IO}/names`] : [];
  const command = [...watch, 'sh', '-c', spec.command];
  return withPath(
    hasRuntime(spec),
    spec.foreign === true,
    forwarded(node, FORWARDER_FILE, `${GATEWAY}/gateway.sock`, command),
  );
}

export function environmentOf(spec: AttemptSpec, workdir: string, seconds: number): Readonly<Record<string, string>> {
  return {
    ...modelEnvironment(spec.token, spec.models),
    TMPDIR: '/tmp',
    HUXLEY_TASK: `${IO}/task.md`,
    HUXLEY_WORKSPACE: workdir,
    HUXLEY_OUT: `${IO}/transcript`,
    ...runtimeVariable(hasRuntime(spec)),
    HUXLEY_MODE: spec.mode,
    HUXLEY_DEADLINE: new Date(Date.now() + seconds * 1000).toISOString(),
  };
}

export type Attempted = ReturnType<typeof attemptedBy>;

export function attemptedBy(result: ExecResult, seconds: number, log: string) {
  const printed = [result.stdout, result.stderr].filter((text) => text.trim() !== '').join('\n');
  return {
    names: '',
    network: '',
    ended: describeEnd(result, seconds),
    exitCode: result.exitCode,
    transcript: log.trim() === '' ? tail(printed, 2 * OUTPUT_BYTES) : log,
    stdout: result.stdout,
    stderr: result.stderr,
    seconds: result.seconds,
  };
}

/** Whether the agent's runtime is mounted: into a task's image always, into the agent's own where that is not one of ours. */
export function hasRuntime({ foreign, image }: AttemptSpec): boolean {
  return foreign === true || !isOwnImage(image);
}

function describeEnd(
  result: { exitCode: number | null; timedOut: boolean; truncated: boolean },
  seconds: number,
): string {
  const flood = result.truncated ? ', printed more than was kept' : '';
  if (result.timedOut) return `killed at its deadline of ${Math.round(seconds)} s${flood}`;
  if (result.exitCode === null) return `killed${flood}`;
  if (result.exitCode === 137) return `killed (exit 137: most often out of memory)${flood}`;
  return `exit ${result.exitCode}${flood}`;
}
