import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../job/attempt/printable.ts';
import type { Solved } from '../../job/attempt/solve.ts';

/** Writes down what a person needs to see why an attempt ended as it did: `attempts/TASK/` in the session's folder. */
export async function keepAttempt(folder: string, task: string, { attempt, calls, grade }: Solved): Promise<void> {
  const { ended, exitCode, seconds, transcript, stdout, stderr } = attempt;
  const { answered, refused, reasons, conversation } = calls;
  const facts = {
    task,
    verdict: grade.verdict,
    evidence: grade.evidence,
    exitCode,
    ended,
    seconds,
    calls: { answered, refused, reasons },
  };
  const target = join(folder, 'attempts', encodeURIComponent(task));
  await mkdir(target, { recursive: true });
  const texts = {
    'transcript.txt': transcript,
    'stdout.txt': stdout,
    'stderr.txt': stderr,
    'conversation.txt': conversation,
  };
  await Promise.all([
    writeFile(join(target, 'attempt.json'), `${JSON.stringify(facts, null, 2)}\n`),
    ...Object.entries(texts).map(([name, text]) => writeFile(join(target, name), printable(text))),
  ]);
}
