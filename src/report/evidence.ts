import type { Archive } from '../archive/archive.ts';
import type { JournalEntry } from '../model/event.ts';
import type { GateVerdict } from '../model/gate/verdict.ts';
import type { Sha, VariantId } from '../model/ids.ts';
import { outcomeText } from './outcome-text.ts';
import { inline } from './text/escape.ts';
import { count, rated, tally } from './text/figures.ts';
import { bytes, fitBody, MAX_CHECK_BYTES } from './text/fit.ts';
import { costs, gateSentence, sidesOf } from './verdict/verdict-line.ts';
import { REHEARSAL_NOTE, type RunView, type VariantView, variantIn } from './view.ts';

/** What a check run of the App holds; `text` carries the journal entries it stands for, for people and for `huxley recover`. */
export interface EvidenceCheck {
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  /** `neutral` while evidence is weak, `success` when the merge gate holds, `failure` only for a broken gate. */
  readonly conclusion: 'neutral' | 'success' | 'failure';
}

const OPENING = '```json huxley-evidence-v1';

/**
 * The evidence of one job about a variant, as the check run on its commit says it. The gate speaks of the variant it was
 * opened for: results of the root that come in with its last are no verdict on the root.
 */
export function renderEvidence(
  view: RunView,
  variant: VariantId,
  entries: readonly JournalEntry[],
  judged: Pick<Archive, 'opened' | 'gate'>,
): EvidenceCheck {
  const gate = judged.opened === variant ? judged.gate : null;
  const node = variantIn(view, variant);
  const root = variantIn(view, 'v0');
  if (view.measure?.sealed && gate === null)
    return {
      title: `${variant}: ${count(node.heldOut.n, 'held-out evaluation')}`,
      summary: summaryOf(view, [outcomeLines(view, entries).join('\n')]),
      text: evidenceText(entries),
      conclusion: 'neutral',
    };
  const measured = entries.some(({ event }) => event.type.startsWith('evaluation.'));
  return {
    title: gate === null ? searchTitle(measured, node, root, entries) : heldOutTitle(variant, gate),
    summary: summaryOf(view, [
      gate === null ? searchSentence(node) : gateSentence(variant, gate),
      outcomeLines(view, entries).join('\n'),
    ]),
    text: evidenceText(entries),
    conclusion: conclusionOf(gate),
  };
}

/** What all evidence together says of a variant, for a commit that has its tree and none of the evidence. */
export function renderVerdict(
  view: RunView,
  variant: VariantId,
  gate: GateVerdict,
  measured: Sha,
): Omit<EvidenceCheck, 'text'> {
  return {
    title: heldOutTitle(variant, gate),
    summary: summaryOf(view, [
      gateSentence(variant, gate),
      searchSentence(variantIn(view, variant)),
      `The evidence, task by task, is in the check runs of ${measured}.`,
    ]),
    conclusion: conclusionOf(gate),
  };
}

function summaryOf(view: RunView, parts: readonly string[]): string {
  return fitBody([...parts, ...(view.rehearsal ? [`> ${REHEARSAL_NOTE}`] : [])], [], '', MAX_CHECK_BYTES);
}

function searchSentence({ variant, own }: VariantView): string {
  return own.n === 0
    ? `${variant} has not been measured yet.`
    : `${variant} resolves ${rated(own)} of the search tasks it was measured on.`;
}

function conclusionOf(gate: GateVerdict | null): EvidenceCheck['conclusion'] {
  return gate?.passed ? 'success' : 'neutral';
}

function heldOutTitle(variant: VariantId, gate: GateVerdict): string {
  const what = (gate.evidence?.rounds ?? 1) > 1 ? 'held-out attempts' : 'held-out tasks';
  const ratio = gate.evidence?.cost?.ratio;
  const cost = ratio ? `, costs ${costs(ratio.value).text}` : '';
  const [own, root] = sidesOf(gate);
  const compared = gate.means ? `mean score ${own} on ${gate.n}` : own;
  return `${variant}: ${compared} ${what}, root ${root}${cost}`;
}

