import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONFIGURATION_PATH } from '../../../../config/configuration.ts';
import { projectPath } from '../../../../environment/project.ts';
import { CONTROLLER_WORKFLOW_PATH } from '../../../../github/controller-workflow.ts';
import { WORKFLOW_PATH } from '../../../../run/work/workflow.ts';
import type { Answer, AppFacts, BranchRule, EnvironmentFacts, Protection, RemoteFacts } from '../facts.ts';
import { readFiles, remoteChecks } from './rules.ts';

const known = <T>(value: T): Answer<T> => ({ known: true, value });
const refused = (needs: string): Answer<never> => ({ known: false, status: 403, why: 'GitHub answered 403', needs });
const MANIFEST = { permissions: { contents: 'write', metadata: 'read' }, events: ['push'] };
const starter = (path: string) => readFileSync(projectPath('examples', 'starter-agent', path), 'utf8');
const DOC = readFileSync(projectPath('docs', 'doctor.md'), 'utf8');
const FILES = { [CONFIGURATION_PATH]: starter(CONFIGURATION_PATH), [WORKFLOW_PATH]: starter(WORKFLOW_PATH) };

const APP: AppFacts = {
  slug: 'huxley',
  login: 'huxley[bot]',
  url: 'https://github.com/apps/huxley',
  owner: { login: 'octo', organization: true },
  permissions: MANIFEST.permissions,
  events: MANIFEST.events,
  installation: known({
    id: 1,
    url: 'https://github.com/organizations/octo/settings/installations/1',
    suspended: false,
    permissions: MANIFEST.permissions,
    events: MANIFEST.events,
  }),
  hook: known('https://huxley.example.com/api/github/webhooks'),
  deliveries: known([{ guid: 'a', event: 'push', at: '2026-01-01T00:00:00Z', statusCode: 200, status: 'OK' }]),
};
const ENVIRONMENT: EnvironmentFacts = {
  id: 5,
  reviewers: false,
  waitMinutes: 0,
  otherRules: [],
  branches: known(['main']),
};
const FACTS: RemoteFacts = {
  origin: { repository: 'octo/agent', webURL: 'https://github.com', apiURL: 'https://api.github.com' },
  repository: {
    id: 41,
    name: 'octo/agent',
    defaultBranch: 'main',
    private: false,
    archived: false,
    disabled: false,
    issues: true,
    merges: { merge: true, squash: true },
  },
  skewSeconds: 1,
  policy: known({ enabled: true, allowed: 'all', pinned: false, selected: null }),
  opensPulls: known(false),
  rules: { push: known([]), merge: known([]) },
  protection: known(null),
  workflows: { [WORKFLOW_PATH]: known('active') },
  environment: known(ENVIRONMENT),
  secrets: { environment: known(['OPENAI_API_KEY']), repository: known([]), organization: known([]) },
  runners: known([]),
  app: known(APP),
};

/** What is not all right, in words. */
function found(change: Partial<RemoteFacts>, files: Readonly<Record<string, string>> = {}): string {
  return remoteChecks({ ...FACTS, ...change }, readFiles({ ...FILES, ...files }, CONFIGURATION_PATH), MANIFEST)
    .filter(({ state }) => state !== 'ok')
    .map(({ state, name, detail, remedy, link }) => `${state} ${name}: ${detail} | ${remedy} | ${link}`)
    .join('\n');
}

const rule = (type: string, more: Partial<BranchRule> = {}): Answer<readonly BranchRule[]> =>
  known([
    { type, parameters: {}, ruleset: 9, sourceType: 'Organization', source: 'octo', bypass: 'never' as const, ...more },
  ]);
