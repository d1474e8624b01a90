import { fitBody, MAX_CHECK_BYTES } from '../../report/text/fit.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { KIND_WORDS, measureText, measureTitle } from './text.ts';

/** The check of a pull request's head, on search tasks. */
export const MEASURE_CHECK = 'Huxley measurement';

/** Says on the pull request's head how its measurement ended. Looks before it writes: after `huxley recover` no document tells. */
export async function tellVerdict(run: OpenRun): Promise<void> {
  const { settings, outcome, opened, extensions } = run.archive;
  const { head } = settings.measure!;
  // It ends once more each time a person has bought evidence.
  const end = extensions === 0 ? '' : `-${extensions + 1}`;
  const said = DOCUMENTS.verdict.of(`${head.sha}${end}`);
  if (outcome === null || (await run.documents.read(said))) return;
  const externalId = `${run.key.run}:verdict${end}`;
  const is = (kind: keyof typeof KIND_WORDS) => outcome.reason.startsWith(KIND_WORDS[kind]);
  if (!(await run.forge.checks(head.sha)).some((check) => check.externalId === externalId))
    await run.forge.writeCheck(head.sha, {
      name: opened === null ? MEASURE_CHECK : `${MEASURE_CHECK} (held-out)`,
      externalId,
      title: measureTitle(outcome.reason),
      summary: fitBody(measureText(run.archive), [], '', MAX_CHECK_BYTES),
      text: '',
      conclusion: is('better') || is('cheaper') ? 'success' : is('worse') || is('tampered') ? 'failure' : 'neutral',
    });
  await run.documents.write(said, true);
}
