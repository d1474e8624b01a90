import {
  DOCUMENT_VERSION,
  type ReportDocument,
  type RunDocument,
  type RunsDocument,
  type Transcript,
} from '../../src/web/document/document.ts';

/** Its transcripts are one, its diffs another; every text goes through `text` once more. */
export function reportDocument(document: RunDocument, text = (what: string) => what): ReportDocument {
  const { evaluations, tasks, variants } = document;
  const keys = evaluations.job.map((job, place) => `${job}/${tasks[evaluations.task[place]!]!.task}`);
  return {
    document,
    diffs: Object.fromEntries(variants.map(({ variant }) => [variant, diff(text)])),
    transcripts: Object.fromEntries(keys.slice(0, 400).map((key) => [key, transcript(text)])),
    cut: null,
  };
}

export function transcript(text: (what: string) => string): Transcript {
  return {
    messages: [
      { role: 'system', text: text('You are a coding agent. Solve the task.'), calls: [] },
      { role: 'user', text: text('Make `greet` say the name.'), calls: [] },
      {
        role: 'assistant',
        text: text('I shall read the file first.'),
        calls: [{ name: text('shell'), input: JSON.stringify({ command: text('cat greet.js') }) }],
        at: '2026-11-30T08:00:20.000Z',
        seconds: 3.2,
        costUSD: 0.002,
      },
      { role: 'tool', text: text('export const greet = () => "hello";'), calls: [] },
      { role: text('assistant'), text: text('Done: it says the name now.'), calls: [] },
    ],
    cut: text('2 messages of 40 kB'),
  };
}

export function diff(text: (what: string) => string): string {
  const line = (what: string) => text(what).replaceAll('\n', ' ');
  return `diff --git a/src/agent.mjs b/src/agent.mjs
index 1111111..2222222 100644
--- a/src/agent.mjs
+++ b/src/agent.mjs
@@ -1,4 +1,5 @@
 import { run } from './run.mjs';
-const tries = ${line('1')};
+const tries = ${line('3')};
+// ${line('Read the error before trying again.')}
 run(tries);
 export { tries };
`;
}

export function runsDocument(document: RunDocument, text = (what: string) => what): RunsDocument {
  const { run, startedAt, view, progress, variants } = document;
  const summary = {
    run,
    startedAt,
    status: view.status,
    outcome: view.outcome?.kind ?? null,
    policy: view.policy,
    suite: text(view.suite),
    variants: variants.length,
    used: view.budget.used,
    budget: view.budget.total,
    spentUSD: view.costUSD.spent,
    best: view.best,
    rehearsal: view.rehearsal,
    progress: progress.slice(0, 60),
  };
  return {
    version: DOCUMENT_VERSION,
    unreadable: [{ run: 'r0', why: text('Entry 3 of it is not JSON.') }],
    repository: document.repository,
    url: document.url,
    runs: [summary, { ...summary, run: 'r40', policy: text('hgm'), progress: progress.slice(0, 30) }],
    ledger: [
      { run: 'r40', variant: 'v3', at: startedAt, level: 0.05, passed: false },
      { run, variant: 'v7', at: startedAt, level: 0.025, passed: null },
    ],
  };
}
