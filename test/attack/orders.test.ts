import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type EvaluateOrder, LATE, type Result } from '../../src/contract/contract.ts';
import { runGit } from '../../src/job/tree/run-git.ts';
import { orderSigner } from '../../src/order/signer.ts';
import { type ActionRun, runAction, runBundle } from '../support/action.ts';
import { chatAnswer, type FakeEndpoint, fakeEndpoint, sendJson } from '../support/endpoint.ts';
import { GREET_REPOSITORY, RIGHT } from '../support/greet.ts';
import { type Commit, commitOf, evaluateOrder, PLANTED_KEY } from '../support/job.ts';
import { appKey, commitConfiguration, configurationOf, issuedOf, SIGNER } from '../support/orders.ts';
import { attack } from './attack.ts';

// Whoever may dispatch the workflow can give it any input. What they want is the model's key, which the worker would send to
// an endpoint of theirs, or the money it can spend.

const KEY = { 'openai-api-key': PLANTED_KEY };

/** An endpoint that notes who calls it; the configuration's, or the attacker's. */
const listening = () => fakeEndpoint((_, response) => sendJson(response, chatAnswer(RIGHT)));
const modelsAt = ({ baseURL }: FakeEndpoint) => ({ solve: 'gpt-5-mini', modify: 'm', diagnose: 'm', baseURL });

interface Scene {
  readonly commit: Commit;
  /** Honest work, as the configuration at `configuration` settles it. */
  readonly order: EvaluateOrder;
  readonly configuration: string;
  readonly evil: FakeEndpoint;
  readonly own: FakeEndpoint;
}

async function scene(act: (scene: Scene) => Promise<string>): Promise<string> {
  await using evil = await listening();
  await using own = await listening();
  const commit = await commitOf(GREET_REPOSITORY);
  const models = modelsAt(own);
  const order = { ...evaluateOrder(commit, ['greet']), suite: { name: 'tasks', digest: null }, models };
  const configuration = await commitConfiguration(commit, configurationOf(order));
  return await act({ commit, order, configuration, evil, own });
}

/** The worker said no to the order, called nobody and left no result. */
function refused({ evil, own }: Scene, run: ActionRun, why: RegExp, code?: string): string {
  expect(run.log).toMatch(why);
  expect(run.code).toBe(1);
  expect([...evil.calls, ...own.calls]).toEqual([]);
  const path = join(run.resultFolder, 'result.json');
  const result = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
  expect(result?.error.code).toBe(code);
  if (result !== null) expect(result).toMatchObject({ usage: { requests: 0 }, perTask: [] });
  return why.exec(run.log)![0];
}

const SPEND = { family: 'spend', answer: 'prevented' } as const;

attack(
  {
    ...SPEND,
    number: 220,
    name: 'a dispatch whose order sends the model’s key to an endpoint of one’s own',
    defence: 'an order is signed, and has no field for models, endpoint, prices, limits or commands',
  },
  () =>
    scene(async (scene) => {
      const { commit, order, evil } = scene;
      const older = JSON.stringify({ ...order, v: 1, models: modelsAt(evil) });
      refused(scene, await runBundle(older, commit, KEY), /order breaks the contract: it is of version 1/);
      const newer = JSON.stringify({ ...order, models: modelsAt(evil) });
      return refused(scene, await runBundle(newer, commit, KEY), /order breaks the contract/);
    }),
);

attack(
  {
    ...SPEND,
    number: 221,
    name: 'the App’s own signed order, changed in its tasks, its commit, its deadline or its job',
    defence: 'the signature covers every byte of the order',
  },
  () =>
    scene(async (scene) => {
      const { commit, order, configuration } = scene;
      const issued = issuedOf(order, configuration);
      const sealed = SIGNER.seal(JSON.stringify(issued));
      const said: string[] = [];
      for (const change of [
        { tasks: ['greet', 'greet'] },
        { sha: 'c'.repeat(40) },
        { deadline: '2099-01-01T00:00:00Z' },
        { jobId: 'r1-job-2' },
        { configuration: commit.sha },
        { models: modelsAt(scene.evil) },
      ]) {
        const changed = SIGNER.seal(JSON.stringify({ ...issued, ...change }));
        const input = JSON.stringify({ ...changed, signature: sealed.signature });
        said.push(refused(scene, await runBundle(input, commit, KEY), /order\.signature|is not signed by a key/));
      }
      return `${said.length} changes: ${said[0]}`;
    }),
);

