import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type Docker from 'dockerode';
import { huxleyHome } from '../environment/home.ts';
import { projectPath } from '../environment/project.ts';
import { HuxleyError } from '../model/error.ts';
import { type EngineAddress, statusOf } from './engine.ts';
import { type ContainerSpec, RUNTIME, type Sandbox } from './port.ts';
import { ensureImage, type ImageOptions, imageState } from './setup/image.ts';
import { withLock } from './setup/lock.ts';

/** Where programs made for glibc look for their loader. */
const LOADER = process.arch === 'arm64' ? '/lib/ld-linux-aarch64.so.1' : '/lib64/ld-linux-x86-64.so.2';
const MEGABYTE = 1024 * 1024;

/**
 * A folder of this machine that holds the agent's runtime, to be mounted at `RUNTIME`: Node, Python and the harness's commands of
 * the sandbox image, changed so that they load nothing of the image they run in (docker/runtime.py). Made once for each
 * sandbox image.
 */
export async function ensureRuntime(engine: EngineAddress, sandbox: Sandbox, options: ImageOptions): Promise<string> {
  const script = await readFile(projectPath('docker/runtime.py'), 'utf8');
  const { reference } = await imageState(engine, 'sandbox', options.root);
  const folderOf = (image: string) => {
    const key = createHash('sha256').update(`${image}\0${script}`).digest('hex').slice(0, 16);
    return join(options.home ?? huxleyHome(), 'runtime', key);
  };
  if (existsSync(folderOf(reference))) return folderOf(reference);
  const image = await ensureImage(engine, 'sandbox', options);
  const folder = folderOf(image);
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    options.report('Making the runtime that agents use in the images of tasks.');
    const part = `${folder}.part`;
    await rm(part, { recursive: true, force: true });
    await make(sandbox, image, script, part);
    await rename(part, folder);
  });
  return folder;
}

async function make(sandbox: Sandbox, image: string, script: string, folder: string): Promise<void> {
  await using container = await sandbox.create({
    ...{ image, purpose: 'runtime', tmpfs: [{ target: RUNTIME, sizeMB: 512 }] },
    ...{ memoryMB: 1024, cpus: 2, pids: 64 },
  });
  const { exitCode, stderr } = await container.exec({
    command: ['python3', '-', RUNTIME],
    stdin: script,
    timeoutSeconds: 300,
    maxOutputBytes: 4_000,
  });
  if (exitCode !== 0)
    throw new HuxleyError(
      'sandbox.runtime',
      `The agent's runtime cannot be made from ${image}: ${stderr.trim().slice(-500) || `exit code ${exitCode}`}`,
      'It takes 1 GB of memory for a moment. If there is that much, please report this.',
    );
  const files = await container.copyOut(RUNTIME, { maxBytes: 512 * MEGABYTE, maxFiles: 20_000, links: true });
  for (const { path, content, executable, link } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    if (link !== undefined) await symlink(link, target);
    else await writeFile(target, content, { mode: executable ? 0o755 : 0o644 });
  }
}

/** What is mounted for `agentRuntime`: the runtime, and its loader where the image has none for programs an agent brings. */
export function runtimeMounts(folder: string, hasLoader: boolean): NonNullable<ContainerSpec['mounts']> {
  const loader = hasLoader ? [] : [{ source: join(folder, 'lib/ld.so'), target: LOADER }];
  return [{ source: folder, target: RUNTIME }, ...loader];
}

/** Whether an image has glibc's loader, as seen in a container of it that was never started, and is removed. */
export async function hasLoader(container: Docker.Container): Promise<boolean> {
  try {
    const answer = await container.infoArchive({ path: LOADER });
    // An answer that nobody reads keeps its connection, and the process, open.
    answer.resume();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  } finally {
    await container.remove({ force: true, v: true });
  }
}
