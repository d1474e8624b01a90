import { count } from '../text/figures.ts';
import { type RunView, variantIn } from '../view.ts';

/**
 * How likely more budget is to help, in words and with how often it did in simulation: the chance itself is borne out at its
 * ends and says nothing in between (docs/search-experiments.md, "Plateaus").
 */
function likelihood(chance: number): string {
  if (chance < 0.2) return '**unlikely** (in simulation one time in ten)';
  return chance > 0.9
    ? '**likely** (in simulation nine times in ten)'
    : '**uncertain** (in simulation two times in three)';
}

/** For how long nothing has got better, how likely more budget is to help, and what to do next; `null` where there is no plateau. */
export function plateauText(view: Pick<RunView, 'plateau' | 'best' | 'run' | 'variants'>): string | null {
  const { plateau, best } = view;
  if (plateau === null) return null;
  const { evaluations, expansions, more, chance, canExpand } = plateau;
  const since = best === 'v0' ? 'the search began' : `${best} was made`;
  const { resolved, n } = variantIn(view, best).own;
  const next = [
    best === 'v0' ? '`/huxley stop` ends the run' : `\`/huxley stop\` compares ${best} on the held-out tasks`,
    ...(canExpand
      ? [`\`/huxley expand ${best}: IDEA\` tries yours`, '`/huxley steer TEXT` guides all further ones']
      : []),
    'another run with other models (`models.diagnose`, `models.modify`)',
    ...(resolved >= NEARLY_ALL * n ? [`or with more or harder tasks: ${best} resolves nearly all it was run on`] : []),
  ];
  return [
    `**Plateau:** nothing has improved since ${since}, ${count(evaluations, 'evaluation')} and ${count(expansions, 'expansion')} ago.`,
    ...(chance === null
      ? []
      : [
          `With ${count(more, 'more evaluation')} of budget, finding a variant that is truly better by one task in a hundred is ${likelihood(chance)}, as far as the search can tell.`,
        ]),
    `Next: ${next.join(' · ')}.`,
  ].join(' ');
}

/** Share of its evaluations above which a best variant leaves its tasks little to tell. */
const NEARLY_ALL = 0.9;
