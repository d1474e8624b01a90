import { appendFileSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { systemTrouble } from '../../environment/system-trouble.ts';
import type { HuxleyError } from '../../model/error.ts';
import { say } from '../terminal/live.ts';

/**
 * Where the demo's App logs to: a file, and a short line for the person. Trouble of the machine that no retry passes, such
 * as a full disk, is handed to `onTrouble` instead.
 */
export function appLog(file: string, onTrouble: (trouble: HuxleyError) => void): DestinationStream {
  let last = '';
  return {
    write(line) {
      const { msg = '', err } = JSON.parse(line) as { msg?: string; err?: string | (Error & object) };
      const error = typeof err === 'object' ? Object.assign(new Error(err.message), err) : new Error(err ?? '');
      const trouble = systemTrouble(error);
      if (trouble !== null) return onTrouble(trouble);
      try {
        appendFileSync(file, line);
      } catch (failure) {
        const full = systemTrouble(failure);
        if (full !== null) return onTrouble(full);
      }
      const text = `The App: ${msg}${error.message && `: ${error.message.split('\n')[0]}`} (${file})`;
      if (text !== last) say(text);
      last = text;
    },
  };
}
