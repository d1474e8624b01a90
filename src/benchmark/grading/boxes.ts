import type { Box, Sandbox } from '../../sandbox/port.ts';
import { laidFiles, type Part } from './laid-files.ts';
import type { GradingPlan } from './plan.ts';

/** A folder for reports, where a runner wants one. */
export const REPORT_FOLDER = '/report';
const MEGABYTE = 1024 * 1024;

/** The containers of one grading: each is used once, and none is left when the grading is over. */
export class Boxes implements AsyncDisposable {
  readonly #plan: GradingPlan;
  readonly #sandbox: Sandbox;
  readonly #made = new Map<Part, Promise<Box>>();
  readonly #over: PromiseLike<void>[] = [];

  constructor(plan: GradingPlan, sandbox: Sandbox) {
    this.#plan = plan;
    this.#sandbox = sandbox;
  }

  /** Begins to make a container that will be wanted. */
  ready(part: Part): void {
    const box = create(this.#plan, part, this.#sandbox);
    box.catch(() => undefined);
    this.#made.set(part, box);
  }

  async take(part: Part): Promise<Box> {
    if (!this.#made.has(part)) this.ready(part);
    const box = this.#made.get(part)!;
    this.#made.delete(part);
    return await box;
  }

  /** Removes a container beside whatever comes next. */
  done(box: Box): void {
    this.#over.push(box[Symbol.asyncDispose]());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const box of this.#made.values())
      this.#over.push(
        box.then(
          (made) => made[Symbol.asyncDispose](),
          () => undefined,
        ),
      );
    await Promise.all(this.#over);
  }
}

async function create(plan: GradingPlan, part: Part, sandbox: Sandbox): Promise<Box> {
  const { runner, workdir, limits } = plan;
  const files = laidFiles(plan, part);
  const treeMB =
    limits?.treeMB ??
    Math.max(64, Math.ceil((8 * files.reduce((sum, file) => sum + file.content.byteLength, 0)) / MEGABYTE));
  return await sandbox.create({
    image: plan.image,
    purpose: part === 'tests' ? 'grade' : 'canary',
    memoryMB: limits?.memoryMB ?? 1024,
    cpus: limits?.cpus ?? 1,
    pids: limits?.pids ?? 128,
    tmpfs: [
      { target: workdir, sizeMB: treeMB, owner: runner.writable ? 'shared' : 'root' },
      { target: '/tmp', sizeMB: limits?.tmpMB ?? 256 },
      ...(runner.report ? [{ target: REPORT_FOLDER, sizeMB: 16 }] : []),
    ],
    files: [{ folder: workdir, files }],
  });
}
