import { commandLine } from '../model/command-line.ts';
import { HuxleyError } from '../model/error.ts';
import type { ArchiveEvent, ArchiveEventOf, JournalEntry } from '../model/event.ts';
import { ROOT } from '../model/ids.ts';
import { type Archive, findVariant } from './archive.ts';
import { settleActive } from './clade.ts';
import { ignore } from './facts.ts';
import { charged, looked, retried } from './jobs.ts';
import { disown, editable, own } from './owned.ts';
import { evaluationEnded, evaluationOrdered } from './reduce-evaluation.ts';
import { adoptionOrdered, decided, expansionEnded, expansionOrdered, slimOrdered } from './reduce-expansion.ts';
import { judging } from './reduce-judging.ts';
import { start } from './start.ts';
import { lostAfter } from './trouble.ts';

/**
 * The archive after one more event. Pure: the archive given is never changed. Duplicates and contradictions change nothing
 * but leave a sentence in `ignored`. Throws HuxleyError `archive.not-started` when the first event is not `run.started`.
 */
export function reduce(archive: Archive | null, event: ArchiveEvent): Archive {
  return reduceAt(archive, event, null);
}

/** The same with an entry of the journal: the archive then also holds when things happened. */
export function reduceEntry(archive: Archive | null, { event, at }: JournalEntry): Archive {
  return reduceAt(archive, event, at);
}

function reduceAt(archive: Archive | null, event: ArchiveEvent, at: string | null): Archive {
  const next = applied(archive, event, at);
  const lost = lostAfter(next.lost, event);
  const rehearsal = next.rehearsal || ('rehearsal' in event && event.rehearsal === true);
  const lastOutcomeAt = event.type === 'evaluation.done' ? at : next.lastOutcomeAt;
  if (lost === next.lost && rehearsal === next.rehearsal && lastOutcomeAt === next.lastOutcomeAt) return next;
  return { ...next, lost, rehearsal, lastOutcomeAt };
}

function applied(archive: Archive | null, event: ArchiveEvent, at: string | null): Archive {
  if (archive === null) {
    if (event.type === 'run.started') return { ...start(event), startedAt: at };
    throw new HuxleyError(
      'archive.not-started',
      `A run's first event is run.started, not ${event.type}.`,
      `Read the journal from its first entry; if that is gone, rebuild it with ${commandLine('recover')}.`,
    );
  }
  switch (event.type) {
    case 'run.started':
      return ignore(archive, 'run.started came again');
    case 'run.paused':
      if (archive.status !== 'running') return ignore(archive, `run.paused while ${archive.status}`);
      return { ...archive, status: 'paused', note: `paused by ${event.by}` };
    case 'run.resumed':
      if (archive.status !== 'paused') return ignore(archive, `run.resumed while ${archive.status}`);
      return { ...archive, status: 'running', note: `resumed by ${event.by}` };
    case 'run.stopping':
      // A run that stops already may still be told what to promote.
      if (archive.status === 'stopping' && event.promote) return { ...archive, ...asked(event) };
      if (archive.status !== 'running' && archive.status !== 'paused')
        return ignore(archive, `run.stopping while ${archive.status}`);
      return { ...archive, status: 'stopping', note: `stopped by ${event.by}: ${event.reason}`, ...asked(event) };
    case 'run.steered':
      return { ...archive, guidance: [...archive.guidance, { by: event.by, text: event.text, dropped: false }] };
    case 'run.unsteered': {
      const at = event.n - 1;
      const said = archive.guidance[at];
      if (!said || said.dropped) return ignore(archive, `run.unsteered of ${event.n}, which is not in force`);
      return { ...archive, guidance: archive.guidance.with(at, { ...said, dropped: true }) };
    }
    case 'run.ended': {
      if (archive.status === 'ended') return ignore(archive, 'run.ended came again');
      const { outcome, shipped, reason } = event;
      return { ...archive, status: 'ended', outcome: { outcome, shipped, reason } };
    }
    case 'decision.made':
      return decided(archive, event);
    case 'expansion.ordered':
      return expansionOrdered(archive, event, at);
    case 'adoption.ordered':
      return adoptionOrdered(archive, event, at);
    case 'slim.ordered':
      return slimOrdered(archive, event, at);
    case 'expansion.made':
    case 'expansion.failed':
    case 'expansion.lost':
      return expansionEnded(archive, event);
    case 'evaluation.ordered':
      return evaluationOrdered(archive, event, at);
    case 'evaluation.done':
    case 'evaluation.noResult':
      return evaluationEnded(archive, event);
    case 'preflight.done':
      return looked(archive, event);
    case 'job.charged':
      return charged(archive, event);
    case 'job.retried':
      return retried(archive, event);
    case 'variant.pruned':
    case 'variant.restored':
      return pruning(archive, event);
    case 'heldout.opened':
    case 'heldout.extended':
    case 'heldout.repeated':
    case 'heldout.looked':
      return judging(archive, event);
    case 'heldout.done':
      if (archive.opened !== event.variant) return ignore(archive, `heldout.done for ${event.variant}: never opened`);
      return { ...archive, gate: event.gate };
    case 'variant.promoted':
      return { ...archive, promoted: event.variant };
  }
}

