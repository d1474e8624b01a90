import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DefaultArtifactClient } from '@actions/artifact';
import { info, setFailed, setOutput, summary, warning } from '@actions/core';
import { pino } from 'pino';
import { goThroughProxy } from '../../../src/environment/network/proxy.ts';
import { explainError } from '../../../src/environment/system-trouble.ts';
import { HuxleyError } from '../../../src/model/error.ts';
import { count } from '../../../src/report/text/figures.ts';
import { logLine, logText } from '../../../src/report/text/text.ts';
import { type TickReport, type TickSpec, tick } from '../../../src/serverless/tick.ts';
import { readSurroundings } from './surroundings.ts';

/** GitHub's most for a public repository: ticks are scheduled, so a state is older than a day only where they were turned off. */
const RETENTION_DAYS = 90;
/** A tick that takes longer finishes what is at hand; the next one goes on. */
const MAX_MINUTES = 20;

/** One tick of the controller inside GitHub Actions. Whatever happens is said. Ends the process. */
export async function main(more: Pick<TickSpec, 'options' | 'patience' | 'wakeMs'> = {}): Promise<void> {
  const problem = goThroughProxy();
  if (problem !== null) warning(problem);
  const log = pino(
    { level: process.env.RUNNER_DEBUG === '1' ? 'debug' : 'info' },
    { write: (line: string) => info(logLine(line.trimEnd())) },
  );
  const stop = new AbortController();
  let folder: string | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    const given = readSurroundings(process.env);
    ({ folder } = given);
    const client = new DefaultArtifactClient();
    const report = await tick({
      ...given,
      // GitHub itself is at no loopback address; a local one has no limits to keep to.
      ...(isLoopback(given.apiURL) ? { throttle: false, writeLimits: null } : {}),
      ...more,
      log,
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(MAX_MINUTES * 60_000)]),
      upload: async (name, file) => {
        const options = { retentionDays: RETENTION_DAYS, compressionLevel: 0 };
        const { id } = await client.uploadArtifact(name, [file], dirname(file), options);
        return id!;
      },
    });
    const said = summaryOf(report);
    info(logText(said));
    setOutput('ticks', report.ticks);
    setOutput('minutes', report.minutes);
    await say(said);
  } catch (error) {
    const text = error instanceof HuxleyError ? error.inFull : `Huxley failed: ${explainError(error)}`;
    await say(text);
    setFailed(logText(text));
  } finally {
    // It holds the journal as it is.
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    // Timers of runs that wait keep a process that has nothing left to do.
    process.exitCode ??= 0;
    process.exit();
  }
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}

async function say(text: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY) await summary.addRaw(logText(text), true).write();
}

function summaryOf({ from, ticks, minutes, saved, recovered, failed }: TickReport): string {
  return [
    `Journal from ${from}; saved ${count(saved, 'time')}.`,
    `Ticks of this repository: ${ticks}, about ${count(minutes, 'minute')} of Actions, not counting the jobs.`,
    ...(recovered.length === 0 ? [] : [`Recovered from GitHub: ${recovered.join(', ')}.`]),
    ...failed.map((why) => `Not recovered: ${why}`),
  ].join('\n\n');
}
