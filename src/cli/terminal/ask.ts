import { createInterface } from 'node:readline';
import { interruption } from './interruption.ts';

/** Whether a person can be asked something: both what they type and what they read is a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks a yes/no question on the terminal. Enter means `byDefault`, the end of input (Ctrl-D) no; Ctrl-C interrupts the process. */
export async function askYes(question: string, byDefault = true): Promise<boolean> {
  const said = await ask(`${question} ${byDefault ? '[Y/n]' : '[y/N]'} `);
  return said === '' ? byDefault : /^y(es)?$/i.test(said ?? 'no');
}

/**
 * Asks for a line of text. Enter means `byDefault`, and is asked again where that is null; so is an answer that `problemOf` finds
 * something wrong with. Null at the end of input (Ctrl-D).
 */
export async function askText(
  question: string,
  byDefault: string | null,
  problemOf: (answer: string) => string | null = () => null,
): Promise<string | null> {
  for (;;) {
    const said = await ask(`${question} ${byDefault === null ? '' : `[${byDefault}] `}`);
    if (said === null) return null;
    const answer = said === '' ? byDefault : said;
    const problem = answer === null ? 'This needs an answer.' : problemOf(answer);
    if (problem === null) return answer;
    process.stderr.write(`${problem}\n`);
  }
}

/** What is typed, without blanks around it; null at the end of input. */
async function ask(question: string): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((resolve, reject) => {
      const leave = () => reject(interruption.reason);
      if (interruption.aborted) return leave();
      interruption.addEventListener('abort', leave, { once: true });
      terminal.once('close', () => resolve(null));
      // In raw mode Ctrl-C is a key like others.
      terminal.once('SIGINT', () => {
        terminal.removeAllListeners('close');
        process.stderr.write('\n');
        process.kill(process.pid, 'SIGINT');
      });
      terminal.question(question, (answer) => resolve(answer.trim()));
    });
  } finally {
    terminal.close();
  }
}