attack(
  {
    ...SPEND,
    number: 222,
    name: 'an order signed by a key of one’s own, which a branch and the measured commit name in their configuration',
    defence: 'the keys are those of the default branch as it is checked out',
  },
  () =>
    scene(async (scene) => {
      const { commit, order, evil } = scene;
      const mine = orderSigner(appKey());
      const home = (await runGit(commit.repository, ['rev-parse', 'HEAD'])).toString().trim();
      const theirs = await commitConfiguration(commit, configurationOf({ ...order, models: modelsAt(evil) }, mine));
      const tree = (await runGit(commit.repository, ['rev-parse', `${theirs}^{tree}`])).toString().trim();
      await runGit(commit.repository, ['branch', 'theirs']);
      await runGit(commit.repository, ['reset', '-q', '--hard', home]);
      const input = mine.seal(JSON.stringify(issuedOf({ ...order, sha: theirs, tree }, theirs)));
      return refused(scene, await runBundle(JSON.stringify(input), commit, KEY), /is not signed by a key/);
    }),
);

attack(
  {
    ...SPEND,
    number: 223,
    name: 'a variant whose own .github/huxley.yml names another endpoint, higher limits and other commands',
    defence:
      'settings come from the commit of the default branch that the signed order names, not from what is measured',
  },
  () =>
    scene(async ({ commit, order, configuration, evil, own }) => {
      const home = configuration;
      const models = modelsAt(evil);
      const agent = { ...order.agent, solve: 'env > $HUXLEY_OUT; exit 1' };
      const sha = await commitConfiguration(commit, configurationOf({ ...order, models, agent }));
      const tree = (await runGit(commit.repository, ['rev-parse', `${sha}^{tree}`])).toString().trim();
      await runGit(commit.repository, ['branch', 'variant']);
      await runGit(commit.repository, ['reset', '-q', '--hard', home]);
      const input = SIGNER.seal(JSON.stringify(issuedOf({ ...order, sha, tree }, home)));
      const run = await runBundle(JSON.stringify(input), commit, KEY);
      const result: Result = JSON.parse(readFileSync(join(run.resultFolder, 'result.json'), 'utf8'));
      expect(result, run.log).toMatchObject({ error: null, order: input.digest, perTask: [{ verdict: 'resolved' }] });
      expect(own.calls.length).toBeGreaterThan(0);
      expect(evil.calls).toEqual([]);
      return `${own.calls.length} calls to the configured endpoint, none to the variant's`;
    }),
);

