import { isRefused } from '../../github/retry.ts';
import { messageOf } from '../../model/error.ts';
import { isGone, noteReach } from '../limits/reach.ts';
import type { Controller, ControllerServices } from '../loop/controller.ts';

/** Follows repositories that are renamed or transferred: runs belong to a number, whatever its name is. */
export class Names {
  readonly #services: ControllerServices;
  readonly #controller: Controller;
  readonly #known = new Map<number, string>();

  constructor(services: ControllerServices, controller: Controller) {
    this.#services = services;
    this.#controller = controller;
  }

  /** Every repository in reach, by the name it has now. */
  async list(): Promise<readonly string[]> {
    const all = await this.#services.forges.repositories();
    for (const { id, name } of all) await this.#note(id, name);
    return all.map(({ name }) => name);
  }

  /** What a repository is called now, from what a delivery calls it, which may be old. */
  async current(id: number, told: string): Promise<string> {
    const known = this.#known.get(id) ?? (await this.#services.store.nameOf(id));
    if (known !== null && known !== told) await this.list();
    if (known === null) await this.#note(id, told);
    return this.#known.get(id) ?? (await this.#services.store.nameOf(id)) ?? told;
  }

  /** Finds the repositories of runs that stand under a name which is out of reach: GitHub knows what became of it. */
  async find(lost: readonly string[]): Promise<void> {
    const { forges, store, log } = this.#services;
    for (const repository of lost)
      try {
        const { id, name } = await (await forges.forge(repository)).facts();
        await noteReach(this.#services, repository, true);
        if (name === repository) continue;
        await store.identify(id, name, repository);
        this.#known.set(id, name);
        this.#controller.moved(repository);
        log.warn({ repository, name, id }, 'a repository has a new name');
      } catch (error) {
        // Where nobody answered, it may well be there.
        if (isRefused(error)) await noteReach(this.#services, repository, false);
        const why = (await isGone(this.#services, repository))
          ? 'a repository has been out of reach for two days: its unfinished runs no longer count for its account'
          : 'a repository with unfinished runs cannot be reached';
        log.error({ repository, err: messageOf(error) }, why);
      }
  }

  async #note(id: number, name: string): Promise<void> {
    const { store, log } = this.#services;
    const former = this.#known.get(id) ?? (await store.nameOf(id));
    if (former !== name) await store.identify(id, name);
    this.#known.set(id, name);
    if (former === null || former === name) return;
    this.#controller.moved(former);
    log.warn({ former, name, id }, 'a repository has a new name');
  }
}
