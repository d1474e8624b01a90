import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { parseWorkflow } from '../workflow/parse.ts';
import type { JobOutcome, JobRequest, StepState } from './job-request.ts';
import { runJob } from './run-job.ts';

const root = mkdtempSync(join(tmpdir(), 'huxley-run-job-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

interface Ran {
  readonly outcome: JobOutcome | null;
  readonly log: string;
  readonly steps: readonly StepState[];
}

async function run(job: string, change: Partial<JobRequest> = {}): Promise<Ran> {
  const parsed = await parseWorkflow('.github/workflows/w.yml', `on: push\njobs:\n  a:\n    runs-on: x\n${job}`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const lines: string[] = [];
  let steps: readonly StepState[] = [];
  count += 1;
  const outcome = await runJob({
    workflow: parsed.workflow,
    job: parsed.workflow.jobs[0]!,
    contexts: {
      github: { repository: 'octo/agent', server_url: 'http://x', ref: 'refs/heads/main', sha: 'abc', event: { a: 1 } },
      secrets: { KEY: 's3cr3t-value' },
    },
    secrets: { KEY: 's3cr3t-value' },
    token: 'ghs_token',
    actionsEnvironment: { ACTIONS_RUNTIME_TOKEN: 'runtime-token' },
    environment: { PATH: process.env.PATH! },
    directory: join(root, String(count)),
    actions: {},
    cancel: new AbortController().signal,
    lost: new AbortController().signal,
    grace: { interrupt: 100, terminate: 100 },
    log: (line) => lines.push(line.replace(/^\S+ /, '')),
    onSteps: (now) => {
      steps = now;
    },
    ...change,
  });
  return { outcome, log: lines.join('\n'), steps };
}

const conclusions = ({ steps }: Ran) => steps.map((step) => step.conclusion);

test('outputs, exported variables, added paths and summaries flow from step to step', async () => {
  const ran = await run(`    env: { A: from-job }
    outputs: { all: "\${{ steps.first.outputs.x }}|\${{ steps.second.outputs.y }}" }
    steps:
      - id: first
        run: |
          echo "x=1" >> "$GITHUB_OUTPUT"
          printf 'MANY<<E\\na\\nb\\nE\\n' >> "$GITHUB_ENV"
          mkdir bin && printf '#!/bin/sh\\necho tool' > bin/tool && chmod +x bin/tool
          echo "$PWD/bin" >> "$GITHUB_PATH"
          echo '# Summary' >> "$GITHUB_STEP_SUMMARY"
      - id: second
        env: { B: "\${{ env.A }}-\${{ steps.first.outputs.x }}" }
        run: |
          echo "y=$B $MANY $(tool) $GITHUB_REPOSITORY $CI $(cat "$GITHUB_EVENT_PATH")" | tr '\\n' ' ' >> "$GITHUB_OUTPUT"
`);
  expect(ran.outcome).toMatchObject({
    conclusion: 'success',
    outputs: { all: '1|from-job-1 a b tool octo/agent true {"a":1} ' },
    summary: '# Summary\n',
  });
});

test('secrets are masked in the log, in summaries and in annotations, and do not leave as outputs', async () => {
  const ran = await run(`    outputs: { leak: "\${{ steps.s.outputs.leak }}" }
    steps:
      - id: s
        env: { KEY: "\${{ secrets.KEY }}" }
        run: |
          echo "key $KEY token \${{ github.token }}"
          echo "::add-mask::hidden" ; echo "now hidden"
          echo "::error file=a.ts,line=3::saw $KEY"
          echo "$KEY" >> "$GITHUB_STEP_SUMMARY"
          echo "leak=$KEY" >> "$GITHUB_OUTPUT"
`);
  expect(ran.log).not.toMatch(/s3cr3t-value|ghs_token/);
  expect(ran.log).toContain('key *** token ***');
  expect(ran.log).toContain('now ***');
  expect(ran.outcome).toMatchObject({
    outputs: { leak: '' },
    summary: '***\n',
    annotations: [{ path: 'a.ts', start_line: 3, annotation_level: 'failure', message: 'saw ***' }],
  });
});

test('a failure skips what follows but not what asks for it', async () => {
  const ran = await run(`    steps:
      - run: exit 3
      - run: echo not me
      - if: failure()
        run: echo after failure
      - if: always()
        continue-on-error: true
        run: exit 1
`);
  expect(conclusions(ran)).toEqual(['failure', 'skipped', 'success', 'success']);
  expect(ran.outcome?.conclusion).toBe('failure');
  expect(ran.log).toContain('##[error]Process completed with exit code 3.');
});

test('run steps get neither the runtime token nor the environment of this process', async () => {
  process.env.HUXLEY_TEST_PLANTED = 'planted';
  const ran = await run('    steps:\n      - run: env\n');
  delete process.env.HUXLEY_TEST_PLANTED;
  expect(ran.log).not.toMatch(/ACTIONS_RUNTIME_TOKEN|HUXLEY_TEST_PLANTED/);
});

test('a JavaScript action gets its inputs, defaults and state, and its post script runs last', async () => {
  const action = join(root, 'action');
  mkdirSync(action);
  writeFileSync(
    join(action, 'action.yml'),
    'inputs:\n  who: { default: "${{ github.repository }}" }\n  two words: { required: true }\nruns: { using: node24, main: main.mjs, post: post.mjs }\n',
  );
  writeFileSync(
    join(action, 'main.mjs'),
    `import { appendFileSync } from 'node:fs';
     console.log(process.env.INPUT_WHO, process.env.INPUT_TWO_WORDS, process.env.ACTIONS_RUNTIME_TOKEN ? 'runtime' : '');
     appendFileSync(process.env.GITHUB_STATE, 'saved=1\\n');`,
  );
  writeFileSync(join(action, 'post.mjs'), "console.log('post', process.env.STATE_saved);");
  const ran = await run(
    `    steps:
      - uses: Octo/huxley/action@0123456
        with: { two words: hello, other: x }
      - run: echo between
`,
    { actions: { 'octo/huxley/action': action } },
  );
  expect(conclusions(ran)).toEqual(['success', 'success', 'success']);
  expect(ran.log).toContain('octo/agent hello runtime');
  expect(ran.log).toContain("Unexpected input(s) 'other'");
  expect(ran.log.indexOf('post 1')).toBeGreaterThan(ran.log.indexOf('between'));
});

test('an unknown action and an unsupported key fail the job before its first step, with file and line', async () => {
  const unknown = await run('    steps:\n      - run: echo first\n      - uses: some/action@v1\n');
  expect(unknown.outcome?.conclusion).toBe('failure');
  expect(unknown.log).toContain(".github/workflows/w.yml:7: the local runner has no action 'some/action@v1'");
  expect(unknown.log).not.toContain('echo first');
  const unsupported = await run('    container: node:24\n    steps:\n      - run: echo first\n');
  expect(unsupported.log).toContain(".github/workflows/w.yml:5: the local runner does not support 'container' here");
  expect(conclusions(unsupported)).toEqual(['skipped']);
});

test('cancelling ends the step and its children, and lets always() clean up', async () => {
  const cancel = new AbortController();
  const running = run(
    `    steps:
      - run: "trap '' INT TERM; sleep 60 & wait; sleep 60"
      - run: echo not me
      - if: always()
        run: echo cleaned up
`,
    { cancel: cancel.signal },
  );
  await sleep(100);
  cancel.abort();
  const ran = await running;
  expect(conclusions(ran)).toEqual(['cancelled', 'skipped', 'success']);
  expect(ran.outcome?.conclusion).toBe('cancelled');
  expect(ran.log).toContain('cleaned up');
});

test('time limits of a step and of a job', async () => {
  const step = await run('    steps:\n      - { run: sleep 60, timeout-minutes: 0.002 }\n');
  expect(step.log).toContain('has timed out after 0.002 minutes');
  expect(step.outcome?.conclusion).toBe('failure');
  const job = await run('    timeout-minutes: 0.002\n    steps:\n      - run: sleep 60\n');
  expect(job.log).toContain('has exceeded the maximum execution time of 0.002 minutes');
  expect(job.outcome?.conclusion).toBe('cancelled');
});

test('a lost runner reports nothing', async () => {
  const lost = new AbortController();
  const running = run('    steps:\n      - run: sleep 60\n      - if: always()\n        run: echo never\n', {
    lost: lost.signal,
  });
  await sleep(100);
  lost.abort();
  const ran = await running;
  expect(ran.outcome).toBeNull();
  expect(conclusions(ran)).toEqual([null, null]);
});
