import { expect, test } from 'vitest';
import { problemText } from './model.ts';
import { parseWorkflow } from './parse.ts';

async function parsed(content: string) {
  const result = await parseWorkflow('.github/workflows/ci.yml', content);
  if (!result.ok) throw new Error(result.problems.map((problem) => problemText('ci.yml', problem)).join('\n'));
  return result.workflow;
}

test('what the published parser drops is kept: with, shell, permissions, time limits, block scalars', async () => {
  const workflow = await parsed(`name: Work
run-name: huxley \${{ inputs.order }}
on:
  workflow_dispatch:
    inputs:
      order: { required: true, type: string }
permissions: { contents: read }
defaults: { run: { shell: sh } }
jobs:
  work:
    runs-on: ubuntu-latest
    environment: huxley
    permissions: { checks: write }
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v5
        with: { persist-credentials: false }
      - id: out
        timeout-minutes: 3
        run: |
          echo \${{ github.sha }}
          true
`);
  expect(workflow.dispatchInputs).toEqual({
    order: { type: 'string', required: true, default: null, options: [] },
  });
  expect(workflow.unsupported).toEqual([]);
  expect(workflow.jobs[0]).toMatchObject({
    id: 'work',
    environment: 'huxley',
    permissions: { checks: 'write' },
    timeoutMinutes: 20,
    steps: [
      { id: '__actions_checkout', with: { 'persist-credentials': false }, line: 16 },
      { id: 'out', shell: 'sh', timeoutMinutes: 3, run: 'echo ${{ github.sha }}\ntrue\n', line: 18 },
    ],
  });
});

test('an invalid file is refused with the line', async () => {
  const result = await parseWorkflow('ci.yml', 'on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n');
  expect(result.ok).toBe(false);
  if (!result.ok)
    expect(result.problems.map((problem) => problemText('ci.yml', problem))).toMatchInlineSnapshot(`
    [
      "ci.yml:5: Unexpected value 'stepz'",
    ]
  `);
});

test('what the local runner does not do is named with its line', async () => {
  const { unsupported } = await parsed(`on: push
jobs:
  a:
    runs-on: ubuntu-latest
    container: node:24
    steps:
      - run: exit
        shell: pwsh
  b:
    uses: ./.github/workflows/other.yml
`);
  expect(unsupported.map((problem) => problemText('ci.yml', problem))).toMatchInlineSnapshot(`
    [
      "ci.yml:5: the local runner does not support 'container' here",
      "ci.yml:8: the local runner does not support the shell 'pwsh' (bash and sh only)",
      "ci.yml:10: the local runner does not support 'uses' here",
    ]
  `);
});

test('a file nested as deeply as it may be is a problem, not an exception', async () => {
  for (const text of ['['.repeat(50_000), `on: push\njobs: ${'{ a: '.repeat(20_000)}`, `${'- '.repeat(20_000)}x`]) {
    const parsed = await parseWorkflow('.github/workflows/deep.yml', text);
    expect(parsed.ok).toBe(false);
  }
});
