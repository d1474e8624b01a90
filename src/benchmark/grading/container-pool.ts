import { availableParallelism } from 'node:os';
import type { FileEntry } from '../../model/file.ts';
import type { Container, Sandbox } from '../../sandbox/port.ts';
import { HIDDEN, hidden, isHidden, overlayFiles, type Part } from './overlay.ts';
import type { GradingPlan } from './plan.ts';
import { PRIVATE_FOLDER } from './runners.ts';

/** A folder for reports, where a runner wants one. */
export const REPORT_FOLDER = '/report';
const MEGABYTE = 1024 * 1024;

/** The containers of one grading: each is used once, and none is left when the grading is over. */
export class ContainerPool implements AsyncDisposable {
  readonly #plan: GradingPlan;
  readonly #sandbox: Sandbox;
  readonly #made = new Map<Part, Promise<Container>>();
  readonly #over: PromiseLike<void>[] = [];

  constructor(plan: GradingPlan, sandbox: Sandbox) {
    this.#plan = plan;
    this.#sandbox = sandbox;
  }

  /** Begins to make a container that will be wanted. */
  prewarm(part: Part): void {
    const container = create(this.#plan, part, this.#sandbox);
    container.catch(() => undefined);
    this.#made.set(part, container);
  }

  async acquire(part: Part): Promise<Container> {
    if (!this.#made.has(part)) this.prewarm(part);
    const container = this.#made.get(part)!;
    this.#made.delete(part);
    return await container;
  }

  /** Removes a container beside whatever comes next. */
  release(container: Container): void {
    this.#over.push(container[Symbol.asyncDispose]());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const container of this.#made.values())
      this.#over.push(
        container.then(
          (made) => made[Symbol.asyncDispose](),
          () => undefined,
        ),
      );
    await Promise.all(this.#over);
  }
}

async function create(plan: GradingPlan, part: Part, sandbox: Sandbox): Promise<Container> {
  const { runner, workdir, limits } = plan;
  const files = overlayFiles(plan, part);
  // The same for both: nothing about a container may tell which run it is for.
  const bytes = Math.max(...(['tests', 'canary'] as const).map((each) => bytesOf(overlayFiles(plan, each))));
  const treeMB = limits?.treeMB ?? Math.max(64, Math.ceil((8 * bytes) / MEGABYTE));
  return await sandbox.create({
    image: plan.image,
    purpose: 'grade',
    memoryMB: limits?.memoryMB ?? 1024,
    // Two processes that begin at once, and then take turns.
    cpus: limits?.cpus ?? (runner.apart ? Math.min(2, availableParallelism()) : 1),
    pids: limits?.pids ?? 128,
    ...(runner.apart ? { apart: true } : {}),
    tmpfs: [
      { target: workdir, sizeMB: treeMB, owner: runner.writable ? 'shared' : 'root' },
      { target: '/tmp', sizeMB: limits?.tmpMB ?? 256, ...(runner.apart ? { owner: 'shared' } : {}) },
      ...(runner.apart
        ? ([
            { target: `${workdir}/${HIDDEN}`, sizeMB: treeMB, owner: 'private' },
            { target: PRIVATE_FOLDER, sizeMB: 64, owner: 'private' },
            { target: '/scratch', sizeMB: 64, owner: 'root' },
          ] as const)
        : []),
      ...(runner.report ? [{ target: REPORT_FOLDER, sizeMB: 16 }] : []),
    ],
    files: runner.apart
      ? [
          { folder: workdir, files: files.filter(({ path }) => !isHidden(path)) },
          { folder: `${workdir}/${HIDDEN}`, files: hidden(files) },
        ]
      : [{ folder: workdir, files }],
  });
}

function bytesOf(files: readonly FileEntry[]): number {
  return files.reduce((sum, file) => sum + file.content.byteLength, 0);
}
