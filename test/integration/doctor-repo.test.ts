import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examineRemote, type Trial } from '../../src/cli/doctor/remote/examine.ts';
import { readPublicKeys } from '../../src/config/configuration.ts';
import { PROJECT, projectPath } from '../../src/environment/project.ts';
import { setSetting } from '../../src/local-github/actions/run/settings.ts';
import { huxleyApp } from '../../src/local-github/setup/huxley-app.ts';
import type { Repository } from '../../src/local-github/store/rows.ts';
import { misplaced } from '../../src/order/binding.ts';
import { openOrder } from '../../src/order/seal.ts';
import type { Check } from '../../src/sandbox/setup/examine.ts';
import { STARTER_WORKFLOW } from '../support/real-workers.ts';
import { World } from '../support/world.ts';

const CONFIGURATION = '.github/huxley.yml';
const WORKFLOW = '.github/workflows/huxley.yml';
const CONTROLLER = '.github/workflows/huxley-app.yml';
const pinned = (text: string) => text.replace(/(huxley\/action(?:\/controller)?)@action/, `$1@${'a'.repeat(40)}`);
const PINNED = pinned(STARTER_WORKFLOW[WORKFLOW]!);
const example = (name: string) => pinned(readFileSync(projectPath('examples', 'serverless', name), 'utf8'));
const SERVERLESS = { [WORKFLOW]: example('huxley.yml'), [CONTROLLER]: example('huxley-app.yml') };
const NO_APP = { APP_ID: '', PRIVATE_KEY: '' };
const AT = { owner: 'octo', repo: 'agent' };

