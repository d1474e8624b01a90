import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder everything Huxley keeps outside of a repository lies in: `HUXLEY_HOME`, or `~/.cache/huxley`. */
export function huxleyHome(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.HUXLEY_HOME || join(homedir(), '.cache', 'huxley');
}
