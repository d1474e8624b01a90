import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { readRows } from '../../src/benchmark/swebench/instance/sources.ts';
import { type SweBenchSuite, sweBenchSuite } from '../../src/benchmark/swebench/suite.ts';
import { projectPath } from '../../src/environment/project.ts';
import type { Sandbox } from '../../src/sandbox/port.ts';
import { ensureImage } from '../../src/sandbox/setup/image.ts';

/** The one instance of the task repository in test/fixtures/swebench. */
export const ACME = 'acme__calc-1';
const SOURCE = projectPath('test', 'fixtures', 'swebench', 'task-repo');
const TASK = join(SOURCE, 'tasks', ACME);
export const GOLD = readFileSync(join(TASK, 'gold.patch'), 'utf8');

interface Acme extends Disposable {
  readonly suite: SweBenchSuite;
  /** A folder of its own with the task repository, which names the image that was built. */
  readonly repository: string;
}

/** The instance as a suite, its image built on the sandbox image. */
export async function openAcme(sandbox: Sandbox): Promise<Acme> {
  const images = mkdtempSync(join(tmpdir(), 'huxley-images-'));
  const repository = mkdtempSync(join(tmpdir(), 'huxley-swe-bench-'));
  cpSync(projectPath('docker', 'sandbox'), join(images, 'sandbox'), { recursive: true });
  cpSync(TASK, join(images, 'acme'), { recursive: true });
  writeFileSync(join(images, 'acme', 'image.json'), '{ "from": "sandbox" }');
  const engine = { socket: inject('engineSocket') };
  const image = await ensureImage(engine, 'acme', { root: images, report: () => {} });
  cpSync(SOURCE, repository, { recursive: true });
  const row = join(repository, 'tasks', ACME, 'task.yaml');
  writeFileSync(row, readFileSync(row, 'utf8').replace(/^image: .*$/m, `image: ${image}`));
  return {
    suite: sweBenchSuite('swe-bench/acme', await readRows(repository), async () => sandbox),
    repository,
    [Symbol.dispose]: () => {
      for (const folder of [images, repository]) rmSync(folder, { recursive: true });
    },
  };
}

/** A patch that makes a file. */
export const newFile = (path: string, text: string) => {
  const lines = text.trimEnd().split('\n');
  return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
};
