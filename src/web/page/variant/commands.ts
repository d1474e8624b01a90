import type { RunDocument, VariantFacts } from '../../document/document.ts';

const UNUSABLE: ReadonlySet<VariantFacts['state']> = new Set([
  'being made',
  'could not be made',
  'did not pass its own check',
  'tampered',
  'pruned',
]);

/** The commands about a variant that its run would not refuse as it stands. */
export function commandsFor(
  { outcome, status, calibration, measure }: RunDocument['view'],
  { variant, state, from }: Pick<VariantFacts, 'variant' | 'state' | 'from'>,
): readonly string[] {
  if (calibration || measure || UNUSABLE.has(state)) return [];
  const isRoot = from === null;
  if (outcome?.kind === 'offered') return state === 'offered' ? [`promote ${variant}`] : [];
  if (outcome) return isRoot || outcome.kind === 'merged' ? [] : [`prove ${variant}`];
  if (status === 'held-out') return [];
  return [`evaluate ${variant}`, `expand ${variant}`, ...(isRoot ? [] : [`prune ${variant}`, `promote ${variant}`])];
}
