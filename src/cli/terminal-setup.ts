import { createInterface } from 'node:readline/promises';
import type { SetupOptions } from '../sandbox/setup/engine.ts';

/**
 * How commands let set-up speak: on a terminal it asks once, Enter meaning yes; otherwise it says what it does and goes on.
 *
 * @param install what commander makes of `--no-install`
 */
export function terminalSetup(install: boolean): SetupOptions {
  return {
    mayInstall: install,
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
    report: (line) => process.stderr.write(`${line}\n`),
  };
}

async function ask(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question(`${question} [Y/n] `);
    return /^(y(es)?)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