/** An expansion's evidence is about a child, and says so: the parent may never have been measured. */
function searchTitle(
  measured: boolean,
  node: VariantView,
  root: VariantView,
  entries: readonly JournalEntry[],
): string {
  const children = entries.flatMap(({ event }) =>
    event.type === 'expansion.made'
      ? [`${event.variant} was made from it`]
      : event.type === 'expansion.failed' || event.type === 'expansion.lost'
        ? [`${event.variant} could not be made from it`]
        : [],
  );
  if (!measured && children.length > 0) return `${node.variant}: ${children.join(', ')}`;
  if (node.variant === root.variant) return `${node.variant}, the root: ${tally(node.own)} search tasks`;
  return `${node.variant}: ${tally(node.own)} search tasks, root ${tally(node.same.root)} of the same`;
}

/** Held-out results of a calibration or a measurement are only counted here; the entries in the text, from which a run is recovered, name each. */
function outcomeLines({ calibration, measure }: RunView, entries: readonly JournalEntry[]): string[] {
  const sealed = ({ event }: JournalEntry) =>
    (calibration !== null || measure !== null) &&
    (event.type === 'evaluation.done' || event.type === 'evaluation.noResult') &&
    event.split === 'heldout';
  const hidden = entries.filter(sealed);
  const n = hidden.filter(({ event }) => event.type === 'evaluation.done').length;
  const missing = hidden.length - n;
  const open = entries.filter((entry) => !sealed(entry)).flatMap(({ event }) => outcomeLine(event));
  if (hidden.length === 0) return open;
  return [...open, `- ${count(n, 'held-out evaluation')}${missing === 0 ? '' : `, ${missing} more without a result`}`];
}

function outcomeLine(event: JournalEntry['event']): string[] {
  switch (event.type) {
    case 'evaluation.done':
      return [
        `- ${inline(event.task)}: ${event.voided ? 'no result again, counted as failed' : outcomeText(event.outcome, event.signs)}${event.score === undefined ? '' : `, score ${event.score.toFixed(2)}`}${event.round === undefined ? '' : `, round ${event.round + 1}`}`,
      ];
    case 'evaluation.noResult':
      return [`- ${inline(event.task)}: no result, ${inline(event.reason)}`];
    case 'expansion.made':
      return [`- made ${event.variant}: ${inline(event.summary)}`];
    case 'expansion.failed':
      return [
        `- ${event.variant}${event.title === undefined ? '' : ` (${inline(event.title)})`} could not be made (${event.stage}): ${inline(event.reason)}`,
      ];
    case 'expansion.lost':
      return [`- making ${event.variant} had no result: ${inline(event.reason)}`];
    default:
      return [];
  }
}

/**
 * Journal entries as a block inside a check run's `text`.
 * @throws RangeError when they do not fit into MAX_CHECK_BYTES: split them over several check runs.
 */
export function evidenceText(entries: readonly JournalEntry[]): string {
  const json = entries.map((entry) => JSON.stringify(entry).replace(/`/g, '\\u0060')).join('\n');
  const text = `The journal entries of this, machine-readable:\n\n${OPENING}\n${json}\n\`\`\``;
  if (bytes(text) > MAX_CHECK_BYTES)
    throw new RangeError(`evidence of ${entries.length} entries is ${bytes(text)} bytes, over ${MAX_CHECK_BYTES}`);
  return text;
}

/** The entries in a check run's `text`, unchecked: the caller makes sure that its own App wrote it, and validates each. */
export function parseEvidence(text: string): unknown[] {
  const start = text.indexOf(`${OPENING}\n`);
  if (start < 0) return [];
  const body = text.slice(start + OPENING.length + 1);
  const end = body.indexOf('\n```');
  return (end < 0 ? body : body.slice(0, end))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}
