import { z } from 'zod';
import type { FileEntry } from '../../../model/file.ts';
import type { Grade } from '../../suite.ts';

const number = z.number().refine(Number.isFinite);
const written = z.union([number, z.record(z.string(), number)]);
const ctrf = z.object({
  results: z.object({
    tests: z.array(z.object({ name: z.string(), status: z.string() })).max(100_000),
  }),
});

/** Numbers by their names; one alone is called `reward`. */
export type Rewards = Readonly<Record<string, number>>;

/** What a verifier wrote to `/logs/verifier`. */
export interface Reward {
  /** Null where it wrote none that can be read, with the reason. */
  readonly reward: number | null;
  /** All that it wrote; none where it wrote none that can be read. */
  readonly rewards: Rewards;
  readonly why: string;
  /** From its report of single tests, where it wrote one. */
  readonly tests: readonly { readonly name: string; readonly passed: boolean }[];
}

/**
 * The reward: of `reward.json` before `reward.txt`, as Harbor has it; without either, the share of tests that pass by `ctrf.json`. Of
 * several numbers the one named `reward`, or else their mean.
 */
export function readReward(files: readonly FileEntry[]): Reward {
  const textOf = (name: string) => {
    const file = files.find(({ path }) => path === name);
    return file === undefined ? null : Buffer.from(file.content).toString('utf8');
  };
  const report = parsed(textOf('ctrf.json'), ctrf);
  const tests =
    report?.results.tests
      .filter(({ status }) => status !== 'skipped' && status !== 'pending')
      .map(({ name, status }) => ({ name, passed: status === 'passed' })) ?? [];
  const [json, text] = [textOf('reward.json'), textOf('reward.txt')];
  if (json !== null) {
    const read = parsed(json, written);
    const rewards = typeof read === 'number' ? { reward: read } : (read ?? {});
    const reward = numberOf(rewards);
    return { reward, rewards, why: reward === null ? 'its reward.json holds no number' : '', tests };
  }
  const alone = (reward: number) => ({ reward, rewards: { reward }, why: '', tests });
  const none = (why: string) => ({ reward: null, rewards: {}, why, tests });
  if (text !== null) {
    const reward = text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(reward) ? alone(reward) : none('its reward.txt holds no number');
  }
  if (tests.length === 0) return none('it wrote no reward');
  return alone(tests.filter(({ passed }) => passed).length / tests.length);
}

/** Of several numbers the one named `reward`, or else their mean; null of none. */
export function numberOf(rewards: Rewards): number | null {
  const numbers = rewards.reward === undefined ? Object.values(rewards) : [rewards.reward];
  return numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/**
 * What the rewards of a task's steps come to, as Harbor has it: `mean` of each name over all steps, 0 where a step has none of it, or
 * those of the `final` step.
 */
export function combineRewards(steps: readonly Rewards[], strategy: 'mean' | 'final'): Rewards {
  if (strategy === 'final') return steps.at(-1) ?? {};
  const names = new Set(steps.flatMap((rewards) => Object.keys(rewards)));
  const meanOf = (name: string) =>
    steps.reduce((sum, rewards) => sum + (numberIn(rewards, name) ?? 0), 0) / steps.length;
  return Object.fromEntries([...names].map((name) => [name, meanOf(name)]));
}

/** Whether rewards come to what is asked of them; one that is missing does not. */
export function isEnough(rewards: Rewards, least: Rewards): boolean {
  return Object.entries(least).every(
    ([name, number]) => (numberIn(rewards, name) ?? Number.NEGATIVE_INFINITY) >= number,
  );
}

function numberIn(rewards: Rewards, name: string): number | undefined {
  return Object.hasOwn(rewards, name) ? rewards[name] : undefined;
}

function parsed<T>(text: string | null, schema: z.ZodType<T>): T | null {
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What a reward comes to: 1 resolves, what lies between 0 and 1 is the score of an unresolved attempt. */
export function gradeOfReward(
  { reward, why, tests }: Pick<Reward, 'reward' | 'why' | 'tests'>,
  exitCode: number | null,
): Pick<Grade, 'verdict' | 'score' | 'evidence' | 'passed' | 'expected' | 'failed'> {
  const resolved = reward === 1 && exitCode !== null && exitCode <= 128;
  const counts =
    tests.length === 0
      ? { passed: resolved ? 1 : 0, expected: 1, failed: [] }
      : {
          passed: tests.filter(({ passed }) => passed).length,
          expected: tests.length,
          failed: tests.flatMap(({ name, passed }) => (passed ? [] : [name.slice(0, 200)])).slice(0, 20),
        };
  const ended = `The verifier ended with ${exitCode === null ? 'its container' : `exit code ${exitCode}`}`;
  // Whoever ends the script also keeps it from writing the reward it came to.
  if (exitCode === null || exitCode > 128)
    return {
      ...counts,
      verdict: 'unresolved',
      evidence: `${ended}: it was ended by a signal, so its reward does not count.`,
    };
  if (reward === null) return { ...counts, verdict: 'unresolved', evidence: `${ended}; ${why}.` };
  const outside = reward < 0 || reward > 1 ? ', which is not a reward from 0 to 1' : '';
  const evidence = `${ended}; its reward is ${reward}${outside}.`;
  if (resolved) return { ...counts, verdict: 'resolved', evidence };
  return { ...counts, verdict: 'unresolved', evidence, ...(outside === '' ? { score: reward } : {}) };
}
