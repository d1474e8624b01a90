import { createInterface } from 'node:readline/promises';

/** Asks a yes/no question on the terminal; Enter means yes. */
export async function askYes(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^\s*(y|yes)?\s*$/i.test(await terminal.question(`${question} [Y/n] `));
  } finally {
    terminal.close();
  }
}
