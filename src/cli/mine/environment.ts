import { createHash } from 'node:crypto';
import { type Drop, drop } from '../../benchmark/mine/drop.ts';
import { type Installation, installationOf, PYTHON_MODULES } from '../../benchmark/mine/task/environment.ts';
import { buildAgent } from '../../build/build.ts';
import { dockerfileImage, isDockerfile } from '../../build/dockerfile.ts';
import { buildInputs, layerKey } from '../../build/inputs.ts';
import { HuxleyError } from '../../model/error.ts';
import type { FileEntry } from '../../model/file.ts';
import { connect, hasImage } from '../../sandbox/engine.ts';
import type { OpenSandbox } from '../../sandbox/setup/open.ts';

/** What a task's tests run in. */
export interface Environment {
  /** Reference of an image that the engine has; null for the sandbox image itself. */
  readonly image: string | null;
  /** The folder of the image with `node_modules`, where that is not its root. */
  readonly installed: string | null;
}

interface Wanted {
  readonly image: string;
  /** What images are called that are made. */
  readonly images: string;
  readonly build?: string | undefined;
}

/** What the machine gives installers; as much as an agent's build gets. */
const LIMITS = { taskSeconds: 3_600, costUSD: 0, taskCostUSD: 0, memoryMB: 4_096, cpus: 2, pids: 1_024 };
const COPY_SECONDS = 600;

/** Builds environments, each once for the same dependencies. Their commands run in containers that reach registries and nothing else. */
export class Environments {
  readonly #open: OpenSandbox;
  readonly #wanted: Wanted;
  readonly #signal: AbortSignal;
  readonly #report: (line: string) => void;
  readonly #made = new Map<string, Promise<string | Drop>>();

  constructor(open: OpenSandbox, wanted: Wanted, signal: AbortSignal, report: (line: string) => void) {
    this.#open = open;
    this.#wanted = wanted;
    this.#signal = signal;
    this.#report = report;
  }

  /**
   * @param parent the repository's files
   * @throws HuxleyError where it is the machine's fault: a registry that cannot be reached, the engine
   */
  async of(parent: readonly FileEntry[], python: boolean, date: string): Promise<Environment | Drop> {
    const { image: name, build } = this.#wanted;
    const base = isDockerfile(name) ? await this.#dockerfile(name, parent) : await this.#open.image(name);
    if (typeof base !== 'string') return base;
    const own = name === 'sandbox' ? null : base;
    const files = buildInputs(parent, { command: '', lock: null });
    // Whoever names an image has installed there what the tests need.
    const installation =
      own !== null && build === undefined ? null : installationOf(files, { python, own: build, date });
    if (installation === null) return { image: own, installed: own === null ? null : await this.#workdir(own) };
    const image = await this.#install(base, installation);
    return typeof image === 'string' ? { image, installed: null } : image;
  }

  async #workdir(image: string): Promise<string | null> {
    const { workdir } = await this.#open.sandbox.settings(image);
    return workdir === '/' ? null : workdir;
  }

  async #dockerfile(image: string, parent: readonly FileEntry[]): Promise<string | Drop> {
    const [signal, report] = [this.#signal, this.#report];
    const { engine, images } = this.#open;
    const build = { engine, images, image, registries: undefined, secretOf: noSecret, signal, report };
    const made = await dockerfileImage(build, parent).catch(asDrop);
    return typeof made === 'string' ? await this.#named(made, `FROM ${made}\n`) : made;
  }

  async #install(base: string, { commands, inputs }: Installation): Promise<string | Drop> {
    let last: string | Drop = drop('environment');
    for (const command of commands) {
      const key = layerKey({ command, lock: null }, base, buildInputs(inputs, { command, lock: null }));
      const known = this.#made.get(key) ?? this.#build(base, command, inputs, key);
      this.#made.set(key, known);
      last = await known;
      if (typeof last === 'string') return last;
    }
    return last;
  }

  async #build(base: string, command: string, inputs: readonly FileEntry[], key: string): Promise<string | Drop> {
    const known = this.#reference(base + key);
    if (await hasImage(connect(this.#open.engine), known)) return known;
    const { sandbox } = this.#open;
    const [signal, report] = [this.#signal, this.#report];
    const builder = { sandbox, image: base, secretOf: noSecret, limits: LIMITS, signal, report };
    try {
      const { folders } = await buildAgent(builder, { command, lock: null }, inputs);
      const copies = folders
        .filter(({ path }) => path === 'node_modules' || path === PYTHON_MODULES)
        .map(({ path }) => `COPY --from=installed /${path} /${path}\n`);
      if (copies.length === 0)
        return drop('environment', `\`${command}\` made neither node_modules nor ${PYTHON_MODULES}`);
      return await this.#named(base + key, `FROM huxley/layer:${key} AS installed\nFROM ${base}\n${copies.join('')}`);
    } catch (error) {
      return asDrop(error);
    }
  }

  #reference(of: string): string {
    return `${this.#wanted.images}:${createHash('sha256').update(`1\0${of}`).digest('hex').slice(0, 32)}`;
  }

  async #named(of: string, dockerfile: string): Promise<string> {
    const reference = this.#reference(of);
    const context = [{ path: 'Dockerfile', content: Buffer.from(dockerfile), executable: false }];
    await this.#open.sandbox.build(reference, context, COPY_SECONDS);
    // The tasks name it, and nothing makes it again.
    await this.#open.images.leave(reference);
    return reference;
  }
}

function noSecret(name: string): never {
  throw new HuxleyError('mine.secret', `The secret ${name} is not set`, 'Name a registry that needs none.');
}

/** A build that fails is the repository's own; anything else is the machine's. */
function asDrop(error: unknown): Drop {
  if (!(error instanceof HuxleyError) || !['build.failed', 'build.image'].includes(error.code)) throw error;
  return drop('environment', endOf(error.message));
}

/** What a tool says last, without where it keeps its log. */
function endOf(message: string): string {
  const lines = message
    .trim()
    .split('\n')
    .filter((line) => !/A complete log of this run|^npm error\s*$/.test(line));
  return [lines[0], ...lines.slice(1).slice(-4)].join('\n').slice(-900);
}
