import { HuxleyError, messageOf } from '../model/error.ts';
import { endInterrupted } from './interruption.ts';

/** Ends the process the way every command fails: what is wrong, then what to do about it. */
export function fail(error: unknown): never {
  // What an interrupted command throws while it ends follows from that.
  endInterrupted();
  if (error instanceof HuxleyError) process.stderr.write(`huxley: ${error.message}\n  ${error.remedy}\n`);
  else process.stderr.write(`huxley: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`);
  process.exit(1);
}
