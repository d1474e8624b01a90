import type { Command } from 'commander';
import { commandLine } from '../../model/command-line.ts';
import { HuxleyError } from '../../model/error.ts';
import type { ArchiveEvent } from '../../model/event.ts';

interface ReplayOptions {
  readonly policy?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('replay <journal>')
    .description('make every decision of an exported journal again, and show where the outcome differs')
    .option('--policy <name>', 'show what another policy would have done next at each step')
    .option('--json', 'one JSON object for each decision')
    .action(replayCommand);
}

async function replayCommand(file: string, { policy, json }: ReplayOptions): Promise<void> {
  const { existsSync } = await import('node:fs');
  const { open } = await import('node:fs/promises');
  const { openExport } = await import('../../store/export.ts');
  const { standInsText } = await import('../../search/policies.ts');
  const { inWords, replayDecisions } = await import('../../search/replay.ts');
  if (!existsSync(file))
    throw new HuxleyError(
      'replay.missing',
      `There is no file ${file}.`,
      `Export a journal first: ${commandLine('journal export')}.`,
    );
  await using handle = await open(file);
  const journal = await openExport(handle.readLines(), file);
  const events: ArchiveEvent[] = [];
  for await (const { event } of journal.entries) events.push(event);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const started = events[0];
  const standIns = policy === undefined && started?.type === 'run.started' ? standInsText(started.policy) : null;
  if (standIns !== null) process.stderr.write(`${standIns}\n`);
  let total = 0;
  let different = 0;
  for (const { n, recorded, again, same } of replayDecisions(events, policy)) {
    total++;
    if (!same) different++;
    if (json) say(JSON.stringify({ n, same, recorded, again }));
    else if (inWords(recorded) !== inWords(again))
      say(`${n}  ${inWords(recorded)}  |  ${policy ?? 'now'}: ${inWords(again)}`);
    else if (!same && policy === undefined) say(`${n}  ${inWords(recorded)}  |  the same, for other reasons`);
    else if (policy !== undefined) say(`${n}  ${inWords(recorded)}  |  ${policy}: the same`);
  }
  if (policy !== undefined) return;
  if (!json)
    say(`${journal.run} of ${journal.repository}: ${total - different} of ${total} decisions reproduced exactly`);
  if (different > 0)
    throw new HuxleyError(
      'replay.differs',
      `${different} of ${total} decisions come out differently.`,
      `${standIns === null ? 'The journal was written by another version of Huxley, or it was changed' : 'The journal was written by an older version of Huxley'}: replay it with the version that wrote it.`,
    );
}
