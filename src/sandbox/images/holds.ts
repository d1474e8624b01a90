import type Docker from 'dockerode';
import { messageOf } from '../../model/error.ts';
import { hasVolume, statusOf } from '../engine.ts';
import { OWNER_LABEL } from '../hardening.ts';
import { ownerToString, thisProcess } from '../owner.ts';
import type { Layer } from '../port.ts';
import { Removal } from '../removal.ts';

interface Hold {
  users: number;
  readonly create: Docker.ContainerCreateOptions;
  container: Promise<Docker.Container | null> | null;
}

/**
 * Images in use by work of this process that has no container of its own at the moment. A container that is never started stands for
 * it, so the engine itself refuses to remove the image, whoever asks; one that a dead process left is swept like any other.
 */
export class Holds {
  readonly #docker: Docker;
  readonly #held = new Map<string, Hold>();
  readonly #report: (line: string) => void;

  constructor(docker: Docker, report: (line: string) => void) {
    this.#docker = docker;
    this.#report = report;
  }

  get references(): ReadonlySet<string> {
    return new Set(this.#held.keys());
  }

  /** Holds an image, which may still be on its way, until what is returned is disposed of. */
  image(reference: string): AsyncDisposable {
    return this.#add(reference, {});
  }

  /** Holds the volumes of a layer. */
  layer({ folders }: Layer): AsyncDisposable | null {
    const key = /^huxley-layer-(\w+)-\d+$/.exec(folders[0]?.volume ?? '')?.[1];
    if (key === undefined) return null;
    const Mounts = folders.map(({ path, volume }) => ({ Type: 'volume', Source: volume, Target: `/${path}` }) as const);
    return this.#add(`huxley/layer:${key}`, { Mounts });
  }

  /**
   * Once the engine has an image, a hold on it takes effect for other processes. False where it was removed meanwhile, or the engine
   * could not hold it, which the next call tries again.
   */
  async settle(reference: string): Promise<boolean> {
    const hold = this.#held.get(reference);
    if (hold === undefined) return true;
    hold.container ??= this.#place(hold).catch((error) => {
      this.#report(`${reference} is not held: ${messageOf(error)}`);
      return null;
    });
    const placing = hold.container;
    if ((await placing) !== null) return true;
    if (hold.container === placing) hold.container = null;
    return false;
  }

  #add(reference: string, host: Docker.HostConfig): AsyncDisposable {
    const Labels = { [OWNER_LABEL]: ownerToString(thisProcess()), 'huxley.purpose': 'hold' };
    const HostConfig = { NetworkMode: 'none', ...host };
    const hold = this.#held.get(reference) ?? {
      users: 0,
      container: null,
      create: { Image: reference, Cmd: ['none'], Labels, HostConfig },
    };
    hold.users++;
    this.#held.set(reference, hold);
    const placed = this.settle(reference);
    let left = false;
    return {
      [Symbol.asyncDispose]: async () => {
        if (left) return;
        left = true;
        await placed;
        if (--hold.users > 0) return;
        this.#held.delete(reference);
        const container = await hold.container;
        if (container) await new Removal(container, this.#report).disposal();
      },
    };
  }

  async #place({ create }: Hold): Promise<Docker.Container | null> {
    try {
      // The engine would make an empty volume where one is gone.
      for (const { Source } of create.HostConfig?.Mounts ?? [])
        if (!(await hasVolume(this.#docker, Source))) return null;
      return await this.#docker.createContainer(create);
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }
}
