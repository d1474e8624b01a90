import type { FileEntry } from '../model/file.ts';

/** What a container may use. Network is not among it: there is none, ever. */
export interface BoxSpec {
  /** An image reference the engine already has, best by digest. */
  readonly image: string;
  /** What the container is for, e.g. `agent`, `grade`, `canary`; a label people see in `docker ps`. */
  readonly purpose: string;
  /** Read-only host mounts: the agent's checkout, its runtime, the gateway's socket directory. Nothing else. */
  readonly mounts?: readonly { readonly source: string; readonly target: string }[];
  /** Writable memory-backed folders, owned by the worker user, with execution allowed. */
  readonly tmpfs: readonly { readonly target: string; readonly sizeMB: number }[];
  readonly memoryMB: number;
  readonly cpus: number;
  readonly pids: number;
}

export interface ExecSpec {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds until everything the worker user runs in the container is killed. */
  readonly timeoutSeconds: number;
  /** Bytes kept of stdout and of stderr each; what is over is dropped and `truncated` set. */
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal;
}

export interface ExecResult {
  /** `null` when the command was killed for time or the container died. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly seconds: number;
}

/** One running container. Commands run as an unprivileged user under a trusted first process. */
export interface Box extends AsyncDisposable {
  readonly id: string;
  /** Lays files into a writable folder, making parents as needed. */
  put(folder: string, files: readonly FileEntry[]): Promise<void>;
  exec(spec: ExecSpec): Promise<ExecResult>;
  /** Kills every process of the worker user; what it left running does not outlive this. */
  quiesce(): Promise<void>;
  /**
   * Regular files under a folder. Refuses (HuxleyError `sandbox.take`) links out of it, devices, `..`, names that are not
   * UTF-8, and more than `maxBytes` or `maxFiles`.
   */
  take(folder: string, limits: { readonly maxBytes: number; readonly maxFiles: number }): Promise<readonly FileEntry[]>;
  /** Kills and removes the container. Safe to call twice. */
  remove(): Promise<void>;
}

export interface Sandbox {
  create(spec: BoxSpec): Promise<Box>;
  /** Removes containers that a crashed process of ours left behind; how many. */
  sweep(): Promise<number>;
}
