import { commitOf, parentOf } from '../../archive/source.ts';
import type { Check } from '../../github/forge.ts';
import type { JournalEntry } from '../../model/event.ts';
import { ROOT, type VariantId } from '../../model/ids.ts';
import { mapAtOnce } from '../../model/limits/at-once.ts';
import { eventLines } from '../../report/event-line.ts';
import { evidenceText, renderEvidence } from '../../report/evidence.ts';
import { inline } from '../../report/text/escape.ts';
import { bytes, MAX_CHECK_BYTES } from '../../report/text/fit.ts';
import type { RunView } from '../../report/view.ts';
import { DOCUMENTS } from '../state/documents.ts';
import type { OpenRun } from '../state/open-run.ts';
import { type Chunk, evidenceChunks } from './evidence-chunks.ts';

/** Entries of a journal after which its check runs have another name; each holds one at least. */
const ENTRIES_OF_A_NAME = 900;

/**
 * Names of a run's check runs, by the first entry that they hold. GitHub keeps a thousand of one name on one commit and deletes
 * the oldest: so they name the run, as the root may be the same for many, and are numbered from the 901st entry on.
 */
export const evidenceCheck = (run: string, seq = 1): string => numbered(`Huxley evidence ${run}`, seq);
export const runCheck = (run: string, seq = 1): string => numbered(`Huxley run ${run}`, seq);

function numbered(name: string, seq: number): string {
  const number = Math.ceil(seq / ENTRIES_OF_A_NAME);
  return number === 1 ? name : `${name} · ${number}`;
}

/** Check runs written at the same time while writes are saved, so that they go together. */
const TOGETHER = 20;

/**
 * Writes the evidence check runs: what came of each job, on the variant measured or on the parent of the child made, with
 * the stretch of the journal since the last one. Together they hold the whole journal.
 */
export async function publishEvidence(run: OpenRun, view: RunView): Promise<void> {
  const published = (await run.documents.read(DOCUMENTS.published)) ?? 1;
  const parts = evidenceChunks(run.entries.slice(published)).flatMap((chunk) => {
    const on = subjectOf(run, chunk);
    const rendered = renderEvidence(view, on, chunk.entries.filter(isResult), run.archive);
    return partsOf(on, (seq) => evidenceCheck(run.key.run, seq), chunk.entries, rendered);
  });
  await write(run, parts);
  const rest = run.entries.slice((await run.documents.read(DOCUMENTS.published)) ?? 1);
  if (run.archive.outcome === null) {
    // A person's word has no result to go with yet, and must not be lost.
    const word = rest.findLast(({ event }) => titleOf(event, run) !== null);
    if (word === undefined) return;
    const shown = {
      title: titleOf(word.event, run)!,
      summary: eventLines([word])
        .map((line) => inline(line, 500))
        .join('\n'),
      conclusion: 'neutral',
    } as const;
    return write(
      run,
      partsOf(ROOT, (seq) => runCheck(run.key.run, seq), rest.slice(0, rest.indexOf(word) + 1), shown),
    );
  }
  if (rest.length === 0) return;
  const { outcome, reason } = run.archive.outcome;
  const shown = {
    title: `Run ${run.key.run} ended: ${outcome}`,
    summary: inline(reason, 2_000),
    conclusion: outcome === 'merged' || outcome === 'offered' ? 'success' : 'neutral',
  } as const;
  await write(
    run,
    partsOf(ROOT, (seq) => runCheck(run.key.run, seq), rest, shown),
  );
}

/** Whether a person has said something that GitHub does not hold yet. */
export async function isWordUntold(run: OpenRun): Promise<boolean> {
  const untold = run.entries.slice((await run.documents.read(DOCUMENTS.published)) ?? 1);
  return untold.some(({ event }) => titleOf(event, run) !== null);
}

/** The title for what only people order, and nothing makes again; null for everything else. */
function titleOf(event: JournalEntry['event'], { key: { run }, archive: { opened } }: OpenRun): string | null {
  switch (event.type) {
    case 'heldout.extended':
      return `Run ${run} continues: more evidence for ${opened}`;
    case 'adoption.ordered':
      return `Run ${run} adopts a pull request as ${event.variant}`;
    case 'slim.ordered':
      return `Run ${run} makes ${event.variant} from ${event.parent} with fewer edits`;
    case 'run.paused':
      return `Run ${run} is paused`;
    case 'run.resumed':
      return `Run ${run} continues`;
    case 'run.stopping':
      // Huxley's own word comes again.
      return event.by === 'huxley' ? null : `Run ${run} stops its search`;
    case 'run.steered':
    case 'run.unsteered':
      return `Run ${run} has other guidance`;
    default:
      return null;
  }
}

function subjectOf(run: OpenRun, { kind, variant }: Chunk): VariantId {
  return kind === 'evaluate' ? variant : parentOf(run.archive, variant);
}

function isResult({ event }: JournalEntry): boolean {
  return event.type.startsWith('evaluation.') || event.type.startsWith('expansion.');
}

/** A stretch of the journal that goes into one check run, on a variant's commit. */
interface Part {
  readonly on: VariantId;
  readonly name: string;
  readonly entries: readonly JournalEntry[];
  readonly shown: Pick<Check, 'title' | 'summary' | 'conclusion'>;
}

export function partsOf(
  on: VariantId,
  nameFrom: (seq: number) => string,
  entries: readonly JournalEntry[],
  shown: Part['shown'],
): Part[] {
  return split(entries).map((part) => ({ on, name: nameFrom(part[0]!.seq), entries: part, shown }));
}

/** Writes the parts, which follow one another in the journal. What was written when one was refused is not written again. */
async function write(run: OpenRun, parts: readonly Part[]): Promise<void> {
  const checks = parts.map(({ entries }) => `${run.key.run}:${entries[0]!.seq}-${entries.at(-1)!.seq}`);
  const written = async (n: number) => {
    await run.documents.write(DOCUMENTS.published, parts[n]!.entries.at(-1)!.seq);
    await run.documents.remove(DOCUMENTS.check.of(checks[n]!));
  };
  if (!run.forge.frugal)
    for (const [n, part] of parts.entries()) {
      await writePart(run, part, checks[n]!);
      await written(n);
    }
  else {
    await mapAtOnce([...parts.entries()], TOGETHER, ([n, part]) => writePart(run, part, checks[n]!));
    for (const n of parts.keys()) await written(n);
  }
}

async function writePart(run: OpenRun, { on, name, entries, shown }: Part, externalId: string): Promise<void> {
  const { sha } = commitOf(run.archive, on);
  await run.documents.once(
    DOCUMENTS.check.of(externalId),
    () => run.forge.writeCheck(sha, { name, externalId, ...shown, text: evidenceText(entries) }),
    async () => (await run.forge.checks(sha)).find((check) => check.externalId === externalId)?.id ?? null,
  );
}

/** In as few parts as fit into a check run each. One entry always fits: reasons are cut to ten candidates. */
function split(entries: readonly JournalEntry[]): (readonly JournalEntry[])[] {
  const size = bytes(
    entries
      .map((entry) => JSON.stringify(entry))
      .join('\n')
      .replaceAll('`', '\\u0060'),
  );
  if (size < MAX_CHECK_BYTES - 500 || entries.length === 1) return [entries];
  const half = entries.length >> 1;
  return [...split(entries.slice(0, half)), ...split(entries.slice(half))];
}