let world: World;
let receiver: Server;
/** What the App answers to deliveries. */
let answer = 200;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(answer).end());
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  world = await World.start({
    tasks: 0,
    files: { [WORKFLOW]: PINNED },
    actions: { actions: { [`${PROJECT}/action`]: projectPath('test/support/stand-in-worker') } },
    configuration: 'benchmark: { suite: kata, holdout: 0.3 }\nmodels: { solve: gpt-5.4-mini }\n',
  });
  world.deliverTo(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}`);
  await restrict();
  secret('OPENAI_API_KEY', 'huxley');
  await delivery();
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  receiver?.close();
});

const owner = (route: string, parameters: object = {}) => world.people.owner.request(route, { ...AT, ...parameters });
const environment = (policy: object | null) =>
  owner('PUT /repos/{owner}/{repo}/environments/huxley', { deployment_branch_policy: policy });
const open = (name: string) =>
  owner('POST /repos/{owner}/{repo}/environments/huxley/deployment-branch-policies', { name });
const remove = () => owner('DELETE /repos/{owner}/{repo}/environments/huxley');

async function restrict(...branches: string[]): Promise<void> {
  await environment({ protected_branches: false, custom_branch_policies: true });
  for (const name of branches.length > 0 ? branches : ['main']) await open(name);
}

function secret(name: string, where?: string): void {
  setSetting(world.github.actions, 'secret', repository(), name, 'x', where);
}
function forget(name: string): void {
  const { settings } = world.github.actions.tables;
  for (const { id } of settings.list({ repo: repository().id, name })) settings.delete(id);
}
const repository = () => world.github.setup.repository('octo', 'agent');
const change = (row: Partial<Repository>) => world.github.hub.store.repositories.update(repository().id, row);

/** Something that the App hears of. */
async function delivery(): Promise<void> {
  await world.comment(await world.issue(), 'Hello');
  await world.github.idle();
}

function access(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { appId, privateKey } = world.credentials;
  const token = world.github.setup.createToken('octo');
  return {
    PATH: process.env.PATH,
    HUXLEY_HOME: world.folder,
    GH_TOKEN: token,
    APP_ID: String(appId),
    PRIVATE_KEY: privateKey,
    ...more,
  };
}

function examine(env: NodeJS.ProcessEnv = access(), trial: Trial | null = null): Promise<readonly Check[]> {
  const { url, apiUrl } = world.github;
  return examineRemote({ repository: 'octo/agent', webURL: url, apiURL: apiUrl }, env, trial);
}

/** What is not all right, in words, with addresses below the local GitHub's. */
const found = (checks: readonly Check[]) =>
  checks
    .filter(({ state }) => state !== 'ok')
    .map(({ state, name, detail, remedy, link }) => `${state} ${name}: ${detail} | ${remedy} | ${link}`)
    .join('\n')
    .replaceAll(world.github.url, '');

test('a healthy repository gives no finding', async () => {
  expect(found(await examine())).toBe('');
});

/** A finding: what is planted, and what is said of it: `state name: detail | remedy | link`. */
type Planted = readonly [what: string, said: RegExp];

interface Group {
  /** Everything that is wrong at once. */
  readonly plant: () => Promise<unknown>;
  readonly restore: () => Promise<unknown>;
  readonly env?: NodeJS.ProcessEnv;
  readonly planted: readonly Planted[];
}

const app = () => world.github.hub.store.apps;
const installations = () => world.github.hub.store.installations;
const installation = () => installations().list({ app: world.app.id })[0]!;
const deliveries = () => world.github.hub.store.deliveries;
const asked = huxleyApp();
const without = (name: string) =>
  Object.fromEntries(Object.entries(asked.permissions).filter(([each]) => each !== name));
const policy = (body: object) => owner('PUT /repos/{owner}/{repo}/actions/permissions', body);
const files = async (changed: Readonly<Record<string, string | null>>) => {
  for (const [path, text] of Object.entries(changed)) await world.put(path, text);
};
let configuration: string;
beforeAll(() => {
  configuration = world.git(['show', `main:${CONFIGURATION}`]);
});

const GROUPS: Readonly<Record<string, Group>> = {
  'settings of the repository': {
    plant: async () => {
      await owner('PATCH /repos/{owner}/{repo}', { has_issues: false });
      await policy({ enabled: true, allowed_actions: 'selected' });
      await owner('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
        branch: 'main',
        required_status_checks: null,
        enforce_admins: true,
        required_pull_request_reviews: { required_approving_review_count: 2 },
        restrictions: null,
      });
      change({ signaturesRequired: true });
      await owner('PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable', { workflow_id: 'huxley.yml' });
      await environment(null);
      forget('OPENAI_API_KEY');
      secret('OPENAI_API_KEY');
    },
    restore: async () => {
      await owner('PATCH /repos/{owner}/{repo}', { has_issues: true });
      await policy({ enabled: true, allowed_actions: 'all' });
      await owner('DELETE /repos/{owner}/{repo}/branches/{branch}/protection', { branch: 'main' });
      change({ signaturesRequired: false });
      await owner('PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable', { workflow_id: 'huxley.yml' });
      forget('OPENAI_API_KEY');
      secret('OPENAI_API_KEY', 'huxley');
      await restrict();
    },
    planted: [
      ['issues are off', /^missing Issues: are off.*\| Tick "Issues".* \| \/octo\/agent\/settings$/m],
      [
        'the action is not allowed',
        /^missing Actions policy: huxley-evolve\/huxley\/action@a{40} is not among.*\| Add `huxley-evolve\/huxley\/action@\*`.*\| \/octo\/agent\/settings\/actions$/m,
      ],
      ['commits must be signed', /^note Rules: .*`required_signatures`.*\| \/octo\/agent\/settings\/rules\/\d+$/m],
      [
        'the workflow is disabled',
        /^missing Workflow state: .*somebody has disabled it \| .*\| \/octo\/agent\/actions\/workflows\/huxley.yml$/m,
      ],
      [
        'the Environment is open',
        /^missing Environment: huxley is open to every branch.*\| \/octo\/agent\/settings\/environments\/\d+\/edit$/m,
      ],
      [
        'the key is not in it',
        /^missing Secrets: OPENAI_API_KEY is not in Environment huxley.*delete the wider one.*environments\/\d+\/edit$/m,
      ],
      [
        'the key is the repository’s',
        /^missing Secrets: OPENAI_API_KEY is a secret of the repository as well.*\| \/octo\/agent\/settings\/secrets\/actions$/m,
      ],
    ],
  },
  'the App': {
    plant: async () => {
      const events = asked.events.filter((event) => event !== 'push');
      app().update(world.app.id, { permissions: { ...without('checks'), workflows: 'write' }, events });
      installations().update(installation().id, { permissions: without('pull_requests'), suspended: true });
      answer = 502;
      installations().update(installation().id, { suspended: false });
      await delivery();
      installations().update(installation().id, { suspended: true });
    },
    restore: async () => {
      app().update(world.app.id, asked);
      installations().update(installation().id, { ...asked, suspended: false });
      answer = 200;
      for (const { id } of deliveries().list({})) deliveries().delete(id);
      await delivery();
    },
    planted: [
      [
        'it lacks a permission',
        /^missing Permissions of the App: huxley lacks `checks: write`.*\| \/settings\/apps\/huxley\/permissions$/m,
      ],
      [
        'it has one too many',
        /^note Permissions of the App: .*: workflows\. Without `workflows` GitHub itself.*permissions$/m,
      ],
      ['it does not hear of pushes', /^missing Events of the App: huxley is not subscribed to push \|.*permissions$/m],
      [
        'a permission was not accepted',
        /^missing Installation: .*not accepted: pull_requests \|.*\| \/settings\/installations\/\d+$/m,
      ],
      [
        'it is suspended',
        /^missing Installation: huxley is suspended on octo\/agent \|.*\| \/settings\/installations\/\d+$/m,
      ],
      [
        'its deliveries fail',
        /^missing Deliveries: \d of the last \d+ failed: issue_comment at .* was answered 502.*\| \/settings\/apps\/huxley\/advanced$/m,
      ],
    ],
  },
  'what is not there': {
    plant: async () => {
      await files({ [WORKFLOW]: PINNED.replace(/[a]{40}/, 'action'), [CONFIGURATION]: null });
      await policy({ enabled: false });
      await remove();
      installations().update(installation().id, { repositories: [] });
      world.github.setup.setWebhook(world.app, null);
      change({ archived: true });
    },
    restore: async () => {
      change({ archived: false });
      world.deliverTo(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}`);
      installations().update(installation().id, { repositories: null });
      await policy({ enabled: true, allowed_actions: 'all' });
      await restrict();
      forget('OPENAI_API_KEY');
      secret('OPENAI_API_KEY', 'huxley');
      await files({ [WORKFLOW]: PINNED, [CONFIGURATION]: configuration });
    },
    planted: [
      ['the repository is archived', /^missing Repository: octo\/agent is archived.*\| \/octo\/agent\/settings$/m],
      ['Actions are off', /^missing Actions: are off.*\| \/octo\/agent\/settings\/actions$/m],
      [
        'no Environment',
        /^missing Environment: Environment huxley does not exist.*\| \/octo\/agent\/settings\/environments$/m,
      ],
      [
        'no configuration',
        /^missing Configuration: .*is not on the default branch.*\| \/octo\/agent\/new\/main\?filename=.github\/huxley.yml$/m,
      ],
      [
        'it is not installed',
        /^missing Installation: huxley is not installed on octo\/agent.*\| \/apps\/huxley\/installations\/new$/m,
      ],
      ['no webhook', /^missing Webhook: no address is set.*\| \/settings\/apps\/huxley$/m],
    ],
  },
  'files that can be read': {
    plant: async () => {
      const models = `{ solve: { provider: mine, model: my-model }, modify: gpt-5.4, diagnose: gpt-5.4, providers: { mine: { baseURL: "https://models.example/v1", key: MY_KEY } } }`;
      await files({
        [CONFIGURATION]: configuration
          .replace(/^models:.*$/m, `models: ${models}`)
          .replace('suite: kata', 'suite: nowhere')
          .replace('check: node --test', 'check: node --test, image: acme/agent:latest')
          .replace(/publicKeys: \[.*\]/, `publicKeys: [ed25519:${'A'.repeat(43)}]`)
          .concat('\nmerge: { mode: auto }\n'),
        [WORKFLOW]: PINNED.replace(/[a]{40}/, 'action')
          .replace('on:\n', 'on:\n  repository_dispatch:\n')
          .replace('contents: read\n  actions: read', 'contents: write')
          .replace('runs-on: ubuntu-latest', 'runs-on: [self-hosted, huge]')
          .replace(/run-name:.*/, 'run-name: work'),
        '.github/workflows/other.yml': 'on: pull_request_target\njobs: {}\n',
      });
      await remove();
      await restrict('release/*');
    },
    restore: async () => {
      await files({ [CONFIGURATION]: configuration, [WORKFLOW]: PINNED, '.github/workflows/other.yml': null });
      await remove();
      await restrict();
      forget('OPENAI_API_KEY');
      secret('OPENAI_API_KEY', 'huxley');
    },
    planted: [
      [
        'another key',
        /^missing Key of the App: the key of PRIVATE_KEY is not among those named \| Add it: .*\| \/octo\/agent\/edit\/main\/.github\/huxley.yml$/m,
      ],
      ['no price', /^missing Prices: no price is known for model 'my-model'.*edit\/main\/.github\/huxley.yml$/m],
      ['no such suite', /^missing Suite: nowhere is neither a suite nor a folder.*edit\/main\/.github\/huxley.yml$/m],
      ['an image by a tag', /^note Image: acme\/agent:latest.*edit\/main\/.github\/huxley.yml$/m],
      ['merging without a person', /^note Merging: .*edit\/main\/.github\/huxley.yml$/m],
      [
        'a secret that is not handed over',
        /^missing Secrets: .github\/huxley.yml names MY_KEY, and .github\/workflows\/huxley.yml does not give it.*edit\/main\/.github\/workflows\/huxley.yml$/m,
      ],
      [
        'an action that is not pinned',
        /^note Action: .*@action, which can change.*edit\/main\/.github\/workflows\/huxley.yml$/m,
      ],
      [
        'another trigger',
        /^note Workflow: .* starts on repository_dispatch as well.*edit\/main\/.github\/workflows\/huxley.yml$/m,
      ],
      [
        'a token that writes',
        /^note Permissions: .*may write \(contents\).*edit\/main\/.github\/workflows\/huxley.yml$/m,
      ],
      [
        'a token that reads too little',
        /^missing Permissions: .*may not read actions.*edit\/main\/.github\/workflows\/huxley.yml$/m,
      ],
      [
        'no runner',
        /^note Runner: the repository has no runner with self-hosted, huge.*\| \/octo\/agent\/settings\/actions\/runners$/m,
      ],
      [
        'runs without a digest',
        /^missing Workflow: .*does not name its runs by the digest.*edit\/main\/.github\/workflows\/huxley.yml$/m,
      ],
      [
        'a risky workflow',
        /^note Workflows: .github\/workflows\/other.yml: `pull_request_target`.*edit\/main\/.github\/workflows\/other.yml$/m,
      ],
      [
        'an Environment of another branch',
        /^missing Environment: huxley is also open to release\/\*.*environments\/\d+\/edit$/m,
      ],
      ['an Environment that is shut', /^missing Environment: huxley is not open to main.*environments\/\d+\/edit$/m],
    ],
  },
  'files that cannot be read': {
    plant: () =>
      files({
        [CONFIGURATION]: configuration.replace('holdout', 'houldout'),
        [WORKFLOW]:
          'on: workflow_dispatch\nrun-name: ${{ fromJSON(inputs.order).digest }}\njobs: { work: { runs-on: ubuntu-latest } }\n',
      }),
    restore: () => files({ [CONFIGURATION]: configuration, [WORKFLOW]: PINNED }),
    planted: [
      [
        'an unknown key',
        /^missing Configuration: .github\/huxley.yml:\d+:\d+ benchmark.houldout: this key is not known.*edit\/main\/.github\/huxley.yml$/m,
      ],
      [
        'no input for the order',
        /^missing Workflow: .*has no input `order`.*edit\/main\/.github\/workflows\/huxley.yml$/m,
      ],
      [
        'no action',
        /^missing Action: no step of .* uses Huxley’s action.*edit\/main\/.github\/workflows\/huxley.yml$/m,
      ],
    ],
  },
  'no workflow': {
    plant: () => files({ [WORKFLOW]: null }),
    restore: () => files({ [WORKFLOW]: PINNED }),
    planted: [
      [
        'none',
        /^missing Workflow: .*is missing.*\| \/octo\/agent\/new\/main\?filename=.github\/workflows\/huxley.yml$/m,
      ],
    ],
  },
  'credentials of another App': {
    plant: async () => {},
    restore: async () => {},
    env: { APP_ID: '4711' },
    planted: [
      [
        'they are not taken',
        /^missing App: GitHub does not accept its credentials: GitHub answered 401.*\| \/settings\/apps$/m,
      ],
    ],
  },
  'half of the credentials': {
    plant: async () => {},
    restore: async () => {},
    env: { PRIVATE_KEY: '' },
    planted: [['one is not set', /^missing App: .*PRIVATE_KEY is not set/m]],
  },
  'no server': {
    plant: () =>
      files({
        [WORKFLOW]: PINNED,
        [CONTROLLER]: SERVERLESS[CONTROLLER]!.replace(/ {2}schedule:\n.*\n.*\n/, '')
          .replace('pull_request_target:', 'pull_request:')
          .replace('branches: [main]', 'branches: [trunk]')
          .replace('cancel-in-progress: false', 'cancel-in-progress: true')
          .replace('  pull-requests: write\n', ''),
        [CONFIGURATION]: `${configuration}\nmerge: { mode: auto }\n`,
      }),
    restore: () => files({ [CONTROLLER]: null, [CONFIGURATION]: configuration }),
    env: NO_APP,
    planted: [
      [
        'a trigger is missing',
        /^missing App in Actions: .*does not start on schedule.*edit\/main\/.github\/workflows\/huxley-app.yml$/m,
      ],
      [
        'an event whose ref is no branch',
        /^note App in Actions: .*starts on pull_request, whose ref is not a branch.*huxley-app.yml$/m,
      ],
      ['pushes to another branch', /^missing App in Actions: .*starts on pushes to trunk.*huxley-app.yml$/m],
      ['ticks are cut off', /^missing App in Actions: .*cancels what is in progress.*huxley-app.yml$/m],
      ['the token lacks a permission', /^missing App in Actions: .*lacks `pull-requests: write`.*huxley-app.yml$/m],
      ['nothing wakes it', /^note App in Actions: no job of .* wakes it.*edit\/main\/.github\/workflows\/huxley.yml$/m],
      [
        'Actions may open no pull request',
        /^missing Pull requests: Actions may not open any.*\| \/octo\/agent\/settings\/actions$/m,
      ],
      [
        'merging without a person',
        /^missing Merging: `merge.mode: auto` is refused without an App.*edit\/main\/.github\/huxley.yml$/m,
      ],
      [
        'the secret is not there',
        /^missing Secrets: HUXLEY_KEY is not in Environment huxley; .github\/workflows\/huxley-app.yml reads it.*environments\/\d+\/edit$/m,
      ],
    ],
  },
  'no server, and nothing wrong': {
    plant: async () => {
      await files(SERVERLESS);
      secret('HUXLEY_KEY', 'huxley');
      const allow = { can_approve_pull_request_reviews: true };
      await owner('PUT /repos/{owner}/{repo}/actions/permissions/workflow', allow);
    },
    restore: async () => {
      await files({ [CONTROLLER]: null, [WORKFLOW]: PINNED });
      forget('HUXLEY_KEY');
    },
    env: NO_APP,
    planted: [['nothing', /^$/]],
  },
};

