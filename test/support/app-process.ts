import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { WriteLimits } from '../../src/model/limits/write-window.ts';
import type { ControllerOptions } from '../../src/run/state/options.ts';
import type { World } from './world.ts';

/** How it differs from the App in a test's own process. */
interface AppSpec {
  readonly writeLimits?: WriteLimits;
  readonly options?: Partial<ControllerOptions>;
}

/** The App in a process of its own, to be killed. It ends with the test at the latest, whichever way that goes. */
export class AppProcess implements AsyncDisposable {
  readonly url: string;
  readonly #world: World;
  readonly #port: number;
  readonly #spec: AppSpec;
  #child: ChildProcess | undefined;

  private constructor(world: World, port: number, spec: AppSpec) {
    this.#world = world;
    this.#spec = spec;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** With webhooks turned to it, unless they go elsewhere first. */
  static async prepare(world: World, deliver = true, spec: AppSpec = {}): Promise<AppProcess> {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });
    const app = new AppProcess(world, port, spec);
    if (deliver) world.deliverTo(app.url);
    return app;
  }

  async start(): Promise<void> {
    const { credentials, journalPath, database } = this.#world;
    const spec = {
      ...this.#spec,
      ...credentials,
      store: { databaseURL: database, sqlitePath: journalPath },
      port: this.#port,
    };
    this.#child = fork(join(import.meta.dirname, 'app-process-main.ts'), [JSON.stringify(spec)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(this.#child, 'message');
  }

  /** Its number while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Megabytes of memory it has taken at most since it started. */
  get peakMB(): number {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1_024);
  }

  /** As the kernel would: no chance to say goodbye. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
