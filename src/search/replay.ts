import type { Archive } from '../archive/archive.ts';
import { reduce } from '../archive/reduce.ts';
import type { Decision } from '../model/decision.ts';
import type { ArchiveEvent } from '../model/event.ts';
import { decide } from './decide.ts';
import type { Policy } from './policies/policy.ts';
import { createPolicy, policyOf } from './policies.ts';

/** A recorded decision beside the one made again from the archive as it then was. */
export interface Replayed {
  readonly n: number;
  readonly recorded: Decision;
  readonly again: Decision;
  /** Equal to the letter, reasons included. */
  readonly same: boolean;
}

/**
 * Takes every recorded decision of a run again, in order: with the run's own policy, or with another one to see what it
 * would have done next at each step of this very history.
 */
export function* replayDecisions(events: Iterable<ArchiveEvent>, otherPolicy?: string): Generator<Replayed> {
  let archive: Archive | null = null;
  let policy: Policy | undefined;
  for (const event of events) {
    if (event.type === 'decision.made' && archive) {
      policy ??= otherPolicy === undefined ? policyOf(archive.settings.policy) : createPolicy(otherPolicy);
      const again = settled(decide(archive, policy));
      const recorded = settled(event.decision);
      yield { n: event.n, recorded, again, same: canonical(again) === canonical(recorded) };
    }
    archive = reduce(archive, event);
  }
}

/** With its reason built, as it is after a journal has written and read it. */
function settled(decision: Decision): Decision {
  return JSON.parse(JSON.stringify(decision)) as Decision;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A decision in a few words: `expand v3 into v7 by mutation`. */
export function inWords(decision: Decision): string {
  switch (decision.type) {
    case 'expand':
      return `expand ${decision.parent} into ${decision.variant} by ${decision.operator}${decision.donor ? ` from ${decision.donor}` : ''}`;
    case 'evaluate':
      return `evaluate ${decision.variant} on ${decision.tasks.join(', ')}${decision.round === undefined ? '' : ' again'} (${decision.phase})`;
    case 'wait':
      return 'wait';
    case 'stop':
      return `stop and ship ${decision.shipped}`;
  }
}
