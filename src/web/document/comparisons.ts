import type { Archive } from '../../archive/archive.ts';
import type { ArchiveEvent } from '../../model/event.ts';
import type { VariantId } from '../../model/ids.ts';
import { judgedOf } from '../../search/gate/judged.ts';
import { judgeRounds } from '../../search/gate/rounds.ts';
import type { Comparison } from './document.ts';

type Look = Comparison['looks'][number];

/** The held-out comparisons of a run, look by look. */
export class Comparisons {
  readonly #found = new Map<VariantId, Comparison>();

  get all(): readonly Comparison[] {
    return [...this.#found.values()];
  }

  /** @param archive as the event left it */
  see(archive: Archive, event: ArchiveEvent): void {
    switch (event.type) {
      case 'heldout.opened':
      case 'heldout.extended':
      case 'heldout.repeated': {
        const known = archive.comparisons.get(event.variant);
        const looks = known?.looks.length === 0 ? [] : (this.#found.get(event.variant)?.looks ?? []);
        this.#put(event.variant, { grants: known?.grants ?? [], looks, verdict: null });
        return;
      }
      case 'heldout.looked':
        this.#look(event.variant, lookOf(archive, event.variant));
        return;
      case 'heldout.done': {
        const { n, fixed, broken, p, alpha } = event.gate;
        const last = this.#found.get(event.variant)?.looks.at(-1);
        // One look of fixed size is not told of by itself.
        if (!archive.comparisons.has(event.variant))
          this.#look(event.variant, { round: 0, n, fixed, broken, p, threshold: alpha });
        // Older versions have recorded other p-values than are computed now.
        else if (last?.n === n) this.#look(event.variant, { ...last, p });
        this.#put(event.variant, { verdict: event.gate });
      }
    }
  }

  /** A round that is looked at again, with more to spend, is one look. */
  #look(variant: VariantId, look: Look): void {
    const before = this.#found.get(variant)?.looks ?? [];
    this.#put(variant, { looks: [...before.filter(({ round }) => round !== look.round), look] });
  }

  #put(variant: VariantId, more: Partial<Comparison>): void {
    const before = this.#found.get(variant) ?? { variant, grants: [], looks: [], verdict: null };
    this.#found.set(variant, { ...before, ...more });
  }
}

/** The last look at a comparison. */
function lookOf(archive: Archive, variant: VariantId): Look {
  const { round, allowed } = archive.comparisons.get(variant)!.looks.at(-1)!;
  const { n, fixed, broken, p } = judgeRounds(judgedOf(archive, variant, round + 1), 'evaluations');
  return { round, n, fixed, broken, p, threshold: allowed };
}
