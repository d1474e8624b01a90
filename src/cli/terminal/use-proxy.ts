import { goThroughProxy } from '../../environment/network/proxy.ts';

/** Has this command go through the environment's proxy, and says where it cannot. */
export function useProxy(): void {
  const problem = goThroughProxy();
  if (problem !== null) process.stderr.write(`huxley: ${problem}\n`);
}