const push = (type: string, more?: Partial<BranchRule>) => ({
  rules: { push: rule(type, more), merge: known<BranchRule[]>([]) },
});
const merge = (type: string, more?: Partial<BranchRule>) => ({
  rules: { push: known<BranchRule[]>([]), merge: rule(type, more) },
});
const protection = (more: Partial<Protection>) => ({
  protection: known({ approvals: 0, locked: false, linear: false, pushers: null, ...more }),
});
const policy = (more: object) => ({
  policy: known({ enabled: true, allowed: 'selected' as const, pinned: false, selected: null, ...more }),
});
const selected = (patterns: string[], verified = false) =>
  policy({ selected: known({ githubOwned: true, verified, patterns }) });
const environment = (more: Partial<EnvironmentFacts>) => ({ environment: known({ ...ENVIRONMENT, ...more }) });
const app = (more: Partial<AppFacts>) => ({ app: known({ ...APP, ...more }) });
const runner = (online: boolean) => ({
  runners: known([{ name: 'box', online, labels: ['self-hosted', 'linux', 'huxley'] }]),
});
const workflow = (from: string | RegExp, to: string) => ({ [WORKFLOW_PATH]: FILES[WORKFLOW_PATH]!.replace(from, to) });
const configuration = (more: string) => ({ [CONFIGURATION_PATH]: `${FILES[CONFIGURATION_PATH]}${more}\n` });
const ON_HUXLEY = workflow('runs-on: ubuntu-latest', 'runs-on: huxley');

test('nothing is found where all is right', () => {
  expect(found({})).toBe('');
});

