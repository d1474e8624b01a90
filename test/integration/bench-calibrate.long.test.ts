import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentFiles, COIN, folderOf, huxleyIn, shellSuite } from '../support/bench.ts';
import { chatAnswer, fakeEndpoint, sendJson } from '../support/endpoint.ts';

/** Asks the model for the file of its task. */
const AGENT = `
import { readFileSync, writeFileSync } from 'node:fs';
const e = process.env;
const response = await fetch(e.OPENAI_BASE_URL + '/chat/completions', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + e.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ model: e.HUXLEY_MODEL, messages: [{ role: 'user', content: readFileSync(e.HUXLEY_TASK, 'utf8') }] }),
});
writeFileSync(e.HUXLEY_WORKSPACE + '/a.sh', (await response.json()).choices[0].message.content);
`;
const PRICED = '{ solve: my-model, prices: { my-model: { input: 1, output: 4 } } }';
const CALIBRATE = ['bench', 'calibrate', '--agent', 'agent', '--suite', 'suite', '--out', 'out', '--no-install'];

const coins = { coin1: COIN, coin2: COIN, coin3: COIN };
const suite = shellSuite({ steady: {}, whim: { 'instruction.md': 'Print 1 on a whim.\n' }, ...coins });
const folder = folderOf({ ...suite, ...agentFiles(AGENT, PRICED) });

test('an agent against itself: tasks that flip in the grader, tasks that flip in the agent, the noise, the gate; goes on where it was', async () => {
  let whims = 0;
  await using endpoint = await fakeEndpoint(({ body }, response) => {
    const right = !JSON.stringify(body).includes('whim') || whims++ % 2 === 0;
    sendJson(response, chatAnswer(right ? 'echo 1\n' : 'echo 2\n'));
  });
  const calibrate = (...more: string[]) => huxleyIn(folder, endpoint.baseURL, [...CALIBRATE, ...more]);
  const options = ['--gradings', '5', '--concurrency', '2'];
  const first = await calibrate('--attempts', '1', ...options);
  expect([first.code, first.printed]).toEqual([0, expect.stringContaining('Noise floor: not known')]);
  expect(endpoint.calls).toHaveLength(5);

  const { code, stdout, read } = await calibrate('--attempts', '2', '--json', ...options);
  expect([code, endpoint.calls.length]).toEqual([0, 10]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { type, folder: _, ...calibration } = lines.at(-1);
  expect(type).toBe('calibration');
  expect(JSON.parse(read('calibration.json'))).toEqual(calibration);
  const flaky = (kind: string) => calibration.tasks.filter((task: Record<string, unknown>) => task[kind]);
  const names = (tasks: { task: string }[]) => tasks.map(({ task }) => task);
  // Ten gradings each, three tasks: no flip in five of the same file is 1 in 16 for each of six.
  expect(names(flaky('graderFlaky')).length).toBeGreaterThan(0);
  for (const name of names(flaky('graderFlaky'))) expect(Object.keys(coins)).toContain(name);
  expect(names(flaky('agentFlaky'))).toContain('whim');
  expect(names(flaky('agentFlaky'))).not.toContain('steady');
  expect(calibration).toMatchObject({ attempts: 2, gradings: 5, missing: 0 });
  expect(calibration.noise.sd).toBeGreaterThan(0);
  expect(calibration.gate).toMatchObject({ splits: 2_000, level: expect.closeTo(0.05) });
  expect(calibration.gate.passed).toBeLessThan(150);
  const records = read('attempt-2/results.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const { verdict, verdicts, costUSD } of records) {
    expect([verdicts.length, verdict]).toEqual([5, verdicts[0]]);
    expect(costUSD).toBeCloseTo(0.00014, 9);
  }
  expect(read('attempt-2/attempts/whim/conversation.txt')).toContain('echo 2');

  const again = await calibrate('--attempts', '2', ...options);
  expect([again.code, endpoint.calls.length]).toEqual([0, 10]);
  expect(again.printed).toContain('attempt 2 of 2: 5 of 5 tasks are done already (out/attempt-2)');
  expect(again.stdout).toMatch(/^ {2}whim +1\/2 +agent$/m);
  expect(again.stdout).toContain('Grader-flaky: the same files got different verdicts.');
  expect(again.stdout).toContain('Gate: the agent against itself passes ');
  const others = await calibrate('--attempts', '2', '--gradings', '2');
  expect([others.code, others.printed]).toEqual([1, expect.stringContaining('its gradings is 5, not 2')]);
});

test('a reference solution tells the grader’s noise alone, and what cannot be calibrated says so', async () => {
  const calibrate = (...more: string[]) =>
    huxleyIn(folder, 'http://127.0.0.1:9/v1', ['bench', 'calibrate', '--suite', 'suite', '--no-install', ...more]);
  const oracle = await calibrate('--agent', 'oracle', '--tasks', 'steady', '--attempts', '2', '--gradings', '2');
  expect([oracle.code, oracle.printed]).toEqual([0, expect.stringContaining('Noise floor: none seen')]);
  expect(oracle.stdout).toContain('Not flaky: 1 of 1 task (1 resolved each time, 0 never).');
  const written = JSON.parse(
    readFileSync(join(folder, 'huxley-report/suite-oracle-calibration/calibration.json'), 'utf8'),
  );
  expect(written).toMatchObject({ score: 1, noise: { sd: 0, significant: 100 }, gate: { passed: 0 } });

  const refused = async (...more: string[]) => {
    const { code, printed } = await calibrate('--agent', 'oracle', ...more);
    expect(code).toBe(1);
    return printed;
  };
  expect(await refused('--attempts', '0')).toContain('a whole number from 1 to 64');
  expect(await refused('--attempts', 'many')).toContain('a whole number from 1 to 64');
  expect(await refused('--gradings', '6')).toContain('a whole number from 1 to 5');
  expect(await refused('--tasks', 'z*')).toContain("suite has no usable task that matches 'z*'");
  expect((await calibrate('--agent', 'nowhere')).printed).toContain("There is no agent 'nowhere'");
  const nothing = await refused('--tasks', 'steady', '--agent', 'draft', '--attempts', '1');
  expect(nothing).toContain('No attempt has a result');
});
