import type { TestProject } from 'vitest/node';
import { ensureEngine } from '../../src/sandbox/setup/engine.ts';
import { ensureImage } from '../../src/sandbox/setup/image.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Socket of the engine that tests use; `null` for what the environment says. */
    engineSocket: string | null;
    /** Reference of the sandbox image. */
    sandboxImage: string;
  }
}

/** Before the first test that needs it: a Docker engine and the sandbox image, with every step reported. */
export default async function setUp(project: TestProject): Promise<() => void> {
  const report = (line: string) => console.log(`[set-up] ${line}`);
  const engine = await ensureEngine({ mayInstall: true, ask: null, report });
  report(`Docker ${engine.version} at ${engine.origin}`);
  project.provide('engineSocket', engine.socket);
  project.provide('sandboxImage', await ensureImage(engine, 'sandbox', { report }));
  return () => engine.release();
}
