import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { HuxleyError } from '../model/error.ts';

/**
 * The folder everything Huxley keeps outside of a repository lies in: `HUXLEY_HOME`, or `~/.cache/huxley`.
 *
 * @throws HuxleyError `home.unset` where this user has no home
 */
export function huxleyHome(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.HUXLEY_HOME ? resolve(env.HUXLEY_HOME) : join(userHome(), '.cache', 'huxley');
}

function userHome(): string {
  try {
    const home = homedir();
    if (isAbsolute(home)) return home;
  } catch {
    // No HOME, and a user that the machine doesn't know.
  }
  throw new HuxleyError(
    'home.unset',
    'This user has no home folder (HOME is empty, or the user is not known here).',
    'Set HUXLEY_HOME to a folder you can write to.',
  );
}
