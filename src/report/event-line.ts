import type { ArchiveEvent, JournalEntry } from '../model/event.ts';
import { slimTitle } from '../model/memory/slim.ts';
import { signWords } from '../model/sign.ts';
import { decisionText } from './reason.ts';
import { count, dollars, pValue } from './text/figures.ts';
import { logLine } from './text/text.ts';
import { costs, sidesOf } from './verdict/verdict-line.ts';

const short = (text: string) => logLine(text, 200);

/**
 * Journal entries as lines for a terminal or a log: time, what happened, why. The outcomes one job reported together are one
 * line; which held-out tasks a variant resolves is sealed, and shown as a sum once all are done.
 */
export function eventLines(entries: readonly JournalEntry[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < entries.length; ) {
    const first = entries[at]!;
    const batch = outcomesFrom(entries, at);
    lines.push(`${first.at.slice(11, 19)}  ${batch.length > 0 ? outcomesText(batch) : eventText(first.event)}`);
    at += Math.max(1, batch.length);
  }
  return lines;
}

/** Whether an event's line stays in view where the tree is redrawn in place, which shows the others by itself. */
export function isLasting({ type }: ArchiveEvent): boolean {
  return LASTING[type];
}

const LASTING: Readonly<Record<ArchiveEvent['type'], boolean>> = {
  'run.started': true,
  'run.paused': true,
  'run.resumed': true,
  'run.stopping': true,
  'run.ended': true,
  'decision.made': false,
  'run.steered': true,
  'run.unsteered': true,
  'expansion.ordered': false,
  'expansion.made': true,
  'expansion.failed': true,
  'expansion.lost': true,
  'evaluation.ordered': false,
  'evaluation.done': false,
  'evaluation.noResult': false,
  'preflight.done': true,
  'job.charged': true,
  'job.retried': true,
  'adoption.ordered': true,
  'slim.ordered': true,
  'variant.pruned': true,
  'variant.restored': true,
  'variant.promoted': true,
  'heldout.opened': true,
  'heldout.extended': true,
  'heldout.looked': true,
  'heldout.repeated': true,
  'heldout.done': true,
};

const REFUSED: Readonly<Record<string, string>> = {
  tampered: 'it tampered, and can never be merged',
  missing: 'too many results are missing to judge',
};

type Done = Extract<ArchiveEvent, { type: 'evaluation.done' }>;

/** The outcomes of one job that follow each other, from an index on. */
function outcomesFrom(entries: readonly JournalEntry[], start: number): Done[] {
  const batch: Done[] = [];
  for (const { event } of entries.slice(start)) {
    if (event.type !== 'evaluation.done' || (batch[0] && batch[0].job !== event.job)) break;
    batch.push(event);
  }
  return batch;
}

function outcomesText(batch: readonly Done[]): string {
  const { variant, split } = batch[0]!;
  const round = roundText(batch[0]!);
  if (split === 'heldout') return `measured ${variant} on ${count(batch.length, 'held-out task')}${round}`;
  const resolved = batch.filter(({ outcome }) => outcome === 'resolved').length;
  const others = batch.flatMap(({ task, outcome, score, signs, voided }) => {
    const notes = [
      ...(voided ? ['no result, counted as failed'] : outcome === 'unresolved' ? [] : [outcome]),
      ...(score === undefined ? [] : [`score ${score.toFixed(2)}`]),
      ...(signs === undefined ? [] : [signWords(signs)]),
    ];
    return outcome === 'resolved' ? [] : [`${short(task)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`];
  });
  const not = others.length === 0 ? '' : `, not ${others.join(', ')}`;
  return `${variant} resolves ${resolved}/${batch.length} search tasks${round}${not}`;
}

function roundText({ round = 0 }: { readonly round?: number }): string {
  return round === 0 ? '' : `, round ${round + 1}`;
}