test.for(Object.entries(GROUPS))('planted: %s', async ([, { plant, restore, env, planted }]) => {
  await plant();
  const said = found(await examine(access(env)));
  await restore();
  for (const [what, line] of planted) expect.soft(said, what).toMatch(line);
  expect(said.split('\n').length, said).toBeGreaterThanOrEqual(planted.length);
});

test('somebody who is no admin is told what was not checked, and by what permission it is', async () => {
  const env = access({ GH_TOKEN: world.github.setup.createToken('stranger'), ...NO_APP });
  const said = found(await examine(env)).split('\n');
  for (const line of said) expect(line).toMatch(/^note .*: not checked: /);
  for (const [name, needs] of [
    ['Actions', 'Administration: read'],
    ['Secrets of the environment', 'Environments: read'],
    ['Secrets of the repository', 'Secrets: read'],
  ])
    expect(said).toContainEqual(expect.stringMatching(new RegExp(`^note ${name}: .*\\(${needs}`)));
});

test('a repository that is not there, and nobody to ask as', async () => {
  const { url: webURL, apiUrl: apiURL } = world.github;
  const of = (repository: string, env: NodeJS.ProcessEnv) => examineRemote({ repository, webURL, apiURL }, env);
  expect(found(await of('octo/other', access()))).toMatch(/^missing Repository: octo\/other cannot be read: .*404/);
  expect(found(await of('octo/agent', access({ PATH: '', GH_TOKEN: '', ...NO_APP })))).toMatch(
    /^missing Access: you have no token here/,
  );
});

