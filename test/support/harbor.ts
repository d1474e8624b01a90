import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openSuite } from '../../src/benchmark/kinds.ts';
import type { OpenedSuite } from '../../src/benchmark/suite.ts';
import { projectPath } from '../../src/environment/project.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';

/** Tasks in Harbor's format, their images built on this machine's sandbox image, since no registry may be in reach. */
export async function harborSuite(fixtures = 'harbor'): Promise<OpenedSuite & Disposable> {
  const folder = mkdtempSync(join(tmpdir(), 'huxley-harbor-'));
  cpSync(projectPath('test/fixtures', fixtures), folder, { recursive: true });
  for (const task of readdirSync(folder)) {
    const dockerfile = join(folder, task, 'environment', 'Dockerfile');
    writeFileSync(
      dockerfile,
      readFileSync(dockerfile, 'utf8').replace('FROM huxley/sandbox', `FROM ${inject('sandboxImage')}`),
    );
  }
  const sandbox = dockerSandbox({ socket: inject('engineSocket') });
  const suite = await openSuite(`harbor:${folder}`, { image: async (name) => name, sandbox: async () => sandbox });
  return { ...suite, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
