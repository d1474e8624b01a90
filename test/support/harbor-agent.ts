import type { Suite } from '../../src/benchmark/suite.ts';
import { type Solved, solveTask } from '../../src/job/attempt/solve.ts';
import { withTree } from '../../src/job/tree/write-tree.ts';
import type { Sandbox } from '../../src/sandbox/port.ts';
import { chatAnswer, sendJson } from './endpoint.ts';
import { openGateway } from './gateway.ts';

/** An agent that has bash do what its model says. */
const OBEDIENT = `
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
const e = process.env;
const task = readFileSync(e.HUXLEY_TASK, 'utf8');
const response = await fetch(e.OPENAI_BASE_URL + '/chat/completions', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + e.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ model: e.HUXLEY_MODEL, messages: [{ role: 'user', content: task }], max_completion_tokens: 100 }),
});
const { choices } = await response.json();
appendFileSync(e.HUXLEY_OUT, 'ran in ' + e.HUXLEY_WORKSPACE);
execFileSync('bash', ['-c', choices[0].message.content], { cwd: e.HUXLEY_WORKSPACE, stdio: 'inherit' });
`;

/** What such an agent comes to on a task, its model saying one script a step. */
export async function obey(
  { suite, sandbox }: { readonly suite: Suite; readonly sandbox: Sandbox },
  id: string,
  scripts: readonly string[],
  seconds = 60,
): Promise<Solved> {
  const left = [...scripts];
  const { gateway } = await openGateway((_, response) => sendJson(response, chatAnswer(left.shift()!)));
  const { signal } = new AbortController();
  const context = { sandbox, suite, gateway, image: 'none', concurrency: 1, report: () => {}, signal };
  const files = [{ path: 'agent.mjs', content: Buffer.from(OBEDIENT), executable: false }];
  return await withTree(files, (agentFolder) =>
    solveTask(context, {
      ...{ task: suite.list().find((one) => one.id === id)!, agent: { solve: 'node agent.mjs' }, agentFolder },
      ...{ models: ['gpt-5-mini'], first: true },
      limits: { taskSeconds: seconds, costUSD: 1, taskCostUSD: 0.5, memoryMB: 512, cpus: 1, pids: 128 },
    }),
  );
}
