import { systemTrouble } from '../../environment/system-trouble.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { visible } from '../../report/text/text.ts';
import { endInterrupted } from './interruption.ts';

/** Ends the process the way every command fails: what is wrong, then what to do about it. */
export function fail(error: unknown): never {
  // What an interrupted command throws while it ends follows from that.
  endInterrupted();
  const known = error instanceof HuxleyError ? error : systemTrouble(error);
  const text =
    known !== null
      ? `${known.message}\n  ${known.remedy}`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : messageOf(error);
  process.stderr.write(`huxley: ${visible(text)}\n`);
  process.exit(1);
}
