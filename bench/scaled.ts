import type { Octokit } from '@octokit/rest';
import { GITHUB_WRITE_LIMITS } from '../src/github/pace.ts';
import { DEFAULT_OPTIONS } from '../src/run/state/options.ts';
import { quantile } from './deliver.ts';

/** How the App goes about its work where minutes and hours pass `speed` times as fast. */
export function scaledOptions(speed: number) {
  const { sweepSeconds, idleSeconds, refreshSeconds, bodySeconds, frugalSeconds, lookupSeconds } = DEFAULT_OPTIONS;
  const seconds = { sweepSeconds, idleSeconds, refreshSeconds, bodySeconds, frugalSeconds, lookupSeconds };
  const scaled = Object.fromEntries(Object.entries(seconds).map(([name, value]) => [name, value / speed]));
  return { ...(scaled as typeof seconds), preflight: false };
}

/** GitHub's own limits on writes, as the App and the local GitHub hold to them. */
export const scaledLimits = (speed: number) => ({ ...GITHUB_WRITE_LIMITS, speed });

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Seconds, not scaled, until a person's comment has its reply; infinite where none comes within `patience`. */
export async function answered(
  person: Octokit,
  at: { readonly owner: string; readonly repo: string; readonly issue_number: number },
  command: string,
  { patience, poll }: { readonly patience: number; readonly poll: number },
): Promise<number> {
  const begun = performance.now();
  const { id } = (await person.rest.issues.createComment({ ...at, body: command })).data;
  for (;;) {
    const all = await person.paginate(person.rest.issues.listComments, { ...at, per_page: 100 });
    if (all.some(({ body }) => body?.includes(`huxley:reply v=1 to=${id} `))) break;
    if (performance.now() - begun > patience * 1_000) return Number.POSITIVE_INFINITY;
    await sleep(poll * 1_000);
  }
  return (performance.now() - begun) / 1_000;
}

export const figures = (list: readonly number[]) =>
  `p50 ${quantile(list, 0.5)} s, p99 ${quantile(list, 0.99)} s, most ${quantile(list, 1)} s (${list.length})`;
