import type { Writable } from 'node:stream';
import type { FileEntry } from '../model/file.ts';
import type { SystemChange, SystemChanges } from '../model/system/change.ts';

/** Where the agent's runtime lies in a container that has it. */
export const RUNTIME = '/huxley/runtime';

/** What a container may use. Network is not among it: there is none, ever. */
export interface ContainerSpec {
  /** An image reference the engine already has, best by digest. */
  readonly image: string;
  /** What the container is for, e.g. `agent`, `grade`, `canary`; a label people see in `docker ps`. */
  readonly purpose: string;
  /** Read-only mounts: of the host, the agent's checkout, its runtime, the gateway's socket directory; of the engine, volumes. Nothing else. */
  readonly mounts?: readonly (
    | { readonly source: string; readonly target: string }
    | { readonly volume: string; readonly target: string }
  )[];
  /** Empty writable folders on the engine's disk that everybody may write to; gone with the container. */
  readonly scratch?: readonly string[];
  /**
   * Mounts the agent's runtime at `RUNTIME`, which needs nothing of the image: Node, Python, and the commands that files are
   * copied and work is ended with. Default: the image has these.
   */
  readonly agentRuntime?: boolean;
  /** Memory-backed folders with execution allowed; what is in them counts against `memoryMB`. */
  readonly tmpfs: readonly Tmpfs[];
  /** Files copied in before anything runs. They belong to root, as do the folders made for them; worth it in folders of `owner: 'root'`. */
  readonly files?: readonly { readonly folder: string; readonly files: readonly FileEntry[] }[];
  /** Makes the root file system writable (an image whose own files must change); default read-only. */
  readonly writableRoot?: boolean;
  /**
   * Lets commands of `user: 'root'` start processes of the worker user, and reach the files those make: for the harness that
   * runs tests in one process and the code under test in another. The worker user gains nothing by it.
   */
  readonly apart?: boolean;
  readonly memoryMB: number;
  readonly cpus: number;
  readonly pids: number;
}

export interface Tmpfs {
  readonly target: string;
  readonly sizeMB: number;
  /**
   * `worker` (default): the worker user writes freely. `root`: it only reads. `shared`: it may add files, but not change,
   * rename or remove what root put there. `private`: it cannot even look inside.
   */
  readonly owner?: 'worker' | 'root' | 'shared' | 'private';
}

export interface ExecSpec {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds until everything the worker user runs in the container is killed. */
  readonly timeoutSeconds: number;
  /** Bytes kept of stdout and of stderr each; what is over is dropped and `truncated` set. */
  readonly maxOutputBytes: number;
  /** What the command reads on its standard input; nothing by default. */
  readonly stdin?: string | Uint8Array;
  /** `root` has no capabilities but those of `BoxSpec.apart`, and is for the harness alone: its end is the container's. Default `worker`. */
  readonly user?: 'worker' | 'root';
  /** Killing the work and throwing `sandbox.aborted` is what an abort does. */
  readonly signal?: AbortSignal;
}

export interface ExecResult {
  /** `null` when the command was killed for time or the container died. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Output was dropped; a command that floods (64 MiB over the cap) is killed as well. */
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly seconds: number;
}

export interface CopyLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
  /** Relative paths to take, where they exist; everything by default. */
  readonly only?: readonly string[];
  /** Symbolic links come with what they say, wherever they lead, instead of being refused or taken for what they lead to. */
  readonly links?: boolean;
}

/**
 * One running container. Commands run as an unprivileged user under a trusted first process. Disposing of it removes it and
 * never throws: what came of the work stands. One that cannot be removed is reported, and `sweep` finds it once this process
 * is gone.
 */
export interface Container extends AsyncDisposable {
  readonly id: string;
  /** Copies files into a writable folder, making parents as needed. */
  copyIn(folder: string, files: readonly FileEntry[]): Promise<void>;
  exec(spec: ExecSpec): Promise<ExecResult>;
  /**
   * Kills every process of the worker user; what it left running does not outlive this. Work that cannot be ended (it takes
   * every process there is) takes the container with it: what is called then throws `sandbox.ended`. So does a container
   * that the work itself ended. Throws where the engine does not answer.
   */
  quiesce(): Promise<void>;
  /**
   * Regular files under a folder; a link to one of them comes as a copy. Refuses (HuxleyError `sandbox.take`) links out of
   * it, devices, `..`, names that are not UTF-8, and more than `maxBytes` or `maxFiles`. `quiesce` first.
   */
  copyOut(folder: string, limits: CopyLimits): Promise<readonly FileEntry[]>;
  /**
   * Writes all that lies under some folders of `folder` as a tar to `sink`, whatever it is: for what goes on to another container
   * unread. `quiesce` first. Throws HuxleyError `sandbox.take` where it cannot be read.
   */
  archive(folder: string, paths: readonly string[], sink: Writable): Promise<void>;
  /** Kills and removes the container; throws where the engine does not. Safe to call twice. */
  remove(): Promise<void>;
}

