import type { TestProject } from 'vitest/node';
import { HuxleyError } from '../../src/model/error.ts';
import { ensureEngine } from '../../src/sandbox/setup/engine.ts';
import { ensureImage } from '../../src/sandbox/setup/image.ts';
import { MAY_INSTALL } from '../support/may-install.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Socket of the engine that tests use; `null` for what the environment says. */
    engineSocket: string | null;
    /** Reference of the sandbox image. */
    sandboxImage: string;
    /** Why there is neither; `null` where there are both. */
    engineMissing: string | null;
  }
}

/** Before the first test that needs it: a Docker engine and the sandbox image, with every step reported. */
export default async function setUp(project: TestProject): Promise<() => void> {
  const report = (line: string) => console.log(`[set-up] ${line}`);
  try {
    const engine = await ensureEngine({ mayInstall: MAY_INSTALL, ask: null, report });
    report(`Docker ${engine.version} at ${engine.origin}`);
    project.provide('engineSocket', engine.socket);
    project.provide('sandboxImage', await ensureImage(engine, 'sandbox', { report, mayInstall: MAY_INSTALL }));
    project.provide('engineMissing', null);
    return () => engine.release();
  } catch (error) {
    if (MAY_INSTALL || !(error instanceof HuxleyError)) throw error;
    project.provide('engineSocket', '/nonexistent/docker.sock');
    project.provide('sandboxImage', 'none');
    project.provide('engineMissing', `HUXLEY_NO_INSTALL is set, and ${error.message}`);
    return () => undefined;
  }
}
