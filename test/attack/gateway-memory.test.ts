import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { projectPath } from '../../src/environment/project.ts';
import { attack } from './attack.ts';

interface Flood {
  readonly before: number;
  readonly most: number;
  readonly calls: number;
  readonly kept: number;
}

/** Floods a gateway in a process of its own. */
async function flood(mode: string): Promise<Flood> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    projectPath('test', 'attack', 'flood-gateway.ts'),
    mode,
  ]);
  return JSON.parse(stdout) as Flood;
}

const numbered = (number: number, name: string, defence: string) =>
  ({ number, family: 'spend', name, answer: 'prevented', defence }) as const;

/** MiB more than at its start; 200 bodies of 4 MiB are 800. */
const BOUND = 400;

attack(
  numbered(215, 'Send 200 bodies of 4 MiB that never end', 'a turn comes before a body, and bytes of one key are few'),
  async () => {
    const { before, most } = await flood('unfinished');
    expect(most - before).toBeLessThan(BOUND);
    return `${Math.round(most - before)} MiB more than the ${Math.round(before)} at the start`;
  },
);

for (const [number, mode, name] of [
  [216, 'field', 'Send hundreds of large calls that are refused here'],
  [217, 'upstream', 'Send hundreds of large calls that fail at the provider'],
] as const)
  attack(numbered(number, name, 'calls are digested as they come; a bounded part of their text is kept'), async () => {
    const { before, most, calls, kept } = await flood(mode);
    expect(calls).toBe(320);
    expect(kept).toBeLessThan(121_000);
    expect(most - before).toBeLessThan(BOUND);
    return `${calls} calls: ${Math.round(most - before)} MiB more, ${kept} characters kept`;
  });
