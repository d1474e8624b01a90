import { findVariant } from '../../archive/archive.ts';
import type { PullRequest } from '../../github/forge.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import { ROOT } from '../../model/ids.ts';
import { setAttention } from '../state/attention.ts';
import { lookFrom, secondsSince } from '../state/clock.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { parseBranch } from '../state/spec.ts';
import { pullNumber } from '../variants/pull-requests.ts';
import { headsOf } from './promotion-commit.ts';

/** Every pull request is looked at so often, whatever has changed; in between those that changed since the last look. */
const ALL_SECONDS = 3_600;

/**
 * Takes in what people did to the variants' pull requests: closing one takes its clade out of the search, reopening it brings
 * it back, a commit on its branch is somebody else's work and is never measured or merged as the variant.
 */
export async function observePulls(run: OpenRun): Promise<void> {
  if (run.archive.status === 'ended') return;
  const now = run.clock.now();
  const seen = await run.documents.read(DOCUMENTS.pullsSeen);
  const all = seen === undefined || secondsSince(now, seen.all) > ALL_SECONDS;
  const since = all ? undefined : lookFrom(now, seen.at);
  for (const pull of await run.forge.pulls(`huxley/${run.key.run}/`, since)) await observe(run, pull);
  await run.documents.write(DOCUMENTS.pullsSeen, {
    at: now.toISOString(),
    all: all ? now.toISOString() : seen.all,
  });
}

async function observe(run: OpenRun, pull: PullRequest): Promise<void> {
  const branch = parseBranch(pull.head);
  const id = branch?.run === run.key.run ? branch.variant : undefined;
  const variant = id && findVariant(run.archive, id);
  if (!id || id === ROOT || variant?.state !== 'live' || pull.merged) return;
  // One of the App's own that is not the one on record says nothing.
  if ((await pullNumber(run, id)) !== pull.number) return;
  const shown = await run.documents.read(DOCUMENTS.body.of(id));
  // Until the app itself has left it open (or closed), its state is no word of a person's.
  if (shown !== undefined && shown.open !== pull.open) {
    const event: ArchiveEvent = {
      type: pull.open ? 'variant.restored' : 'variant.pruned',
      variant: id,
      by: 'pull request',
    };
    await run.documents.write(DOCUMENTS.body.of(id), { ...shown, open: pull.open });
    if (variant.pruned === pull.open) await run.record(event);
  }
  const foreign = !(await headsOf(run, variant)).has(pull.headSha);
  await setAttention(
    run,
    `head ${id}`,
    foreign
      ? `${id}'s branch was moved to ${pull.headSha.slice(0, 12)}, which is not ${id}: it is neither measured nor merged. ` +
          `Reset the branch to ${variant.sha!.slice(0, 12)} to promote ${id}; put the new work on the default branch to let the search build on it.`
      : null,
  );
}