function asked({ promote }: ArchiveEventOf<'run.stopping'>): Partial<Archive> {
  return promote === undefined ? {} : { asked: promote };
}

/** The archive after all events of a journal, which must begin with `run.started`. */
export function replay(events: Iterable<ArchiveEvent>): Archive {
  const archive = fold(null, events, reduce);
  if (archive) return archive;
  throw new HuxleyError(
    'archive.empty',
    'The journal has no events.',
    'Check the run and the repository it is read for.',
  );
}

/** The archive after many more entries: as `reduceEntry` after each other, only that not every one copies all variants. */
export function reduceEntries(archive: Archive | null, entries: Iterable<JournalEntry>): Archive | null {
  return fold(archive, entries, reduceEntry);
}

function fold<T>(
  archive: Archive | null,
  items: Iterable<T>,
  step: (archive: Archive | null, item: T) => Archive,
): Archive | null {
  using growing = new GrowingArchive(archive, step);
  for (const item of items) growing.add(item);
  return growing.now;
}

/** An archive that is added to in place, so that not every event copies all variants: what was read of it is good until the next one. */
export class GrowingArchive<T> implements Disposable {
  readonly #step: (archive: Archive | null, item: T) => Archive;
  #now: Archive | null;
  #mine: Archive['search']['variants'] | null = null;

  constructor(archive: Archive | null, step: (archive: Archive | null, item: T) => Archive) {
    this.#now = archive;
    this.#step = step;
  }

  get now(): Archive | null {
    return this.#now;
  }

  add(item: T): Archive {
    if (this.#now !== null && this.#mine === null) {
      this.#mine = this.#now.search.variants.slice();
      own(this.#mine);
      this.#now = { ...this.#now, search: { ...this.#now.search, variants: this.#mine } };
    }
    this.#now = this.#step(this.#now, item);
    return this.#now;
  }

  [Symbol.dispose](): void {
    if (this.#mine) disown(this.#mine);
  }
}

function pruning(archive: Archive, event: ArchiveEventOf<'variant.pruned' | 'variant.restored'>): Archive {
  const variant = findVariant(archive, event.variant);
  const pruned = event.type === 'variant.pruned';
  if (!variant || variant.pruned === pruned)
    return ignore(archive, `${event.type} changes nothing for ${event.variant}`);
  if (event.variant === ROOT) return ignore(archive, 'the root is never pruned');
  const variants = editable(archive.search.variants);
  variants[variant.number] = { ...variant, pruned };
  settleActive(variants, archive.settings.rules ?? 0);
  return { ...archive, search: { ...archive.search, variants } };
}
