import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { ownEngine } from '../../src/sandbox/setup/own-engine.ts';
import { endsWithTest } from '../support/ends-with-test.ts';

/** Why an engine of our own cannot be tried here, if it cannot. */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  if (!existsSync('/usr/sbin/dockerd') && !existsSync('/usr/bin/dockerd')) return 'needs dockerd';
  try {
    execFileSync('unshare', ['--net', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'needs the right to make a network namespace';
  }
}

/** Uses an engine in a network of its own, so that the machine's bridge is left alone, for some seconds. */
function user(home: string, seconds: number) {
  const script = `
    import { ensureEngine } from ${JSON.stringify(projectPath('src/sandbox/setup/engine.ts'))};
    import { dockerSandbox } from ${JSON.stringify(projectPath('src/sandbox/docker.ts'))};
    const engine = await ensureEngine({ mayInstall: true, ask: null, report: console.log, home: ${JSON.stringify(home)}, candidates: [{ socket: "/nonexistent" }] });
    await dockerSandbox(engine).sweep();
    await new Promise((resolve) => setTimeout(resolve, ${seconds * 1000}));
    await dockerSandbox(engine).sweep();
    console.log("socket", engine.socket);`;
  return `${process.execPath} --input-type=module-typescript -e '${script}'`;
}

test('processes share one engine of their own; the last stops it, and the next starts it again', async ({ skip }) => {
  const why = missing();
  if (why !== undefined) skip(why);
  const home = mkdtempSync(join(tmpdir(), 'huxley-engine-'));
  onTestFinished(async () => {
    // Stopped by whoever leaves last, which nobody did where the test failed.
    (await ownEngine(home).join())?.release();
    rmSync(home, { recursive: true, force: true });
  });
  // The first leaves while the second works; a third comes at once after the last has gone.
  const script = `${user(home, 1)} & ${user(home, 4)}; wait; ${user(home, 0)}`;
  const child = endsWithTest(
    spawn('unshare', ['--net', 'bash', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true }),
    { detached: true },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  const sockets = output.split('\n').filter((line) => line.startsWith('socket '));
  expect({ code, users: sockets.length, engines: new Set(sockets).size }).toEqual({ code: 0, users: 3, engines: 1 });
  const socket = sockets[0]!.slice('socket '.length);
  await expect.poll(() => existsSync(socket), { timeout: 20_000 }).toBe(false);
});
