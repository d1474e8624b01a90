import { createInterface } from 'node:readline';
import { interruption } from './interruption.ts';

/** Whether a person can be asked something: both what they type and what they read is a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks a yes/no question on the terminal. Enter means `byDefault`, the end of input (Ctrl-D) no; Ctrl-C interrupts the process. */
export async function askYes(question: string, byDefault = true): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((resolve, reject) => {
      const leave = () => reject(interruption.reason);
      if (interruption.aborted) return leave();
      interruption.addEventListener('abort', leave, { once: true });
      terminal.once('close', () => resolve(false));
      // In raw mode Ctrl-C is a key like others.
      terminal.once('SIGINT', () => {
        terminal.removeAllListeners('close');
        process.stderr.write('\n');
        process.kill(process.pid, 'SIGINT');
      });
      terminal.question(`${question} ${byDefault ? '[Y/n]' : '[y/N]'} `, (answer) => {
        const said = answer.trim();
        resolve(said === '' ? byDefault : /^y(es)?$/i.test(said));
      });
    });
  } finally {
    terminal.close();
  }
}
