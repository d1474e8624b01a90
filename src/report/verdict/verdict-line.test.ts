import { expect, test } from 'vitest';
import type { CostVerdict } from '../../model/gate/cost.ts';
import type { GateEvidence, GateVerdict } from '../../model/gate/verdict.ts';
import { levelText } from './level-text.ts';
import { gateSentence, outcomeOf } from './verdict-line.ts';

const evidence = (more: Partial<GateEvidence>): GateEvidence => ({
  stopped: 'evaluations',
  rounds: 3,
  evaluations: 198,
  tasks: 33,
  spent: 0.037,
  gain: 0.131,
  here: { lower: 0.06, upper: 0.2 },
  alike: { lower: -0.01, upper: 0.27 },
  ...more,
});
const gate = (more: Partial<GateVerdict>): GateVerdict => ({
  passed: true,
  n: 99,
  root: 40,
  variant: 53,
  fixed: 20,
  broken: 7,
  p: 0.0157,
  alpha: 0.04,
  ...more,
});

test('a verdict says what was seen, what it generalises to, why it stopped, and what more would buy', () => {
  expect(gateSentence('v3', gate({ evidence: evidence({ stopped: 'proof' }) }))).toMatchInlineSnapshot(
    `"**v3 beats the root: 53/99 against 40/99 attempts at 33 held-out tasks, 3 each** (20 fixed, 7 broken, p = 0.016, needed p ≤ 0.04). The gain is 13 points (90 %: 6 to 20 on these tasks, -1 to 27 on tasks like them). It is proven for these very tasks, not yet for others like them. Enough evidence to merge."`,
  );
  expect(
    gateSentence('v3', gate({ evidence: evidence({ stopped: 'proof', alike: { lower: 0.02, upper: 0.24 } }) })),
  ).toContain('The gain holds for tasks like these, too.');
  const more = { evaluations: 200, chance: 0.62 };
  const not = (what: Partial<GateEvidence>) =>
    gateSentence('v3', gate({ passed: false, p: 0.08, evidence: evidence({ more, ...what }) }));
  expect(not({})).toMatchInlineSnapshot(
    `"**v3 beats the root: 53/99 against 40/99 attempts at 33 held-out tasks, 3 each** (20 fixed, 7 broken, p = 0.080, needed p ≤ 0.04). The gain is 13 points (90 %: 6 to 20 on these tasks, -1 to 27 on tasks like them). Not enough evidence to merge. With 200 more it would pass in about 62 of 100 cases, if the gain is what it looks like: \`/huxley prove v3\`."`,
  );
  expect(not({ stopped: 'futile', rounds: 1, evaluations: 66 })).toContain(
    'The comparison stopped after 66 evaluations, because more were unlikely to change that.',
  );
  expect(not({ stopped: 'money' })).toContain('more could have exceeded the run’s limit');
  expect(not({ stopped: 'person' })).toContain(' A person stopped the comparison after 198 evaluations. ');
  expect(not({ stopped: 'hours' })).toContain('after 198 evaluations, because the run’s hours were over.');
  const refused = gate({
    passed: false,
    missing: 9,
    refused: 'missing',
    evidence: evidence({ stopped: 'refused', more }),
  });
  expect(gateSentence('v3', refused)).toMatchInlineSnapshot(
    `"**v3 beats the root: 53/99 against 40/99 attempts at 33 held-out tasks, 3 each** (20 fixed, 7 broken, p = 0.016, needed p ≤ 0.04). 9 attempts without a result on v3 count as failed. Too many results are missing to judge, so it is not merged."`,
  );
});

test('in short it says what was compared: resolved tasks, mean scores, or costs', () => {
  const said = (of: GateVerdict) => `v3 ${outcomeOf(of).said}: ${outcomeOf(of).figures}`;
  expect(said(gate({}))).toMatchInlineSnapshot(
    `"v3 beats the root: 53/99 against 40/99 held-out tasks (20 fixed, 7 broken), p = 0.016, needed p ≤ 0.04"`,
  );
  const means = { root: 0.361, variant: 0.412 };
  const scored = gate({ root: 12, variant: 10, n: 33, fixed: 2, broken: 4, means });
  expect(said(scored)).toMatchInlineSnapshot(
    `"v3 beats the root: mean score .41 against .36 on 33 held-out tasks (10 resolved against 12, 2 fixed, 4 broken), p = 0.016, needed p ≤ 0.04"`,
  );
  const estimate = (value: number, lower: number, upper: number) => ({ value, lower, upper });
  const cost: CostVerdict = {
    ...{ passed: true, n: 20, missing: 0, dropped: 0, margin: 0.15, saving: 0.2, level: 0.04, unit: 'USD' },
    scoreDifference: estimate(-0.05, -0.12, 0.03),
    ratio: estimate(0.6, 0.5, 0.7),
    p: { score: 0.03, cost: 0.001 },
    why: 'passed',
  };
  const cheaper = gate({ n: 20, root: 20, variant: 19, p: 0.03, evidence: evidence({ rounds: 1, cost }) });
  expect(said(cheaper)).toMatchInlineSnapshot(
    `"v3 passed: it costs 40 % less per task (92 %: 30 to 50 % less) and resolves 19/20 against 20/20 held-out tasks; it is not worse by more than 15 points (92 %: -12 to 3) (p = 0.030, needed p ≤ 0.04)"`,
  );
  expect(said({ ...cheaper, passed: false })).toContain('v3 did not pass: it costs 40 % less');
});

test('what a comparison may spend is said with what came before', () => {
  const level = { level: 0.04, openings: 0, passes: 0, spent: 0, worn: 0 };
  const any = { confidence: 0.95, promise: 'any' } as const;
  expect(levelText(any, level)).toMatchInlineSnapshot(
    `"It is the first comparison on these tasks: of the 5 % allowed for false merges over all runs on them, it may spend 4 %."`,
  );
  expect(levelText(any, { level: 0.0025, openings: 2, passes: 1, spent: 0.045, worn: 0.5 })).toMatchInlineSnapshot(
    `"2 earlier comparisons on 50 % of these tasks, of which 1 passed, were granted 4.5 %: of the 5 % allowed for false merges over all runs on them, this one may spend 0.25 %. New tasks start fresh."`,
  );
});

test('with `share` the level is said for each variant that passes: together, comparisons were granted more', () => {
  const share = { confidence: 0.95, promise: 'share' } as const;
  const after = { level: 0.022, openings: 5, passes: 4, spent: 0.16, worn: 1 };
  expect(levelText(share, after)).toMatchInlineSnapshot(
    `"5 earlier comparisons on these tasks, of which 4 passed, were granted 16 %: of the 5 % allowed for false merges per variant that passes on them, this one may spend 2.2 %. New tasks start fresh."`,
  );
  expect(levelText(share, { ...after, counts: 2 })).toMatchInlineSnapshot(
    `"5 earlier comparisons on these tasks, of which 4 passed, were granted 16 %, those of this run included. It may spend 2.2 % more of the 5 % allowed for false merges per variant that passes on them. That counts twice, because its size was chosen after results of this run were seen. New tasks start fresh."`,
  );
  expect(levelText(share, { ...after, openings: 0 })).toMatchInlineSnapshot(
    `"It is the first comparison on these tasks: of the 5 % allowed for false merges per variant that passes on them, it may spend 2.2 %."`,
  );
});
