// Plain JavaScript on purpose: it runs where nothing else of this project does, and says why.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = [24, 0];
const HERE = dirname(fileURLToPath(import.meta.url));
/** Whether this is the package from npm, which came with its dependencies, and no checkout. */
const IN_PACKAGE = existsSync(join(HERE, 'main.js'));

/** Ends the process with a sentence where this Node is too old, or the dependencies aren't installed. */
export function needNode(version = process.versions.node) {
  const why =
    !IN_PACKAGE && installed('commander') === null
      ? ['The dependencies are not installed.', 'Run `npm ci` in the project’s folder first.']
      : isTooOld(version)
        ? [
            `This is Node ${version} (${process.execPath}); Huxley needs ${OLDEST.join('.')} or newer.`,
            IN_PACKAGE
              ? 'Install a newer Node. On Linux, the package brings one where it is installed without `--omit=optional`.'
              : 'Run `npm ci` without `--omit=optional`, which brings Node 24, and then `npm run …`; or install a newer Node.',
          ]
        : null;
  if (why === null) return;
  process.stderr.write(`huxley: ${why[0]}\n  ${why[1]}\n`);
  process.exit(1);
}

/**
 * Runs this same command with the Node that was installed with the project where this one is too old, and ends as it ends.
 * Returns false where that is not needed, or there is no such Node.
 */
export function runWithOwnNode() {
  const folder = isTooOld(process.versions.node) ? installed(`node-linux-${process.arch}`) : null;
  const node = folder && join(folder, 'bin', 'node');
  if (!node || process.platform !== 'linux' || !existsSync(node)) return false;
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of signals) process.on(name, () => child.kill(name));
  child.on('error', (error) => {
    process.stderr.write(`huxley: ${node} does not start: ${error.message}\n  Install Node ${OLDEST[0]} or newer.\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal === null) process.exitCode = code;
    else process.kill(process.pid, signal);
  });
  return true;
}

function isTooOld(version) {
  const [major, minor] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

/** Folder of a package as Node would find it from here; null where it is not installed. */
function installed(name) {
  for (let folder = HERE; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) needNode();
