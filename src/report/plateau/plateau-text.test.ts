import { expect, test } from 'vitest';
import { plateauText } from './plateau-text.ts';

type View = Parameters<typeof plateauText>[0];

const view = (best: 'v0' | 'v2', resolved: number, chance: number | null, canExpand = true): View => ({
  run: 'r1',
  best,
  variants: [{ variant: best, own: { resolved, n: 20 } }] as unknown as View['variants'],
  plateau: { evaluations: 40, expansions: 14, more: 50, chance, canExpand },
});

test('a plateau in one line, with the next steps that apply', () => {
  expect(plateauText(view('v2', 9, 0.14))).toMatchInlineSnapshot(
    `"**Plateau:** nothing has improved since v2 was made, 40 evaluations and 14 expansions ago. With 50 more evaluations of budget, finding a variant that is truly better by one task in a hundred is **unlikely** (in simulation one time in ten), as far as the search can tell. Next: \`/huxley stop\` compares v2 on the held-out tasks · \`/huxley expand v2: IDEA\` tries yours · \`/huxley steer TEXT\` guides all further ones · another run with other models (\`models.diagnose\`, \`models.modify\`)."`,
  );
  expect(plateauText(view('v0', 9, 0.5))).toMatchInlineSnapshot(
    `"**Plateau:** nothing has improved since the search began, 40 evaluations and 14 expansions ago. With 50 more evaluations of budget, finding a variant that is truly better by one task in a hundred is **uncertain** (in simulation two times in three), as far as the search can tell. Next: \`/huxley stop\` ends the run · \`/huxley expand v0: IDEA\` tries yours · \`/huxley steer TEXT\` guides all further ones · another run with other models (\`models.diagnose\`, \`models.modify\`)."`,
  );
  expect(plateauText(view('v2', 19, null, false))).toMatchInlineSnapshot(
    `"**Plateau:** nothing has improved since v2 was made, 40 evaluations and 14 expansions ago. Next: \`/huxley stop\` compares v2 on the held-out tasks · another run with other models (\`models.diagnose\`, \`models.modify\`) · or with more or harder tasks: v2 resolves nearly all it was run on."`,
  );
  expect(plateauText(view('v2', 9, 0.95))).toContain('**likely** (in simulation nine times in ten)');
  expect(plateauText({ ...view('v2', 9, 0.95), plateau: null })).toBeNull();
});