function eventText(event: ArchiveEvent): string {
  switch (event.type) {
    case 'run.started':
      if (event.measure) return `run ${event.run} started: measures pull request ${event.measure.pull}`;
      return `run ${event.run} started: policy ${event.policy.name}, budget ${count(event.budget, 'evaluation')}, ${count(event.tasks.length, 'search task')}, ${count(event.heldOut.length, 'held-out task')}`;
    case 'run.paused':
      // Names what a worker said where Huxley itself paused the run.
      return `paused by ${short(event.by)}`;
    case 'run.resumed':
      return `resumed by ${short(event.by)}`;
    case 'run.stopping':
      return `stopping, requested by ${short(event.by)}: ${short(event.reason)}`;
    case 'run.steered':
      return `guidance of ${short(event.by)}: ${short(event.text)}`;
    case 'run.unsteered':
      return `guidance ${event.n} withdrawn by ${short(event.by)}`;
    case 'run.ended':
      return `run ended, ${event.outcome}: ${short(event.reason)}`;
    case 'decision.made':
      return `decision ${event.n}: ${decisionText(event.decision)} (${short(event.decision.reason.text)})`;
    case 'expansion.ordered':
      return `making ${event.variant} from ${event.parent} by ${event.operator}${event.idea === undefined ? '' : `, as ${short(event.idea.by)} asked: ${short(event.idea.text)}`}`;
    case 'expansion.made':
      return `made ${event.variant}: ${short(event.summary)}`;
    case 'expansion.failed':
      return `${event.variant}${event.title === undefined ? '' : ` (${short(event.title)})`} could not be made (${event.stage}): ${short(event.reason)}`;
    case 'expansion.lost':
      return `making ${event.variant} had no result: ${short(event.reason)}`;
    case 'evaluation.ordered':
      return `measuring ${event.variant} on ${count(event.tasks.length, `${event.split === 'heldout' ? 'held-out' : 'search'} task`)}${roundText(event)}`;
    case 'evaluation.done':
      return outcomesText([event]);
    case 'evaluation.noResult':
      return `${event.variant} on ${event.split === 'heldout' ? 'a held-out task' : short(event.task)}: no result, ${short(event.reason)}`;
    case 'preflight.done': {
      const found = event.findings.map(({ about, text }) => `${about}: ${text}`).join('; ');
      return `preflight: ${found === '' ? 'the run can do its work' : short(found)}`;
    }
    case 'job.charged':
      return `${event.job}, attempt ${event.attempt}: ${dollars(event.costUSD)} ${event.assumed ? 'counted, the most it may have spent' : 'spent in addition to its results'} (${short(event.reason)})`;
    case 'job.retried':
      return `${event.job}, attempt ${event.attempt}: no result${event.tasks.length === 0 ? '' : ` on ${count(event.tasks.length, 'task')}`}, trying again (${short(event.reason)})`;
    case 'adoption.ordered':
      return `adopting pull request ${event.pull} of ${short(event.author)} as ${event.variant}: ${short(event.title)}`;
    case 'slim.ordered':
      return `making ${event.variant} for ${short(event.by)}: ${slimTitle(event.parent, event.drop)}`;
    case 'variant.pruned':
      return `${event.variant} and its clade pruned by ${short(event.by)}`;
    case 'variant.restored':
      return `${event.variant} and its clade restored by ${short(event.by)}`;
    case 'variant.promoted':
      return `${event.variant} promoted${event.merge === null ? ', waits for a person to merge' : `, merged as ${event.merge.slice(0, 10)}`}`;
    case 'heldout.opened':
      return `held-out tasks opened for the root and ${event.variant}`;
    case 'heldout.extended':
      return `${short(event.by)} buys ${count(event.grant.evaluations, 'held-out evaluation')} more for ${event.variant}`;
    case 'heldout.looked':
      return `looked at the held-out evidence for ${event.variant} after round ${event.round + 1}`;
    case 'heldout.repeated':
      return `the default branch moved to ${event.base.sha.slice(0, 10)}: the held-out tasks are opened again for it and ${event.variant} merged with it`;
    case 'heldout.done': {
      const { fixed, broken, p, passed, missing = 0, dropped = 0, refused, means, evidence } = event.gate;
      const [variant, root] = sidesOf(event.gate);
      const ratio = evidence?.cost?.ratio;
      const cost = ratio ? `costs ${costs(ratio.value).text}, ` : '';
      const absent = `${missing > 0 ? `, ${missing} without a result counted as failed` : ''}${dropped > 0 ? `, ${dropped} left out without a result on the root` : ''}`;
      return `held-out: ${event.variant} ${cost}${means ? 'mean score ' : ''}${variant}, root ${root} (${fixed} fixed, ${broken} broken, ${pValue(p)}${absent}): ${REFUSED[refused ?? 'no'] ?? (passed ? 'enough to merge' : 'not enough to merge')}`;
    }
  }
}
