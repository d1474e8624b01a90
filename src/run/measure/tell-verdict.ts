import { fitBody, MAX_CHECK_BYTES } from '../../report/text/fit.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { KIND_WORDS, measureText, measureTitle } from './text.ts';

/** Says on the pull request's head how its measurement ended. Looks before it writes: after `huxley recover` no document tells. */
export async function tellVerdict(run: OpenRun): Promise<void> {
  const { settings, outcome } = run.archive;
  const { sealed, head } = settings.measure!;
  const said = DOCUMENTS.verdict.of(head.sha);
  if (outcome === null || (await run.documents.read(said))) return;
  const externalId = `${run.key.run}:verdict`;
  const is = (kind: keyof typeof KIND_WORDS) => outcome.reason.startsWith(KIND_WORDS[kind]);
  if (!(await run.forge.checks(head.sha)).some((check) => check.externalId === externalId))
    await run.forge.writeCheck(head.sha, {
      name: sealed ? 'Huxley measurement (held-out)' : 'Huxley measurement',
      externalId,
      title: measureTitle(outcome.reason),
      summary: fitBody(measureText(run.archive), [], '', MAX_CHECK_BYTES),
      text: '',
      conclusion: is('better') ? 'success' : is('worse') || is('tampered') ? 'failure' : 'neutral',
    });
  await run.documents.write(said, true);
}
