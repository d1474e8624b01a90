import type { ArchiveEventOf } from '../model/event.ts';
import { ROOT, type Sha, type VariantId } from '../model/ids.ts';
import { score } from '../model/verdict.ts';
import { type Archive, findVariant, outcomeCode, UNTRIED } from './archive.ts';
import { ignore } from './facts.ts';
import { type HeldOutComparison, type HeldOutRound, startsOver } from './held-out.ts';

type Judging = ArchiveEventOf<'heldout.opened' | 'heldout.extended' | 'heldout.repeated' | 'heldout.looked'>;

export function judging(archive: Archive, event: Judging): Archive {
  const { variant } = event;
  const known = archive.comparisons.get(variant);
  switch (event.type) {
    case 'heldout.opened': {
      if (archive.opened === variant) return ignore(archive, `the held-out tasks are open for ${variant}`);
      if (archive.status === 'ended') return ignore(archive, 'heldout.opened after the end of the run');
      const { grant, leftOut = [] } = event;
      const opened = openedFor(archive, variant);
      return grant === undefined ? opened : compared(opened, variant, { grants: [grant], looks: [], leftOut });
    }
    case 'heldout.extended': {
      if (archive.status !== 'ended') return ignore(archive, `heldout.extended while ${archive.status}`);
      const { costUSD } = archive.settings;
      const fresh = startsOver(archive, variant);
      const before = fresh ? undefined : known;
      const { grant, leftOut = before?.leftOut ?? [], costUSD: more = 0 } = event;
      const measured: Archive = fresh
        ? { ...unmeasured(archive), comparison: null, comparisons: new Map() }
        : orderedAgain(archive, variant);
      const again: Archive = {
        ...measured,
        settings: { ...archive.settings, costUSD: costUSD === null ? null : costUSD + more },
        extensions: archive.extensions + 1,
        outcome: null,
        gate: null,
      };
      const opened = archive.opened === variant ? { ...again, status: 'judging' as const } : openedFor(again, variant);
      return compared(opened, variant, {
        grants: [...(before?.grants ?? []), grant],
        looks: before?.looks ?? [],
        leftOut,
      });
    }
    case 'heldout.repeated': {
      if (archive.status !== 'judging' || archive.opened !== variant || archive.jobs.size > 0)
        return ignore(archive, `heldout.repeated for ${variant}: its comparison is not over`);
      const repeated: Archive = {
        ...unmeasured(archive),
        comparison: { base: event.base, merged: event.merged },
        judged: judgedWith(archive, variant, event.merged),
        gate: null,
      };
      return known === undefined ? repeated : compared(repeated, variant, { ...known, ...fromTheStart(known) });
    }
    case 'heldout.looked': {
      const { round, allowed } = event;
      const last = known?.looks.at(-1);
      if (known === undefined || (last && (round < last.round || (round === last.round && allowed === last.allowed))))
        return ignore(archive, `heldout.looked for ${variant}: round ${round} was looked at before`);
      return compared(archive, variant, { ...known, looks: [...known.looks, { round, allowed }] });
    }
  }
}

function openedFor(archive: Archive, variant: VariantId): Archive {
  return {
    ...archive,
    status: 'judging',
    opened: variant,
    judged: judgedWith(archive, variant, findVariant(archive, variant)),
  };
}

function compared(archive: Archive, variant: VariantId, comparison: HeldOutComparison): Archive {
  return { ...archive, comparisons: new Map(archive.comparisons).set(variant, comparison) };
}

/** Another pair of commits has to pass as well as the first, with what the first was granted. */
function fromTheStart({ grants }: HeldOutComparison): Pick<HeldOutComparison, 'grants' | 'looks'> {
  const sum = (of: 'evaluations' | 'level') => grants.reduce((total, grant) => total + grant[of], 0);
  return { grants: [{ ...grants[0]!, evaluations: sum('evaluations'), level: sum('level') }], looks: [] };
}

/** Without any held-out result. */
function unmeasured(archive: Archive): Archive {
  return {
    ...archive,
    heldOutOrders: { ...archive.heldOutOrders, tasks: new Map(), unbegun: [] },
    heldOut: new Map(),
    secondTries: new Map(),
  };
}

/** What was ordered but never begun, in rounds that no comparison has looked at, may be ordered again. */
function orderedAgain(archive: Archive, variant: VariantId): Archive {
  const { tasks, unbegun } = archive.heldOutOrders;
  const seen = (id: VariantId) => archive.comparisons.get(id)?.looks.at(-1)?.round ?? -1;
  const looked = {
    [variant]: seen(variant),
    [ROOT]: Math.max(-1, ...[...archive.comparisons.keys()].map(seen)),
  };
  const open = unbegun.filter((pair) => pair.round > (looked[pair.variant] ?? Number.POSITIVE_INFINITY));
  const next = new Map(tasks);
  for (const { variant: id, task, round } of open)
    next.set(
      id,
      next
        .get(id)!
        .map((ordered, at) => (at === round ? new Set([...ordered].filter((due) => due !== task)) : ordered)),
    );
  const left = unbegun.filter((pair) => !open.includes(pair));
  return { ...archive, heldOutOrders: { ...archive.heldOutOrders, tasks: next, unbegun: left } };
}

function judgedWith(
  { judged }: Archive,
  variant: VariantId,
  commit: { readonly sha: Sha | null; readonly tree: Sha | null } | undefined,
): Archive['judged'] {
  const { sha, tree } = commit ?? {};
  return sha && tree ? [...judged, { variant, sha, tree }] : judged;
}

/** A round in which nothing has been measured yet. */
function blankRound(tasks: number): HeldOutRound {
  return {
    codes: new Uint8Array(tasks),
    scores: new Float64Array(tasks).fill(Number.NaN),
    costUSD: new Float64Array(tasks),
    tokens: new Float64Array(tasks).fill(Number.NaN),
  };
}

/** The rounds with one more result; `null` when there is one of that round already. */
export function withResult(
  rounds: readonly HeldOutRound[],
  tasks: number,
  index: number,
  event: ArchiveEventOf<'evaluation.done'>,
): readonly HeldOutRound[] | null {
  const { round = 0, outcome, costUSD, tokens } = event;
  const before = rounds[round] ?? blankRound(tasks);
  if (before.codes[index] !== UNTRIED) return null;
  const next = Array.from({ length: Math.max(rounds.length, round + 1) }, (_, at) => rounds[at] ?? blankRound(tasks));
  next[round] = {
    codes: before.codes.with(index, outcomeCode(outcome)),
    scores: before.scores.with(index, event.score ?? score(outcome)),
    costUSD: before.costUSD.with(index, costUSD),
    tokens: before.tokens.with(index, tokens ?? Number.NaN),
  };
  return next;
}

/** Sets by round with more in one of them. */
export function withOrdered<T>(
  sets: readonly ReadonlySet<T>[],
  round: number,
  more: readonly T[],
): readonly ReadonlySet<T>[] {
  return Array.from(
    { length: Math.max(sets.length, round + 1) },
    (_, at) => new Set([...(sets[at] ?? []), ...(at === round ? more : [])]),
  );
}
