import type { Forge, PullRequest } from '../../github/forge.ts';
import { statusOf } from '../../github/retry.ts';
import { HuxleyError } from '../../model/error.ts';
import type { Sha } from '../../model/ids.ts';
import { inline } from '../../report/text/escape.ts';
import { parseBranch } from '../state/spec.ts';

/**
 * A person's open pull request, if its code may be used as it is now: a fork's only where its very commit was named, by somebody who
 * has read that.
 * @param command what was given, but for `sha=`
 * @throws HuxleyError `command.*`
 */
export async function ordinaryPull(
  forge: Forge,
  number: number,
  command: string,
  sha: Sha | undefined,
): Promise<PullRequest> {
  const pull = await forge.pull(number).catch((error) => {
    if (statusOf(error) !== 404) throw error;
    throw new HuxleyError(
      'command.no-pull',
      `#${number} is not a pull request.`,
      'Give this command on a pull request.',
    );
  });
  if (pull.own && parseBranch(pull.head) !== undefined)
    throw new HuxleyError(
      'command.own',
      `#${number} is a variant of Huxley’s own: its run measures it.`,
      'See `/huxley explain`, or use `/huxley evaluate` and `/huxley prove`.',
    );
  if (!pull.open) throw new HuxleyError('command.closed', `#${number} is closed.`, 'Reopen it first.');
  const named = `\`/huxley ${command} sha=${pull.headSha}\``;
  if (pull.fork && sha === undefined)
    throw new HuxleyError(
      'command.fork',
      `#${number} comes from a fork, whose code may change until the moment it is fetched.`,
      `Read it at ${pull.headSha}. Then name that commit: ${named}.`,
    );
  if (sha !== undefined && sha !== pull.headSha)
    throw new HuxleyError(
      'command.moved',
      `#${number} is not at \`${sha.slice(0, 12)}\`: it is at \`${pull.headSha.slice(0, 12)}\` now.`,
      `Read what has changed. Then give the command again: ${named}.`,
    );
  return pull;
}

/** The commit at which it left its base branch. @throws HuxleyError `command.unrelated` */
export async function startOf(forge: Forge, { number, base, headSha }: PullRequest): Promise<Sha> {
  const from = await forge.mergeBase(base, headSha);
  if (from !== null) return from;
  throw new HuxleyError(
    'command.unrelated',
    `#${number} has no commit in common with ${inline(base, 100)}.`,
    'Rebase it onto its base branch.',
  );
}
