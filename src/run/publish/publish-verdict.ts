import { commitOf } from '../../archive/source.ts';
import type { Sha, VariantId } from '../../model/ids.ts';
import { renderVerdict } from '../../report/evidence.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { evidenceCheck } from './publish-evidence.ts';
import { viewRun } from './view.ts';

/**
 * Says on a promotion commit what was found out about its tree, so that the pull request shows it. The evidence itself, and
 * with it the journal, stays on the variant's commit. Looks before it writes: after `huxley recover` no document tells.
 */
export async function publishVerdict(run: OpenRun, variant: VariantId, promotion: Sha): Promise<void> {
  const said = DOCUMENTS.verdict.of(promotion);
  if (await run.documents.read(said)) return;
  const externalId = `${run.key.run}:${variant}`;
  const written = await run.forge.checks(promotion);
  if (!written.some((check) => check.externalId === externalId))
    await run.forge.writeCheck(promotion, {
      name: evidenceCheck(run.key.run),
      externalId,
      text: '',
      ...renderVerdict(await viewRun(run), variant, run.archive.gate!, commitOf(run.archive, variant).sha),
    });
  await run.documents.write(said, true);
}
