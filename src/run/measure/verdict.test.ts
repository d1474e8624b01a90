import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Archive, outcomeCode, RULES } from '../../archive/archive.ts';
import type { HeldOutRound, Look } from '../../archive/held-out.ts';
import { reduceEntries, replay } from '../../archive/reduce.ts';
import type { ArchiveEvent, ArchiveEventOf, JournalEntry } from '../../model/event.ts';
import { createRng } from '../../model/rng.ts';
import type { Outcome } from '../../model/verdict.ts';
import { renderDashboard } from '../../report/dashboard.ts';
import { runView } from '../../report/view-of.ts';
import { NO_HISTORY } from '../../search/gate/ledger.ts';
import { judgeRounds, seeRounds } from '../../search/gate/rounds.ts';
import { createPolicy } from '../../search/policies.ts';
import { measureAdvice, measureHeadline, measureTitle } from './text.ts';
import { type MeasureVerdict, nextBatch, sealedVerdict, searchVerdict } from './verdict.ts';

const SHA = { base: 'a'.repeat(40), head: 'b'.repeat(40) };
const TASKS = Array.from({ length: 20 }, (_, i) => `t${i}`);

const started = (evaluations: number, tasks = TASKS): ArchiveEventOf<'run.started'> => ({
  ...{ type: 'run.started', run: 'r7', seed: 1, policy: { name: 'hgm', params: {} }, budget: 60, expansionCost: 1 },
  ...{ concurrency: 3, batch: 6, costUSD: 9, suite: { name: 's', digest: 'd' }, tasks, heldOut: ['h'] },
  root: { sha: SHA.base, tree: SHA.base },
  confidence: 0.95,
  gate: { test: 'sequential', evaluations, promise: 'share' },
  rules: RULES,
  measure: {
    ...{ pull: 7, author: 'eve', title: 'A @title', evaluations, sealed: false, configuration: SHA.base },
    head: { sha: SHA.head, tree: SHA.head },
  },
});

type Resolves = (variant: 'v0' | 'v1', task: number, round: number) => Outcome | null | boolean;

/** Plays a measurement as the controller does, in as many batches at most. */
function play(resolves: Resolves, { evaluations = 200, batches = 1_000, tasks = TASKS } = {}) {
  const entries: JournalEntry[] = [];
  let archive: Archive | null = null;
  const record = (...events: readonly ArchiveEvent[]) => {
    const fresh = events.map((event, i) => ({ seq: entries.length + i + 1, at: '2026-01-01T00:00:00.000Z', event }));
    entries.push(...fresh);
    archive = reduceEntries(archive, fresh);
  };
  record(started(evaluations, tasks));
  for (let n = 0; ; n++) {
    const verdict = searchVerdict(archive!, entries, n >= batches);
    if (verdict !== null) return { verdict, archive: archive! as Archive, entries };
    const { variant, tasks: due, round } = nextBatch(archive!)!;
    const about = { job: `j${n}`, variant, split: 'search', ...(round === 0 ? {} : { round }) } as const;
    record({ type: 'evaluation.ordered', ...about, decision: null, tasks: due });
    for (const task of due) {
      const came = resolves(variant as 'v0', tasks.indexOf(task), round);
      const outcome = typeof came === 'boolean' ? (came ? 'resolved' : 'unresolved') : came;
      record(
        outcome === null
          ? { type: 'evaluation.noResult', ...about, task, reason: 'x' }
          : { type: 'evaluation.done', ...about, task, outcome, costUSD: 0.01, seconds: 1 },
      );
    }
  }
}

function replayed(...events: readonly ArchiveEvent[]): Archive {
  return replay([started(132), ...events]);
}

const told = ({ verdict, archive }: { verdict: MeasureVerdict; archive: Archive }) => measureHeadline(archive, verdict);
const better: Resolves = (variant, task) => task < (variant === 'v0' ? 8 : 17);
const worse: Resolves = (variant, task) => task < (variant === 'v0' ? 17 : 8);