test.each<[string, Partial<RemoteFacts>, Readonly<Record<string, string>>, RegExp]>([
  ['a clock that is fast', { skewSeconds: 300 }, {}, /^missing Clock: .*300 s ahead of GitHub’s/],
  ['a clock that is slow', { skewSeconds: -90 }, {}, /^missing Clock: .*90 s behind/],
  ['no clock to compare', { skewSeconds: null }, {}, /^note Clock: not checked/],
  [
    'a disabled repository',
    { repository: { ...FACTS.repository, disabled: true } },
    {},
    /^missing Repository: GitHub has disabled octo\/agent/,
  ],
  [
    'a way of merging that is not allowed',
    { repository: { ...FACTS.repository, merges: { merge: false, squash: true } } },
    {},
    /^missing Merging: .*Allow it under Pull Requests, or set `merge.method: squash`/,
  ],
  [
    'branches that nobody may make',
    push('creation'),
    {},
    /^missing Rules: .*`creation`.*\| Exclude `huxley\/\*\*`.*https:\/\/github.com\/organizations\/octo\/settings\/rules\/9$/,
  ],
  ['a rule whose bypass is not seen', push('update', { bypass: null }), {}, /^note Rules: .*could not be seen/],
  ['a rule for deletions', push('deletion'), {}, /^note Rules: .*those of variants stay/],
  ['a merge queue', merge('merge_queue', { sourceType: 'Repository' }), {}, /^missing Rules: .*\/settings\/rules\/9$/],
  [
    'another way of merging by a rule',
    merge('pull_request', { parameters: { allowed_merge_methods: ['squash'] } }),
    {},
    /^missing Rules: .*`merge.method` is merge, and only squash is allowed/,
  ],
  ['no merge commits by a rule', merge('required_linear_history'), {}, /^missing Rules: .*makes merge commits/],
  ['a locked branch', protection({ locked: true }), {}, /^missing Protected branch: main is locked/],
  [
    'no merge commits',
    protection({ linear: true }),
    {},
    /^missing Protected branch: main does not accept merge commits/,
  ],
  ['a branch of few', protection({ pushers: ['other'] }), {}, /^missing Protected branch: .*huxley is not among them/],
  [
    'approvals, and merging without a person',
    protection({ approvals: 2 }),
    configuration('merge: { mode: auto }'),
    /^note Protected branch: .*needs 2 approvals/,
  ],
  [
    'actions of the owner alone',
    policy({ allowed: 'local_only' }),
    {},
    /^missing Actions policy: .*only actions of octo/,
  ],
  [
    'an action that is not selected',
    selected(['octo/*']),
    {},
    /^missing Actions policy: huxley-evolve\/huxley\/action@/,
  ],
  ['one by a maker GitHub may know', selected([], true), {}, /^note Actions policy: .*unless its maker is verified/],
  [
    'actions that have to be pinned',
    policy({ allowed: 'all', pinned: true }),
    {},
    /^missing Actions policy: huxley-evolve\/huxley\/action@action is not pinned/,
  ],
  ['runners that are off', runner(false), ON_HUXLEY, /^missing Runner: none of 1 with huxley is online: box/],
  ['a runner that is not known', {}, ON_HUXLEY, /^note Runner: the repository has no runner with huxley/],
  [
    'a workflow that rests',
    { workflows: { [WORKFLOW_PATH]: known('disabled_inactivity') } },
    {},
    /^missing Workflow state: .*60 days.*actions\/workflows\/huxley.yml$/,
  ],
  ['one that GitHub does not know', { workflows: { [WORKFLOW_PATH]: known(null) } }, {}, /^missing Workflow state: /],
  ['a workflow that is no YAML', {}, { [WORKFLOW_PATH]: 'on: [' }, /^missing Workflow: .*cannot be read/],
  ['no trigger', {}, workflow('workflow_dispatch:', 'push:'), /^missing Workflow: .*no trigger workflow_dispatch/],
  ['no Environment', {}, workflow('environment: huxley', ''), /^missing Environment: a job of .* names none/],
  ['a token of the settings', {}, workflow(/permissions:\n.*\n.*\n/, ''), /^note Permissions: .*repository’s settings/],
  ['reviewers', environment({ reviewers: true }), {}, /^missing Environment: .*every job waits for a person/],
  ['a wait timer', environment({ waitMinutes: 30 }), {}, /^missing Environment: .*waits 30 minutes/],
  ['other rules', environment({ otherRules: ['custom'] }), {}, /^note Environment: .*other rules \(custom\)/],
  ['protected branches', environment({ branches: 'protected' }), {}, /^note Environment: .*every protected branch/],
  [
    'a secret of the organization',
    { secrets: { ...FACTS.secrets, organization: known(['OPENAI_API_KEY']) } },
    {},
    /^missing Secrets: OPENAI_API_KEY is a secret of the organization as well/,
  ],
  ['credentials elsewhere', { app: null }, {}, /^note App: not checked: its credentials are not here/],
  [
    'a webhook to this machine',
    app({ hook: known('http://localhost:3000/api/github/webhooks') }),
    {},
    /^missing Webhook: GitHub cannot reach http:\/\/localhost.*organizations\/octo\/settings\/apps\/huxley$/,
  ],
  [
    'a webhook to a relay',
    app({ hook: known('https://smee.io/AbCd') }),
    {},
    /^note Webhook: deliveries go to https:\/\/smee.io\/AbCd, a relay/,
  ],
  [
    'a webhook in the open',
    app({ hook: known('http://huxley.example.com') }),
    {},
    /^note Webhook: .*without encryption/,
  ],
  ['no delivery', app({ deliveries: known([]) }), {}, /^note Deliveries: none of this repository/],
  [
    'one that failed before',
    app({
      deliveries: known([
        { guid: 'b', event: 'push', at: '2026-01-02T00:00:00Z', statusCode: 200, status: 'OK' },
        { guid: 'a', event: 'push', at: '2026-01-01T00:00:00Z', statusCode: 0, status: 'timed out' },
      ]),
    }),
    {},
    /^note Deliveries: 1 of the last 2 failed: push .* had no answer \(timed out\)\. The newest arrived/,
  ],
])('%s', (_, change, files, expected) => {
  const said = found(change, files);
  expect(said).toMatch(expected);
  // Of nothing else; a policy may refuse both of the actions.
  const [name] = said.split(': ');
  expect(DOC).toContain(`| ${name!.replace(/^\w+ /, '')} |`);
  for (const line of said.split('\n')) expect(line.startsWith(`${name}: `), line).toBe(true);
});

