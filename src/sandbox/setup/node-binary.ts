import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectPath } from '../../environment/project.ts';
import { HuxleyError } from '../../model/error.ts';

/** The Node that goes into the sandbox image: the locked package for this machine's architecture, or the one that runs this. */
export function nodeBinary(): { path: string; version: string } {
  const packaged = `node-linux-${process.arch}`;
  const folder = packageFolder(packaged);
  if (folder !== undefined) {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { path: join(folder, 'bin', 'node'), version };
  }
  if (process.platform === 'linux' && Number.parseInt(process.versions.node, 10) >= 24)
    return { path: process.execPath, version: process.versions.node };
  throw new HuxleyError(
    'setup.node',
    `There is no Linux build of Node 24 for the sandbox (${packaged})`,
    'Run `npm ci` in Huxley’s folder, or run Huxley with Node 24 on Linux.',
  );
}

function packageFolder(name: string): string | undefined {
  try {
    const folder = dirname(createRequire(projectPath('package.json')).resolve(`${name}/package.json`));
    return existsSync(join(folder, 'bin', 'node')) ? folder : undefined;
  } catch {
    return undefined;
  }
}