test('better, worse, no difference: in words, as early as it is shown, or as it is past hope', () => {
  expect(told(play(better))).toMatchInlineSnapshot(
    `"Better: 34/40 against 16/40 attempts at 20 search tasks, 2 each (18 fixed, 0 broken). The gain is 45 points (90 %: 37 to 53 on these tasks, 8 to 82 on tasks like them), p < 0.001 (needed p ≤ 0.0016). An attempt cost $0.0100 at the base and $0.0100 at the head."`,
  );
  expect(told(play(worse))).toMatchInlineSnapshot(
    `"Worse: 16/40 against 34/40 attempts at 20 search tasks, 2 each (0 fixed, 18 broken). The gain is -45 points (90 %: -53 to -37 on these tasks, -82 to -8 on tasks like them), p < 0.001 (needed p ≤ 0.0016). An attempt cost $0.0100 at the base and $0.0100 at the head."`,
  );
  expect(told(play((variant, task) => (task % 2 === 0) === (variant === 'v0' || task < 14)))).toMatchInlineSnapshot(
    `"No difference shown: 30/60 against 30/60 attempts at 20 search tasks, 3 each (9 fixed, 9 broken). The gain is 0 points (90 %: -4 to 4 on these tasks, -35 to 35 on tasks like them), p = 0.52 (needed p ≤ 0.0054). An attempt cost $0.0100 at the base and $0.0100 at the head."`,
  );
  expect(measureTitle(told(play(better)))).toMatchInlineSnapshot(
    `"Better: 34/40 against 16/40 attempts at 20 search tasks, 2 each"`,
  );
});

