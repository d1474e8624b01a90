import { hostname } from 'node:os';

/** Whether the process that holds a lease is alive; null for one of another machine. Holders are called `<host>/<pid>/<id>`. */
export function isAliveHere(holder: string): boolean | null {
  const [host, pid] = holder.split('/');
  if (host !== hostname() || !/^[1-9]\d*$/.test(pid ?? '')) return null;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
