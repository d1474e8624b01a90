import { HuxleyError, messageOf } from '../model/error.ts';
import { visible } from '../report/text.ts';
import { endInterrupted } from './interruption.ts';

/** Ends the process the way every command fails: what is wrong, then what to do about it. */
export function fail(error: unknown): never {
  // What an interrupted command throws while it ends follows from that.
  endInterrupted();
  const text =
    error instanceof HuxleyError
      ? `${error.message}\n  ${error.remedy}`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : messageOf(error);
  process.stderr.write(`huxley: ${visible(text)}\n`);
  process.exit(1);
}