test('turned round, better is worse; pairs are measured once in a round, and no more than was said', () => {
  const draws = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      minLength: 12,
      maxLength: 12,
    },
  );
  const tasks = TASKS.slice(0, 12);
  fc.assert(
    fc.property(draws, fc.integer(), fc.integer({ min: 24, max: 200 }), (rates, seed, evaluations) => {
      const drawn = createRng(Math.abs(seed));
      const fixed = Array.from({ length: 12 * 2 * 31 }, () => drawn.next());
      const at =
        (swap: boolean): Resolves =>
        (variant, task, round) => {
          const side = (variant === 'v0') === swap ? 1 : 0;
          return fixed[(round * 12 + task) * 2 + side]! < rates[task]![side]!;
        };
      const [one, other] = [false, true].map((swap) => play(at(swap), { evaluations, tasks }));
      const mirror = { better: 'worse', worse: 'better' } as Record<string, string>;
      expect(other!.verdict.kind).toBe(mirror[one!.verdict.kind] ?? one!.verdict.kind);
      expect(other!.verdict.p).toBeCloseTo(one!.verdict.p, 9);
      expect(one!.archive.measured.evaluations).toBeLessThanOrEqual(evaluations);
      expect(one!.archive.ignored).toEqual([]);
      expect(one!.archive.measured.evaluations % 24).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('of measurements without any difference no more than was said get a verdict', () => {
  const rng = createRng(11);
  const kinds = Array.from({ length: 200 }, () => {
    const rates = TASKS.map(() => rng.next());
    return play((_, task) => rng.next() < rates[task]!, { evaluations: 80 }).verdict.kind;
  });
  for (const kind of ['better', 'worse'])
    expect(kinds.filter((each) => each === kind).length / kinds.length).toBeLessThan(0.025 + 0.034);
});

test('ended early it judges its complete rounds, or says that too much is missing; absence never favours the head', () => {
  const early = play(better, { batches: 8 });
  expect(early.verdict).toMatchObject({
    kind: 'no difference',
    gate: { fixed: 9, evidence: { rounds: 1, stopped: 'money' } },
  });
  expect(early.verdict.alpha).toBeCloseTo(0.025 / 5 ** 3);
  const rounds = (batches: number) => play((_, task, round) => (task + round) % 3 === 0, { batches }).verdict;
  expect(rounds(10)).toMatchObject({ kind: 'no difference', gate: { evidence: { rounds: 1, stopped: 'money' } } });
  expect(told(play(better, { batches: 3 }))).toMatch(/^Not judged: too many results are missing\. .* missing\.$/);
  const silent = play((variant, task) => (variant === 'v1' && task < 2 ? null : better(variant, task, 0)));
  expect(silent.verdict.gate).toMatchObject({
    missing: 2 * silent.verdict.gate.evidence!.rounds,
    broken: expect.any(Number),
  });
  expect(silent.verdict.gate.broken).toBeGreaterThanOrEqual(2);
});

test('a head that interferes with what grades it is told so, whatever it resolves', () => {
  const cheat = play((variant, task) => (variant === 'v1' && task === 3 ? 'tampered' : variant === 'v1'));
  expect(cheat.verdict.kind).toBe('tampered');
  expect(told(cheat)).toMatch(/^Tampered: it interfered with what grades it\./);
});

test('sealed, the gate says better, its interval worse', () => {
  const bounds = { lower: -0.4, upper: -0.1 };
  const evidence = { stopped: 'futile', rounds: 1, evaluations: 40, tasks: 20, spent: 0, gain: -0.25 } as const;
  const gate = { passed: false, n: 20, root: 9, variant: 4, fixed: 0, broken: 5, p: 1, alpha: 0.04 };
  const judged = { ...gate, evidence: { ...evidence, here: bounds, alike: bounds } };
  expect(sealedVerdict(judged).kind).toBe('worse');
  const wide = { ...judged, evidence: { ...judged.evidence, here: { lower: -0.4, upper: 0 } } };
  expect(sealedVerdict(wide).kind).toBe('no difference');
  expect(sealedVerdict({ ...wide, passed: true }).kind).toBe('better');
  expect(sealedVerdict({ ...judged, refused: 'missing' }).kind).toBe('missing');
});

test('sealed and for cost it tells cheaper in the gate’s own words, and before it begins what that asks for', () => {
  const estimate = (value: number, lower: number, upper: number) => ({ value, lower, upper });
  const cost = {
    ...{
      passed: true,
      n: 66,
      missing: 0,
      dropped: 0,
      margin: 0.15,
      saving: 0.2,
      level: 0.04,
      unit: 'USD' as const,
      why: 'passed' as const,
    },
    scoreDifference: estimate(-0.045, -0.12, 0.03),
    ratio: estimate(0.6, 0.5, 0.7),
    p: { score: 0.03, cost: 0.001 },
  } as const;
  const counts = { n: 66, root: 40, variant: 37, fixed: 4, broken: 7, p: 0.03, alpha: 0.04 };
  const ends = { stopped: 'evaluations', rounds: 2, evaluations: 132, tasks: 33, spent: 0.04, gain: -0.045 } as const;
  const evidence = { ...ends, here: { lower: -0.09, upper: -0.001 }, alike: { lower: -0.1, upper: 0.01 }, cost };
  const verdict = sealedVerdict({ passed: true, ...counts, evidence });
  expect(verdict.kind).toBe('cheaper');
  const opened = replayed({ type: 'heldout.opened', variant: 'v1' });
  const headline = measureHeadline(opened, verdict);
  expect(headline).toMatch(
    /^Cheaper: it costs 40 % less per task \(92 %: 30 to 50 % less\) and resolves 37\/66 against 40\/66 attempts at 33 held-out tasks, 2 each; it is not worse by more than 15 points \(92 %: -12 to 3\)\. The gain is -4 points \(90 %: -9 to 0/,
  );
  expect(headline).not.toMatch(/needed|Better|\*/);
  expect(measureTitle(headline)).toBe('Cheaper: it costs 40 % less per task');

  const gate = {
    test: 'sequential',
    evaluations: 132,
    promise: 'share',
    goal: 'cost',
    margin: 0.15,
    saving: 0.2,
  } as const;
  const base = started(132);
  const about = { ...base, heldOut: TASKS, gate, measure: { ...base.measure!, sealed: true } };
  const grant = { after: 0, evaluations: 132, level: 0.04, ...NO_HISTORY };
  const advice = measureAdvice(about, { base: 'main', moved: false, untouched: [], grant, leftOut: 0 }).join('\n');
  expect(advice).toContain(
    'costs at least 20 % less per task than the base, and that it resolves at most 15 points fewer',
  );
});

test('where scores are compared, they are what is told', () => {
  const bounds = { lower: 0.01, upper: 0.2 };
  const ends = { stopped: 'proof', rounds: 1, evaluations: 66, tasks: 33, spent: 0.04, gain: 0.05 } as const;
  const gate = {
    ...{ passed: true, n: 33, root: 12, variant: 10, fixed: 2, broken: 4, p: 0.03, alpha: 0.04 },
    ...{ means: { root: 0.361, variant: 0.412 }, evidence: { ...ends, here: bounds, alike: bounds } },
  };
  const headline = measureHeadline(replayed({ type: 'heldout.opened', variant: 'v1' }), sealedVerdict(gate));
  expect(headline).toMatch(
    /^Better: mean score \.41 against \.36 on 33 held-out tasks \(10 resolved against 12, 2 fixed, 4 broken\)\. The gain is 5 points/,
  );
  expect(measureTitle(headline)).toBe('Better: mean score .41 against .36 on 33 held-out tasks');
});

test('sealed and without one complete round nothing was measured', () => {
  const grants = [{ after: 0, evaluations: 66, level: 0.04, ...NO_HISTORY }];
  const judged = {
    comparison: { grants, looks: [], leftOut: [] },
    rules: { test: 'sequential', promise: 'share', evaluations: 66 },
    seen: seeRounds([], [], 33, new Set(), 0),
    progress: { grants, done: 0, round: 66 },
    barred: false,
  } as const;
  const verdict = sealedVerdict(judgeRounds(judged, 'money'));
  expect(verdict.kind).toBe('nothing');
  expect(measureHeadline(replayed({ type: 'heldout.opened', variant: 'v1' }), verdict)).toBe(
    'Nothing was measured: not one round was complete.',
  );
});

test('sealed and out of money after a round that was looked at, its interval is that round’s', () => {
  const grants = [{ after: 0, evaluations: 200, level: 0.04, ...NO_HISTORY }];
  const resolve = (count: number): HeldOutRound => ({
    codes: Uint8Array.from({ length: 33 }, (_, task) => outcomeCode(task < count ? 'resolved' : 'unresolved')),
    scores: new Float64Array(33),
    costUSD: new Float64Array(33),
    tokens: new Float64Array(33),
  });
  const [base, head] = [22, 6].map((count) => [resolve(count), resolve(count)]);
  const looks = [0, 1].map((round) => ({ round, allowed: 0.04 * (0.33 * (round + 1)) ** 3 }));
  const verdictAt = (...more: Look[]) =>
    sealedVerdict(
      judgeRounds(
        {
          comparison: { grants, looks: [...looks, ...more], leftOut: [] },
          rules: { test: 'sequential', promise: 'share', evaluations: 200 },
          seen: seeRounds(base!, head!, 33, new Set(), 2),
          progress: { grants, done: 132, round: 66 },
          barred: false,
        },
        'money',
      ),
    );
  expect(verdictAt()).toMatchObject({ alpha: looks[1]!.allowed });
  const verdict = verdictAt({ round: 1, allowed: 0.04 });
  expect(verdict).toMatchObject({ kind: 'worse', alpha: 0.04 });
  expect(verdict.gate.evidence!.here).toEqual(verdictAt().gate.evidence!.here);
});

test('what it will do and may cost is said before it begins', () => {
  const facts = { base: 'main', moved: true, untouched: ['`.github/huxley.yml`'], grant: null, leftOut: 0 };
  expect(measureAdvice(started(200), facts).join('\n')).toMatchInlineSnapshot(`
    "Measurement **r7** has started: pull request #7 at \`bbbbbbbbbbbb\` compared with \`aaaaaaaaaaaa\`, where it branched from main, on 20 search tasks, in up to 5 rounds.
    It costs at most $9.00 and 200 evaluations, and ends before that once a difference is shown or has become unlikely. It merges and closes nothing.
    *Better* or *worse* is reported when it is shown at p ≤ 0.025 each: of 100 pull requests without any difference, at most 5 get either verdict.
    **main has moved since.** What a merge would make of both is not measured: bring the branch up to date first if that matters.
    **Not measured:** it changes \`.github/huxley.yml\`, and that is taken from \`aaaaaaaaaaaa\` of the default branch or hidden from the agent.
    Progress is in the comment below; the verdict becomes a check on this commit and the last comment here. A push to the pull request withdraws the measurement, and \`/huxley stop\` ends it."
  `);
});

test.each(['huxley', 'hgm', 'hgm-released', 'dgm'])('policy %s sees base and head as any two variants', (name) => {
  const policy = createPolicy(name);
  const { archive } = play(better);
  const view = runView({ archive, policy, attention: [], now: new Date(0) });
  expect(view.variants.map(({ own }) => own.n)).toEqual([40, 40]);
  expect(view.variants[1]!.lower).toBeGreaterThan(view.variants[0]!.lower!);
  expect(view.variants.map(({ place }) => place)).toEqual([1, 0]);
});

test('the dashboard shows both commits, and a title as words', () => {
  const { archive } = play(better, { batches: 4 });
  const now = new Date('2026-01-01T00:00:00.000Z');
  const view = runView({ archive, policy: createPolicy('hgm'), attention: [], now });
  expect(renderDashboard(view)).toMatchInlineSnapshot(`
    "### Run r7 · measurement of #7 · measuring · ▓░░░░░░░░░ 24/200 evaluations · $0.24 of $9.00

    A @​title, by eve, on search tasks. Nothing is merged or closed.

    | | commit | resolved | cost |
    |---|---|--:|--:|
    | base | \`aaaaaaaaaaaa\` | 8/12 (90 %: 0.39 to 0.88) | $0.12 |
    | head | \`bbbbbbbbbbbb\` | 12/12 (90 %: 0.78 to 1.00) | $0.12 |

    In flight: nothing

    <!-- huxley:dashboard v=1 run=r7 -->"
  `);
});
