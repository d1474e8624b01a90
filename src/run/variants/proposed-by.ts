import type { ExpandOrder, ExpandResult } from '../../contract/contract.ts';
import type { Prediction } from '../../model/memory/prediction.ts';
import type { Proposed } from '../../model/memory/proposal.ts';
import { digestOfChange } from '../../operator/patch/change.ts';
import { oneLine } from '../../report/text/text.ts';

/** Of an idea that is kept in the journal. */
const IDEA_CHARACTERS = 300;

/** What is kept of a diagnosis besides its title, and of the change that came of it. */
export function proposedBy({ diagnosis, files }: Pick<ExpandResult, 'diagnosis' | 'files'>): Proposed {
  const idea = oneLine(diagnosis?.considered[0] ?? '', IDEA_CHARACTERS);
  return {
    ...(idea === '' ? {} : { idea }),
    ...(files.length === 0 ? {} : { change: digestOfChange(files) }),
  };
}

/** What is kept of its predictions: the first about each task whose evidence the order asked for, and about no other task. */
export function predictedBy(
  { diagnosis }: Pick<ExpandResult, 'diagnosis'>,
  { tasks }: Pick<ExpandOrder, 'tasks'>,
): { readonly predicted?: readonly Prediction[] } {
  const found = tasks.flatMap((task) => diagnosis?.predicted?.find((each) => each.task === task) ?? []);
  return found.length === 0 ? {} : { predicted: found };
}