attack(
  {
    ...SPEND,
    number: 224,
    name: 'an order of the App, sent again by somebody else, run again, in another repository, or when its time is over',
    defence:
      'an order is bound to the App as the one who dispatches, to the first attempt, the repository and its deadline',
  },
  () =>
    scene(async (scene) => {
      const { commit, order, configuration } = scene;
      const seal = (work: EvaluateOrder, place = {}) =>
        JSON.stringify(SIGNER.seal(JSON.stringify(issuedOf(work, configuration, place))));
      const send = (env: Record<string, string>) => runBundle(seal(order), commit, KEY, env);
      return [
        refused(scene, await send({ GITHUB_ACTOR: 'mallory' }), /mallory sent it, not huxley\[bot\]/),
        refused(scene, await send({ GITHUB_TRIGGERING_ACTOR: 'mallory' }), /mallory sent it, not huxley\[bot\]/),
        refused(scene, await send({ GITHUB_RUN_ATTEMPT: '2' }), /it was carried out before \(attempt 2/),
        refused(scene, await send({ GITHUB_REPOSITORY_ID: '42' }), /it is for repository 41, and this is 42/),
        refused(scene, await send({ GITHUB_EVENT_NAME: 'repository_dispatch' }), /it came by repository_dispatch/),
        refused(
          scene,
          await runBundle(seal({ ...order, deadline: '2026-01-01T00:00:00Z' }), commit, KEY),
          /its time is over/,
          LATE,
        ),
      ].join('; ');
    }),
);

attack(
  {
    ...SPEND,
    number: 230,
    name: 'the workflow dispatched on a branch whose .github/huxley.yml names a key and an endpoint of one’s own',
    defence: 'orders count on the default branch alone, also for who may push branches but change no workflow',
  },
  () =>
    scene(async (scene) => {
      const { commit, order, evil } = scene;
      const mine = orderSigner(appKey());
      const theirs = await commitConfiguration(commit, configurationOf({ ...order, models: modelsAt(evil) }, mine));
      const input = JSON.stringify(mine.seal(JSON.stringify(issuedOf(order, theirs))));
      return [
        refused(
          scene,
          await runBundle(input, commit, KEY, { GITHUB_REF: 'refs/heads/aside' }),
          /it came on refs\/heads\/aside/,
        ),
        refused(
          scene,
          await runBundle(input, commit, KEY, { GITHUB_REF: 'refs/tags/main' }),
          /it came on refs\/tags\/main/,
        ),
      ].join('; ');
    }),
);

attack(
  {
    ...SPEND,
    number: 225,
    name: 'orders where the default branch names no key, a broken one, or where its configuration is gone',
    defence: 'without a key to check with, nothing is carried out',
  },
  () =>
    scene(async (scene) => {
      const { commit, order, configuration } = scene;
      const input = JSON.stringify(SIGNER.seal(JSON.stringify(issuedOf(order, configuration))));
      const whole = configurationOf(order);
      const said: string[] = [];
      for (const text of [
        whole.replace(SIGNER.publicKey, ''),
        whole.replace(SIGNER.publicKey, `ed25519:${'A'.repeat(42)}B`),
        whole.replace(SIGNER.publicKey, `${SIGNER.publicKey}=`),
        `# ${whole.replaceAll('\n', '\n# ')}`,
        '',
      ]) {
        await commitConfiguration(commit, text);
        said.push(refused(scene, await runBundle(input, commit, KEY), /names no key of an App/));
      }
      return `${said.length} configurations: ${said[0]}`;
    }),
);

attack(
  {
    ...SPEND,
    number: 226,
    name: 'a signed order that names a configuration which is not there, or is no configuration',
    defence: 'without the configuration it names, an order has no settings and is refused',
  },
  () =>
    scene(async (scene) => {
      const { commit, order } = scene;
      const seal = (configuration: string) =>
        JSON.stringify(SIGNER.seal(JSON.stringify(issuedOf(order, configuration))));
      refused(scene, await runBundle(seal('c'.repeat(40)), commit, KEY), /git fetch failed/);
      const bare = await commitOf(GREET_REPOSITORY);
      await commitConfiguration(commit, `${configurationOf(order)}\nlimit: {}\n`);
      const head = (await runGit(commit.repository, ['rev-parse', 'HEAD'])).toString().trim();
      expect(bare.sha).not.toBe(head);
      refused(scene, await runBundle(seal(head), commit, KEY), /cannot be used: .*limit: this key is not known/);
      return refused(
        scene,
        await runBundle(seal(commit.sha), commit, KEY),
        /\.github\/huxley\.yml of commit \w+ is missing/,
      );
    }),
);

attack(
  {
    ...SPEND,
    number: 227,
    name: 'a result folder left by another order of the same job is taken for this one’s',
    defence: 'what was left counts for the digest of the very order alone',
  },
  () =>
    scene(async ({ commit, order, evil, own }) => {
      const first = await runAction(order, commit, KEY);
      expect(first.log).toContain('greet: resolved');
      const calls = own.calls.length;
      const env = { HUXLEY_RESULT_DIR: first.resultFolder };
      const again = await runAction({ ...order, nonce: 'b'.repeat(32) }, commit, KEY, env);
      expect(again.log).toContain('greet: resolved');
      expect(own.calls.length).toBeGreaterThan(calls);
      expect(evil.calls).toEqual([]);
      return `measured again: ${own.calls.length - calls} calls`;
    }),
);