test.each<[string, Partial<RemoteFacts>, Readonly<Record<string, string>>]>([
  ['rules the App may bypass', push('creation', { bypass: 'always' }), {}],
  ['merging the App may bypass in pull requests', merge('merge_queue', { bypass: 'pull_requests_only' }), {}],
  ['checks and approvals, which are waited for', merge('required_status_checks'), {}],
  ['the App among those who may push', protection({ pushers: ['huxley'] }), {}],
  ['a selected repository', selected(['huxley-evolve/huxley@*']), {}],
  ['a selected action', selected(['huxley-evolve/huxley/action@action']), {}],
  ['a selected owner', selected(['huxley-evolve/*']), {}],
  ['a runner that is online', runner(true), ON_HUXLEY],
  [
    'a delivery that was made again',
    app({
      deliveries: known([
        { guid: 'a', event: 'push', at: '2026-01-02T00:00:00Z', statusCode: 200, status: 'OK' },
        { guid: 'a', event: 'push', at: '2026-01-01T00:00:00Z', statusCode: 502, status: 'Bad Gateway' },
      ]),
    }),
    {},
  ],
])('%s: no finding', (_, change, files) => {
  expect(found(change, files)).toBe('');
});

test('what a token may not see is a note that names the permission, never silently right', () => {
  const blind = {
    policy: refused('Administration: read'),
    rules: { push: refused('Metadata: read'), merge: refused('Metadata: read') },
    protection: refused('Administration: read'),
    workflows: { [WORKFLOW_PATH]: refused('Actions: read') },
    environment: refused('Actions: read'),
    secrets: {
      environment: refused('Environments: read'),
      repository: refused('Secrets: read'),
      organization: refused('Secrets: read'),
    },
    runners: refused('Administration: read'),
    app: known({ ...APP, installation: refused('x'), hook: refused('x'), deliveries: refused('x') }),
  };
  const lines = found(blind, ON_HUXLEY).split('\n');
  expect(lines).toHaveLength(12);
  for (const line of lines)
    expect(line).toMatch(
      /^note .*: not checked: .* \| Use a token that may read it \(.*\), or check it yourself\. \| https:/,
    );
});

test('a controller in Actions: whose token it uses decides what is looked at', () => {
  const files = { [CONTROLLER_WORKFLOW_PATH]: readFileSync(projectPath('examples/serverless/huxley-app.yml'), 'utf8') };
  const workflows = { ...FACTS.workflows, [CONTROLLER_WORKFLOW_PATH]: known('active') };
  const said = (environment: Answer<readonly string[]>) =>
    found({ workflows, app: null, secrets: { ...FACTS.secrets, environment } }, files);
  const own = ['OPENAI_API_KEY', 'HUXLEY_KEY'];
  expect(said(known(own))).toMatch(/^note App in Actions: no job of .* wakes it.*\nmissing Pull requests: /);
  expect(said(known([...own, 'HUXLEY_APP_PRIVATE_KEY']))).toMatch(/^note App: not checked[^\n]*$/);
  const [text] = Object.values(files);
  const changed = (from: string | RegExp, to: string) => {
    const secrets = { ...FACTS.secrets, environment: known([...own, 'HUXLEY_APP_PRIVATE_KEY']) };
    return found({ workflows, app: null, secrets }, { [CONTROLLER_WORKFLOW_PATH]: text!.replace(from, to) });
  };
  expect(changed(/ {2}issues:\n {4}types.*\n/, '')).toMatch(
    /^note App in Actions: .*does not start on issues, so the label/m,
  );
  expect(changed(/ {2}group: .*/, '  group: huxley-app')).toMatch(/^note App in Actions: .*takes the place of a tick/m);
  const without = changed(/^concurrency:\n.*\n.*\n/m, '');
  expect(without).toMatch(/^missing App in Actions: .*no concurrency group.*Copy `concurrency` from/m);
  const blind = said(refused('Environments: read'));
  expect(blind).toMatch(/^note App in Actions, and whose token it uses: not checked/);
  expect(blind).not.toContain('missing');
});
