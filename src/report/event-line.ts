import type { ArchiveEvent, JournalEntry } from '../model/event.ts';
import { inline } from './escape.ts';
import { pValue } from './figures.ts';
import { decisionText } from './reason.ts';

/** One journal entry as one line for a terminal or a log: time, what happened, why. */
export function eventLine({ at, event }: JournalEntry): string {
  return `${at.slice(11, 19)}  ${eventText(event)}`;
}

/** A stranger's words on a terminal: one line without control characters. */
function plain(text: string): string {
  return inline(text, 160)
    .replace(/\\([\\`*_{}[\]()#|~!])/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

function eventText(event: ArchiveEvent): string {
  switch (event.type) {
    case 'run.started':
      return `run ${event.run} started: policy ${event.policy.name}, budget ${event.budget}, ${event.tasks.length} search tasks, ${event.heldOut.length} held-out tasks`;
    case 'run.paused':
      return `paused by ${event.by}`;
    case 'run.resumed':
      return `resumed by ${event.by}`;
    case 'run.stopping':
      return `stopping, asked by ${event.by}: ${plain(event.reason)}`;
    case 'run.ended':
      return `run ended, ${event.outcome}: ${plain(event.reason)}`;
    case 'decision.made':
      return `decision ${event.n}: ${decisionText(event.decision)} (${plain(event.decision.reason.text)})`;
    case 'expansion.ordered':
      return `making ${event.variant} from ${event.parent} by ${event.operator}`;
    case 'expansion.made':
      return `made ${event.variant}: ${plain(event.summary)}`;
    case 'expansion.failed':
      return `${event.variant} could not be made (${event.stage}): ${plain(event.reason)}`;
    case 'expansion.lost':
      return `making ${event.variant} had no result: ${plain(event.reason)}`;
    case 'evaluation.ordered':
      return `measuring ${event.variant} on ${event.tasks.length} ${event.split === 'heldout' ? 'held-out' : 'search'} tasks`;
    case 'evaluation.done':
      // Sealed: which held-out tasks a variant resolves is told only as a sum, once all are done.
      return event.split === 'heldout'
        ? `${event.variant} on a held-out task: measured`
        : `${event.variant} on ${plain(event.task)}: ${event.outcome}`;
    case 'evaluation.noResult':
      return `${event.variant} on ${event.split === 'heldout' ? 'a held-out task' : plain(event.task)}: no result, ${plain(event.reason)}`;
    case 'variant.pruned':
      return `${event.variant} and its clade pruned by ${event.by}`;
    case 'variant.restored':
      return `${event.variant} and its clade restored by ${event.by}`;
    case 'variant.promoted':
      return `${event.variant} promoted${event.merge === null ? ', waits for a person to merge' : `, merged as ${event.merge.slice(0, 10)}`}`;
    case 'heldout.opened':
      return `held-out tasks opened for the root and ${event.variant}`;
    case 'heldout.done': {
      const { variant, root, n, fixed, broken, p, passed } = event.gate;
      return `held-out: ${event.variant} ${variant}/${n}, root ${root}/${n} (${fixed} fixed, ${broken} broken, ${pValue(p)}): ${passed ? 'enough' : 'not enough'} to merge`;
    }
  }
}