/** What a container is made with whose root may change its whole file system. The agent's runtime is mounted into it. */
export interface SystemSpec extends Pick<ContainerSpec, 'image' | 'purpose' | 'mounts' | 'memoryMB' | 'cpus' | 'pids'> {
  /** Megabytes that may be written, in all and in one file; held by the engine where its storage can, and looked after where not. */
  readonly diskMB: number;
}

/**
 * A running container in which commands are root's, with what root needs to change files and users, and nothing else: see
 * `SystemSpec`. Work that ends it leaves its file system; only removing it does not.
 */
export interface SystemContainer extends AsyncDisposable {
  readonly id: string;
  /**
   * A command of root's, or of who else the image knows by a name or number, in that user's home. Its deadline, a flood or an abort end
   * the container.
   */
  exec(spec: Omit<ExecSpec, 'user'> & { readonly as?: string }): Promise<ExecResult>;
  /** Makes its file system what it was changed to elsewhere. */
  lay(changes: readonly SystemChange[]): Promise<void>;
  /**
   * Ends everything in it, and says how its file system differs from its image's. Throws HuxleyError `sandbox.take` for devices, for
   * more than the limits allow, and where more was written than the container may.
   */
  take(limits: { readonly maxBytes: number; readonly maxEntries: number }): Promise<SystemChanges>;
  /** Ends everything in it, and reads a folder as `Container.copyOut` does; an absent one holds nothing. */
  read(folder: string, limits: CopyLimits): Promise<readonly FileEntry[]>;
  /** Kills and removes it; throws where the engine does not. Safe to call twice. */
  remove(): Promise<void>;
}

/** What an image says of itself. */
export interface ImageSettings {
  /** Where its commands work; `/` where it says nothing. */
  readonly workdir: string;
  /** Who its commands run as; `root` where it says nothing. */
  readonly user: string;
  /** Folders in which commands are looked for. */
  readonly path: readonly string[];
}

/** What the path of a layer's folder may be: plain names, so that no command takes it for anything else. */
export const LAYER_PATH = /^[\w.@+-]+(\/[\w.@+-]+)*$/;

/** Folders that a build made, as containers mount them. Whatever lies in them is untrusted. */
export interface Layer {
  /** Each with its path below the folder that was built in, and the engine's volume that holds it. */
  readonly folders: readonly { readonly path: string; readonly volume: string }[];
}

/** A container and the folders in it, below `folder`, that become a layer. Disposed of once they are taken over. */
export interface MadeLayer extends AsyncDisposable {
  readonly container: Container;
  readonly folder: string;
  readonly paths: readonly string[];
}

export interface Sandbox {
  /**
   * The layer of a key, made once: an engine keeps the last that were used. Waits for another process that makes the same one.
   * Throws HuxleyError `layer.keep`, and what `make` throws.
   */
  layer(key: string, make: () => Promise<MadeLayer>): Promise<Layer>;
  create(spec: ContainerSpec): Promise<Container>;
  createSystem(spec: SystemSpec): Promise<SystemContainer>;
  /**
   * Builds an image by this name from a folder with a Dockerfile, unless the engine has it. Its commands reach what the engine's do: for
   * folders of the repository's owner alone. Throws HuxleyError `sandbox.build`.
   */
  build(reference: string, context: readonly FileEntry[], seconds: number): Promise<void>;
  settings(image: string): Promise<ImageSettings>;
  /**
   * Keeps an image, and the volumes of a layer, from being removed for want of room until what is returned is disposed of: for work that
   * has no container of them all the time. The image may still have to be fetched.
   */
  hold(image: string | null, layer?: Layer | null): AsyncDisposable;
  /** Removes containers that a crashed process of ours left behind; how many. */
  sweep(): Promise<number>;
}
