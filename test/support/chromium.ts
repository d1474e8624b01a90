import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { messageOf } from '../../src/model/error.ts';
import { withLock } from '../../src/sandbox/setup/lock.ts';
import { MAY_INSTALL } from './may-install.ts';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * Starts the machine's Chromium, installed from Debian's packages when missing; a string says why there is none. Test files run side by
 * side, and a program that another is installing is there before what it needs.
 */
export async function startChromium(): Promise<Browser | string> {
  const lock = join(tmpdir(), 'huxley-chromium.lock');
  const found = await withLock(lock, async () => PATHS.find(existsSync) ?? install());
  if (!found.startsWith('/')) return found;
  return chromium.launch({ executablePath: found, args: ARGS });
}

function install(): string {
  if (!MAY_INSTALL) return 'Chromium is not installed, and HUXLEY_NO_INSTALL is set';
  if (process.getuid?.() !== 0) return 'Chromium is not installed and this is not root';
  try {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], {
      stdio: 'ignore',
    });
    return PATHS[0]!;
  } catch (error) {
    return `Chromium cannot be installed: ${messageOf(error)}`;
  }
}
