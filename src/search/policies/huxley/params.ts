import type { Prior } from '../../belief/prior.ts';
import { type Param, type ParamsOf, selectionParams } from '../policy.ts';

const SOURCE = 'docs/search-experiments.md';

function param<Name extends string>(
  name: Name,
  value: number,
  min: number,
  max: number,
  meaning: string,
  legacyValue?: number,
): Param<Name> {
  return {
    name,
    meaning,
    min,
    max,
    default: value,
    source: SOURCE,
    ...(legacyValue === undefined ? {} : { legacyValue }),
  };
}

/** A parameter that 0.1 had under another name. */
function renamed<Name extends string>(formerName: string, param: Param<Name>): Param<Name> {
  return { ...param, formerName };
}

export const HUXLEY_PARAMS = [
  param('slip', 0.005, 0.0001, 0.3, 'chance that a hopeless agent resolves a task, and that a perfect one fails'),
  param('difficultySd', 2, 0.1, 5, 'spread of task difficulties at first, in logits; learned'),
  param('rootSd', 1.5, 0.1, 5, "spread of the root's ability before it is measured, in logits"),
  param('driftSd', 0.06, 0.001, 5, 'how much a drift changes from parent to child, in logits'),
  param('gain', 0.12, -2, 2, 'what a child that works gains besides its drift, in logits; learned'),
  param('gainSd', 0.4, 0.01, 5, 'spread of that gain, in logits'),
  param('broken', 0.09, 0.001, 0.9, 'chance that a child is broken; learned'),
  param('brokenGain', -1.3, -9, 0, 'what breaking does to a child, in logits'),
  param('brokenSd', 0.6, 0.01, 5, 'spread of that, in logits'),
  param(
    'trust',
    1,
    0,
    5,
    'how far what a diagnosis predicts may move what its child is expected to gain, in `gainSd` for each standard deviation',
    0,
  ),
  param(
    'named',
    0,
    0,
    100,
    'how much more, as a share, tasks that its diagnosis named count among those that may be asked of a child; above 0 those it was rather to fix are also known to be easier for it',
  ),
  param('weight', 33, 0.1, 1000, 'observations that the values to be learned count for at first'),
  param('temperature', 0, 0, 5, 'randomness of promises, in posterior standard deviations: 0 is greedy, 1 is Thompson'),
  param('horizon', 10, 0, 100, 'generations ahead for which a drift counts, at the start'),
  param('fade', 1.4, 0, 5, 'how the horizon shrinks: with this power of the share of budget left'),
  param('faith', 0.1, 0, 1, 'how far an ability counts as if the variant were surely not broken'),
  param('optimism', 1.4, 0, 10, 'posterior standard deviations of ability added to a promise'),
  renamed(
    'kin',
    param('driftOptimism', 0.5, 0, 1, 'share of that horizon over which an uncertain drift counts for optimism', 0),
  ),
  renamed(
    'fertility',
    param(
      'expansionYield',
      0.25,
      0,
      5,
      'weight, in logits, of the logarithm of how often its expansions succeed against what is usual',
      0,
    ),
  ),
  renamed(
    'enough',
    param('expandAfter', 3, 1, 10_000, 'evaluations after which a variant may be expanded whatever they say'),
  ),
  renamed(
    'least',
    param('minEvaluations', 2, 0, 10_000, 'evaluations before which it is not expanded, if it has tasks left'),
  ),
  renamed(
    'sure',
    param('workingProbability', 0.98, 0, 1, 'probability of not being broken that lets it be expanded between the two'),
  ),
  param('variety', 4, 0, 100, 'chance in the choice of tasks: 0 takes those that tell most, 100 nearly any'),
  param('first', 1, 0, 100, 'evaluations kept back, at the end, for each variant that nothing is known of', 0),
  renamed('late', param('verifyShare', 0.06, 0, 1, 'share of the budget kept back to verify the best')),
  renamed(
    'width',
    param('verifyOptimism', 0.5, 0, 5, 'posterior standard deviations added when choosing whom to verify'),
  ),
  param('caution', 0.5, 0, 5, 'posterior standard deviations taken off in the final choice'),
  param(
    'hurdle',
    0.5,
    0,
    5,
    'posterior standard deviations by which a variant must exceed the root to be chosen before it',
    0,
  ),
  param(
    'crowding',
    1,
    0,
    10,
    'logits taken off a promise for each child that nothing is known of yet, where several jobs run at once',
    0,
  ),
  param('crowdingAbove', 0.3, 0, 1, 'share of that which each generation above loses', 0),
  param(
    'looks',
    1,
    1,
    100,
    'tasks in one job that looks at a variant for the first time, where several jobs run at once',
    100,
  ),
  param(
    'learning',
    1,
    0,
    1,
    'what an expansion counts for in the choice of operators and models by their yields: 0 chooses by the published shares',
    0,
  ),
  ...selectionParams(0, 0).filter(({ name }) => name !== 'epsilon'),
];

export type HuxleyParams = ParamsOf<typeof HUXLEY_PARAMS>;

export function priorOf(params: HuxleyParams): Prior {
  return { ...params, named: params.named > 0 };
}
