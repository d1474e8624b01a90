import type Docker from 'dockerode';
import { messageOf, sentence } from '../model/error.ts';
import { statusOf } from './engine.ts';

/** Removes a container, once, however often that is asked. */
export class Removal {
  readonly #container: Docker.Container;
  readonly #report: (line: string) => void;
  #removed: Promise<void> | undefined;

  /** @param report told of a container that its disposal could not remove */
  constructor(container: Docker.Container, report: (line: string) => void) {
    this.#container = container;
    this.#report = report;
  }

  now(): Promise<void> {
    this.#removed ??= removeContainer(this.#container);
    return this.#removed;
  }

  /** The same by the end of a block: what fails is reported, not thrown. */
  async disposal(): Promise<void> {
    try {
      await this.now();
    } catch (error) {
      this.#report(
        `Container ${this.#container.id.slice(0, 12)} could not be removed: ${sentence(messageOf(error))} It is removed when a sandbox is opened next, after this process.`,
      );
    }
  }
}

export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (statusOf(error) === 404) return;
    // 409: the engine is removing it already, since its first process ended.
    if (statusOf(error) !== 409) throw error;
    await container.wait({ condition: 'removed' }).catch(() => undefined);
  }
}
