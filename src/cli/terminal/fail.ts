import { systemTrouble } from '../../environment/system-trouble.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { visible } from '../../report/text/text.ts';
import { endInterrupted } from './interruption.ts';

/** Ends the process the way every command fails: what is wrong, then what to do about it. */
export function fail(error: unknown): never {
  // What an interrupted command throws while it ends follows from that.
  endInterrupted();
  const known = error instanceof HuxleyError ? error : (notInImage(error) ?? systemTrouble(error));
  const text =
    known !== null
      ? `${known.message}\n  ${known.remedy}`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : messageOf(error);
  process.stderr.write(`huxley: ${visible(text)}\n`);
  process.exit(1);
}

/** The App's image holds no stand-ins for GitHub and for a model (`.dockerignore`). */
function notInImage(error: unknown): HuxleyError | null {
  const { code } = error as { readonly code?: unknown };
  if (code !== 'ERR_MODULE_NOT_FOUND' || !/src\/(local-github|rehearsal)\//.test(messageOf(error))) return null;
  return new HuxleyError(
    'cli.not-in-image',
    'This command needs the local GitHub or the rehearsal model, and the image of the App holds neither.',
    'Run it in a checkout of the project, outside the image.',
    { cause: error },
  );
}
