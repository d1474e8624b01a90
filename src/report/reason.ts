import type { Decision, Reason } from '../model/decision.ts';

/** What the numbers of the policies' reasons are, in words. */
const MEANING: Readonly<Record<string, string>> = {
  ability: 'ability, in logits over all tasks',
  drift: 'drift: what a generation of its clade adds to ability',
  horizon: 'generations ahead that count',
  room: 'variants allowed after so many evaluations',
  tau: 'tau: how far the choice is narrowed, growing as the budget shrinks',
  variants: 'variants so far',
  works: 'chance that it works at all',
};

/** A decision's reason for people: the sentence, the candidates with what was drawn, the other numbers. */
export function reasonTable(reason: Reason): string {
  const rows = reason.candidates.map(
    ({ variant, resolved, unresolved, mean, draw }) =>
      `| ${variant} | ${resolved}/${resolved + unresolved} | ${mean.toFixed(3)} | ${draw.toFixed(3)} |`,
  );
  const numbers = Object.entries(reason.numbers ?? {}).map(
    ([name, value]) => `- ${MEANING[name] ?? name}: ${Number(value.toPrecision(3))}`,
  );
  return [
    reason.text,
    ...(rows.length > 0
      ? [
          [
            '| candidate | resolved | expected success | score (the highest is chosen) |',
            '|---|--:|--:|--:|',
            ...rows,
          ].join('\n'),
        ]
      : []),
    ...(numbers.length > 0 ? [numbers.join('\n')] : []),
  ].join('\n\n');
}

/** What a decision orders, in a few words: `expand v3 by reaction-norm, giving v12`. */
export function decisionText(decision: Decision): string {
  switch (decision.type) {
    case 'expand':
      return `expand ${decision.parent} by ${decision.operator}, giving ${decision.variant}`;
    case 'evaluate':
      return `evaluate ${decision.variant} on ${decision.tasks.length} ${decision.tasks.length === 1 ? 'task' : 'tasks'}${decision.round === undefined ? '' : ' again'}${decision.phase === 'search' ? '' : ` (${decision.phase})`}`;
    case 'wait':
      return 'wait';
    case 'stop':
      return `stop, ${decision.shipped} is the best-belief variant`;
  }
}
