import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { hashFiles } from '../../sandbox/tar.ts';
import type { HarborTask } from './format/load-task.ts';

/** The image a task names, or the one its folder is built into: by everything it is made from. */
export function imageOf({ file, environment }: HarborTask): string {
  if (file.environment.docker_image !== undefined) return file.environment.docker_image;
  const hash = createHash('sha256').update(`huxley task image 1\0${process.arch}`);
  hashFiles(hash, environment);
  return `huxley/task:${hash.digest('hex').slice(0, 32)}`;
}

/** Where a task's commands work, as far as its files say it; what the image itself says counts where it is known. */
export function workdirOf({ file, environment }: HarborTask): string {
  if (file.environment.workdir !== undefined) return file.environment.workdir;
  const dockerfile = environment.find(({ path }) => path === 'Dockerfile');
  const text = dockerfile === undefined ? '' : Buffer.from(dockerfile.content).toString('utf8');
  const lines = text.split('\n').flatMap((line) => /^\s*WORKDIR\s+["']?([^"'\s$]+)/i.exec(line)?.[1] ?? []);
  return lines.reduce((folder, line) => posix.resolve(folder, line), '/');
}
