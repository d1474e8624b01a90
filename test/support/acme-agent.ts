import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject, type TestContext } from 'vitest';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { ACME, openAcme } from './acme.ts';
import { chatAnswer, type FakeEndpoint, fakeEndpoint, sendJson } from './endpoint.ts';
import { DIAGNOSIS, OBEDIENT_AGENT } from './expanding.ts';
import { startRealWorld } from './real-workers.ts';
import type { World } from './world.ts';

const TASKS = ['acme__calc-1', 'acme__calc-2', 'acme__calc-3', 'acme__calc-4'];
const COLUMNS = ['task.yaml', 'tests.json', 'gold.patch', 'test.patch', 'eval.sh', 'problem_statement.md'];

/** What the model has the agent do: to its own code, and to the task, which it solves once its code asks it to be careful. */
const CHANGE_ITSELF = `sed -i "s/content: readFileSync/content: 'Carefully! ' + readFileSync/" agent.mjs`;
const SOLVE = `sed -i 's#return .*len(values)#return total(values) / len(values) if values else None#' calc.py`;
const FAIL = 'echo "# looked at" >> calc.py';
function answer(prompt: string): string {
  if (!prompt.includes('rounds down')) return CHANGE_ITSELF;
  return prompt.includes('Carefully!') ? SOLVE : FAIL;
}

/** An agent whose jobs are real, on four SWE-bench tasks: it changes itself, and then solves what it could not. */
export interface AcmeAgent extends AsyncDisposable {
  readonly world: World;
  readonly endpoint: FakeEndpoint;
}

/** @param merge lines of the configuration's `merge` @param expanding see `startRealWorld` */
export async function startAcmeAgent(
  { skip }: Pick<TestContext, 'skip'>,
  merge: string,
  expanding?: string,
): Promise<AcmeAgent> {
  const acme = await openAcme(dockerSandbox({ socket: inject('engineSocket') })).catch((error) => {
    if (!/^setup\./.test(error.code)) throw error;
    return skip(`the image of the tasks cannot be had: ${error.message}`);
  });
  const column = (name: string) => readFileSync(join(acme.repository, 'tasks', ACME, name), 'utf8');
  const files = TASKS.flatMap((id) =>
    COLUMNS.map((name) => [
      `bench/tasks/${id}/${name}`,
      column(name).replace(`instance_id: ${ACME}`, `instance_id: ${id}`),
    ]),
  );
  const endpoint = await fakeEndpoint(({ body }, response) =>
    sendJson(
      response,
      chatAnswer('response_format' in body ? JSON.stringify(DIAGNOSIS) : answer(JSON.stringify(body))),
    ),
  );
  const world = await startRealWorld(endpoint, {
    configuration: `agent: { solve: node agent.mjs }
benchmark: { suite: bench, holdout: 0.5 }
search: { policy: hgm, budget: 3, concurrency: 1, batch: 2 }
limits: { taskMinutes: 2 }
merge: ${merge}
`,
    files: { ...Object.fromEntries(files), 'agent.mjs': OBEDIENT_AGENT },
    ...(expanding && { expanding }),
  });
  return {
    world,
    endpoint,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await endpoint[Symbol.asyncDispose]();
      acme[Symbol.dispose]();
    },
  };
}
