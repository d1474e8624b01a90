import { commandLine } from '../model/command-line.ts';
import { HuxleyError } from '../model/error.ts';
import type { ArchiveEvent } from '../model/event.ts';
import { parseEvent } from './event-schema.ts';

/** Whether it says that what is stored of a run makes no sense; not that a store could not be reached. */
export function isDamage(error: unknown): error is HuxleyError {
  return error instanceof HuxleyError && DAMAGE.has(error.code);
}

const DAMAGE: ReadonlySet<string> = new Set([
  'journal.damaged',
  'run.damaged',
  'document.empty',
  'archive.empty',
  'archive.not-started',
]);

/** @throws HuxleyError `journal.damaged`, naming the place, when the stored text is no event. */
export function readEvent(text: string, place: string): ArchiveEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HuxleyError(
      'journal.damaged',
      `${place} is not JSON.`,
      `Restore the journal from a backup, or rebuild it from GitHub with ${commandLine('recover')}.`,
      { cause: error },
    );
  }
  return parseEvent(value, place);
}