test('the command says the same, and ends with 1 where something is missing', async () => {
  await owner('PATCH /repos/{owner}/{repo}', { has_issues: false });
  const env = access({ GITHUB_API_URL: world.github.apiUrl });
  const args = [projectPath('src/main.ts'), 'doctor', '--repo', 'octo/agent', '--json'];
  const { code, stdout } = await new Promise<{ code: number; stdout: string }>((done) =>
    execFile(process.execPath, args, { env }, (error, stdout) => done({ code: Number(error?.code ?? 0), stdout })),
  );
  await owner('PATCH /repos/{owner}/{repo}', { has_issues: true });
  expect(code).toBe(1);
  const checks = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Check);
  expect(found(checks)).toMatch(/^missing Issues: .*\| \/octo\/agent\/settings$/);
});

const TRIAL: Trial = {
  wanted: true,
  ask: null,
  begin: () => new AbortController().signal,
  report: () => {},
};

test('a trial goes out as an order that workers take, and its result comes back', async () => {
  const checks = await examine(access(), TRIAL);
  expect(found(checks)).toBe('');
  expect(checks.slice(-2)).toMatchObject([
    { name: 'Dispatch', state: 'ok', detail: expect.stringContaining('its result came back') },
    { name: 'First job', state: 'ok', detail: expect.stringContaining('the rehearsal model, not a real one') },
  ]);
  const [run] = world.github.actions.tables.runs.list({ repo: repository().id }, { descending: true });
  const actor = world.github.hub.store.users.get(run!.actor)!.login;
  const { order } = openOrder(String(run!.inputs.order), readPublicKeys(configuration));
  const place = { repository: repository().id, event: run!.event, ref: run!.ref, defaultBranch: 'main', attempt: 1 };
  expect(misplaced(order, { ...place, actor, triggeringActor: actor })).toBeNull();
  expect(order).toMatchObject({ kind: 'preflight', sha: run!.headSha, configuration: run!.headSha });
});

test('a trial without a result has the address of its log; one that cannot be made says why', async () => {
  await world.put('skill.json', 'no JSON');
  expect(found(await examine(access(), TRIAL))).toMatch(
    /^missing Dispatch: its workflow run ended as failure without a result \| Look at the log\. \| \/octo\/agent\/actions\/runs\/\d+$/,
  );
  const nobody = await examine(access(NO_APP), TRIAL);
  expect(found(nobody)).toMatch(/^note Dispatch: not made: an order is signed with the App’s key/m);
});

test('a trial that is interrupted is cancelled', async () => {
  await world.put('skill.json', JSON.stringify({ skill: 1, seconds: 60 }));
  const interrupted = new AbortController();
  const trial = { ...TRIAL, begin: () => interrupted.signal, report: () => interrupted.abort(new Error('Ctrl-C')) };
  await expect(examine(access(), trial)).rejects.toThrow('Ctrl-C');
  await world.github.actions.scheduler.idle();
  const [run] = world.github.actions.tables.runs.list({ repo: repository().id }, { descending: true });
  expect(run!.conclusion).toBe('cancelled');
});

test('everything restored, nothing is found', async () => {
  expect(found(await examine())).toBe('');
});
