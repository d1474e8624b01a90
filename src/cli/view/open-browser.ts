import { spawn } from 'node:child_process';

/** Has the desktop open an address; without one nothing happens, for it was printed. */
export function openBrowser(url: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => process.stderr.write(`${opener} is not installed: open the address yourself.\n`));
  child.unref();
}
