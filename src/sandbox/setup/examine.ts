import { existsSync } from 'node:fs';
import { mkdir, readdir, statfs } from 'node:fs/promises';
import { huxleyHome } from '../../environment/home.ts';
import { projectPath } from '../../environment/project.ts';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { dockerSandbox } from '../docker.ts';
import type { Engine } from '../engine.ts';
import { connect } from '../engine.ts';
import { ensureEngine } from './engine.ts';
import { imageState } from './image.ts';
import { nodeBinary } from './node-binary.ts';
import { publishedImage } from './published.ts';
import { run } from './run.ts';

/** One thing the machine has or lacks. `note`: works without, or is made when it is first needed. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'missing';
  readonly detail: string;
  /** What to do about it; `null` where there is nothing to do. */
  readonly remedy: string | null;
  /** The page to do it on; absent where there is none. */
  readonly link?: string;
}

const GIGABYTE = 1024 ** 3;

/** Looks at everything the sandbox needs, installs nothing, and tries a container where there is an image. */
export async function examine(): Promise<readonly Check[]> {
  const checks = [nodeCheck(), await gitCheck(), await homeCheck()];
  let engine: Engine;
  try {
    engine = await ensureEngine({ mayInstall: false, ask: null, report: () => undefined });
  } catch (error) {
    if (!(error instanceof HuxleyError)) throw error;
    return [
      ...checks,
      {
        name: 'Docker',
        state: 'missing',
        detail: error.message,
        remedy: `${error.remedy} ${commandLine('setup')} does what it can.`,
      },
    ];
  }
  try {
    checks.push({ name: 'Docker', state: 'ok', detail: `${engine.version} at ${engine.origin}`, remedy: null });
    checks.push(...(await limitChecks(engine)));
    for (const name of (await readdir(projectPath('docker'))).filter((folder) =>
      existsSync(projectPath('docker', folder, 'image.json')),
    ))
      checks.push(...(await imageChecks(engine, name)));
    return checks;
  } finally {
    engine.release();
  }
}

function nodeCheck(): Check {
  const name = 'Node';
  try {
    const { version } = nodeBinary();
    return {
      name,
      state: 'ok',
      detail: `${process.versions.node} runs this, ${version} goes into the sandbox`,
      remedy: null,
    };
  } catch (error) {
    return {
      name,
      state: 'missing',
      detail: messageOf(error),
      remedy: error instanceof HuxleyError ? error.remedy : null,
    };
  }
}

async function gitCheck(): Promise<Check> {
  return await run('git', ['--version']).then(
    (text): Check => ({ name: 'git', state: 'ok', detail: text.trim(), remedy: null }),
    (): Check => ({ name: 'git', state: 'missing', detail: 'not found', remedy: 'Install git.' }),
  );
}

async function homeCheck(): Promise<Check> {
  const home = huxleyHome();
  const name = 'Caches';
  try {
    await mkdir(home, { recursive: true });
    const { bavail, bsize } = await statfs(home);
    const free = (bavail * bsize) / GIGABYTE;
    const detail = `${home}, ${free.toFixed(0)} GB free`;
    return free < 5
      ? { name, state: 'note', detail, remedy: 'Images take up to 4 GB: free some space, or set HUXLEY_HOME.' }
      : { name, state: 'ok', detail, remedy: null };
  } catch (error) {
    return {
      name,
      state: 'missing',
      detail: messageOf(error),
      remedy: 'Set HUXLEY_HOME to a folder you can write to.',
    };
  }
}

/** Limits that the engine would accept and then not keep. */
async function limitChecks(engine: Engine): Promise<readonly Check[]> {
  const info = await connect(engine).info();
  const kept: readonly (readonly [string, boolean])[] = [
    ['memory', info.MemoryLimit],
    ['processes', info.PidsLimit],
    ['processor time', info.CpuCfsQuota],
    ['seccomp', (info.SecurityOptions ?? []).some((option: string) => option.includes('seccomp'))],
  ];
  const lost = kept.filter(([, holds]) => !holds).map(([name]) => name);
  return [
    lost.length === 0
      ? {
          name: 'Limits',
          state: 'ok',
          detail: `the engine keeps limits on ${kept.map(([name]) => name).join(', ')}`,
          remedy: null,
        }
      : {
          name: 'Limits',
          state: 'missing',
          detail: `the engine does not keep limits on ${lost.join(', ')}`,
          remedy:
            'Enable these control groups in the kernel, or use another machine: without them the sandbox does not hold.',
        },
  ];
}

async function imageChecks(engine: Engine, name: string): Promise<readonly Check[]> {
  const { reference, built } = await imageState(engine, name);
  if (!built) {
    const made = publishedImage(name) === null ? 'built' : 'pulled';
    return [
      {
        name: `Image ${name}`,
        state: 'note',
        detail: `not ${made} yet`,
        remedy: `It is ${made} when it is first needed, or now by ${commandLine(`setup ${name}`)}.`,
      },
    ];
  }
  const image: Check = { name: `Image ${name}`, state: 'ok', detail: reference, remedy: null };
  return name === 'sandbox' ? [image, await containerCheck(engine, reference)] : [image];
}

async function containerCheck(engine: Engine, image: string): Promise<Check> {
  const name = 'Containers';
  const started = performance.now();
  try {
    await using container = await dockerSandbox(engine).create({
      image,
      purpose: 'doctor',
      memoryMB: 128,
      cpus: 1,
      pids: 32,
      tmpfs: [{ target: '/tmp', sizeMB: 16 }],
    });
    const { stdout } = await container.exec({
      command: ['sh', '-c', 'id -u; ls /sys/class/net; touch /x 2>/dev/null && echo writable'],
      timeoutSeconds: 20,
      maxOutputBytes: 1_000,
    });
    if (stdout !== '1000\nlo\n')
      return {
        name,
        state: 'missing',
        detail: `a container is not sealed as it should be: ${JSON.stringify(stdout)}`,
        remedy: 'Use an engine that honours NetworkMode none, users and read-only roots.',
      };
    return {
      name,
      state: 'ok',
      detail: `one ran sealed: no network, unprivileged, read-only (${((performance.now() - started) / 1000).toFixed(2)} s)`,
      remedy: null,
    };
  } catch (error) {
    return {
      name,
      state: 'missing',
      detail: messageOf(error),
      remedy: error instanceof HuxleyError ? error.remedy : null,
    };
  }
}
