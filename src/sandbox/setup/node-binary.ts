import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectPath } from '../../environment/project.ts';
import { HuxleyError } from '../../model/error.ts';

const PACKAGED = `node-linux-${process.arch}`;

interface NodeBinary {
  readonly path: string;
  readonly version: string;
}

/**
 * The Node that goes into the sandbox image: the locked package for this machine's architecture, or the one that runs this.
 *
 * @throws HuxleyError `setup.node`
 */
export function nodeBinary(): NodeBinary {
  const found = usableNode();
  if (found !== null) return found;
  throw new HuxleyError(
    'setup.node',
    `There is no Linux build of Node 24 for the sandbox (${PACKAGED})`,
    'Install Huxley with its optional packages (without `--omit=optional`), or run it with Node 24 on Linux.',
  );
}

/** As {@link nodeBinary}; null where this machine has none. */
export function usableNode(): NodeBinary | null {
  const folder = packageFolder(PACKAGED);
  if (folder !== undefined) {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { path: join(folder, 'bin', 'node'), version };
  }
  return process.platform === 'linux' && Number.parseInt(process.versions.node, 10) >= 24
    ? { path: process.execPath, version: process.versions.node }
    : null;
}

/** The version that a release puts into its images, which machines need not have; null for an architecture without one. */
export function lockedNode(): string | null {
  const { optionalDependencies } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8'));
  return optionalDependencies?.[PACKAGED] ?? null;
}

function packageFolder(name: string): string | undefined {
  try {
    const folder = dirname(createRequire(projectPath('package.json')).resolve(`${name}/package.json`));
    return existsSync(join(folder, 'bin', 'node')) ? folder : undefined;
  } catch {
    return undefined;
  }
}
