// Plain JavaScript on purpose: it runs where nothing else of this project does, and says why.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST = [24, 0];

/** Ends the process with a sentence where this Node is too old, or the dependencies aren't installed. */
export function needNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const why = !existsSync(fileURLToPath(new URL('../node_modules/commander', import.meta.url)))
    ? ['The dependencies are not installed.', 'Run `npm ci` in the project’s folder first.']
    : major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
      ? [
          `This is Node ${version} (${process.execPath}); Huxley needs ${OLDEST.join('.')} or newer.`,
          'Run `npm ci` without `--omit=optional`, which brings Node 24, and then `npm run …`; or install a newer Node.',
        ]
      : null;
  if (why === null) return;
  process.stderr.write(`huxley: ${why[0]}\n  ${why[1]}\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) needNode();
