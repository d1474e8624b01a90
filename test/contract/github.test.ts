import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { afterAll, expect, test } from 'vitest';
import type { Exchange } from '../../src/local-github/http/exchange.ts';
import { startCheckedGitHub } from '../support/checked-github.ts';
import type { Json } from './openapi/json-schema.ts';
import { ALIASES, UNDESCRIBED } from './openapi/undescribed.ts';
import { ContractValidator } from './openapi/validator.ts';
import { WebhookValidator } from './openapi/webhooks.ts';

const root = mkdtempSync(join(tmpdir(), 'huxley-contract-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('every operation served is one GitHub describes, and the extract has it', async () => {
  const github = await startCheckedGitHub({ dir: join(root, 'served') });
  const described = new Set(new ContractValidator().routes);
  const served = github.router.operations.map(({ route }) => route);
  await github.close();
  expect(served.filter((route) => !described.has(ALIASES[route] ?? route) && !(route in UNDESCRIBED))).toEqual([]);
});

test('a deliberate mistake in an answer is found, over the wire too', async () => {
  const github = await startCheckedGitHub({ dir: join(root, 'mistake') });
  const { token } = github.setup.createUser('octo');
  const repo = await github.setup.createRepository({ owner: 'octo', name: 'agent', files: { a: '' } });
  const octokit = new Octokit({ auth: token, baseUrl: github.apiUrl });
  await octokit.rest.repos.get({ owner: 'octo', repo: 'agent' });
  expect(github.contractFailures()).toEqual([]);
  github.hub.store.repositories.update(repo.id, { description: 42 as never });
  await octokit.rest.repos.get({ owner: 'octo', repo: 'agent' });
  expect(github.contractFailures()).toEqual([
    expect.stringMatching(
      /^GET \/repos\/\{owner\}\/\{repo\} 200: response\/description must be string,null .*\(is 42\)$/,
    ),
  ]);
  await expect(github.close()).rejects.toThrow(/not as GitHub publishes it/);
});

test('wrong requests, statuses and bodies are told apart', () => {
  const validator = new ContractValidator();
  const dispatch = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';
  const exchange = (change: Partial<Exchange>): Exchange => ({
    route: dispatch,
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    accept: '',
    requestBody: { ref: 'main' },
    status: 204,
    responseBody: undefined,
    injected: false,
    ...change,
  });
  expect(validator.failures(exchange({}))).toEqual([]);
  expect(validator.failures(exchange({ requestBody: {} }))).toEqual([
    expect.stringContaining("required property 'ref'"),
  ]);
  expect(validator.failures(exchange({ query: new URLSearchParams('x=1') }))).toEqual([expect.stringContaining("'x'")]);
  expect(validator.failures(exchange({ status: 201 }))).toEqual([expect.stringContaining('status is not described')]);
  expect(validator.failures(exchange({ status: 200, responseBody: {} }))).toHaveLength(3);
  expect(validator.failures(exchange({ status: 422, responseBody: {} }))).toHaveLength(1);
  expect(validator.failures(exchange({ route: 'GET /nowhere' }))).toEqual([
    expect.stringContaining('not in the extract'),
  ]);
});

test("GitHub's own webhook examples pass, but for those known to be older than its schemas", () => {
  const definitions = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
    name: string;
    examples: Json[];
  }[];
  const validator = new WebhookValidator();
  const failing: Record<string, number> = {};
  let passed = 0;
  for (const { name, examples } of definitions)
    for (const example of examples) {
      if (validator.failures(name, example).length === 0) passed += 1;
      else failing[name] = (failing[name] ?? 0) + 1;
    }
  expect({ passed, failing }).toMatchInlineSnapshot(`
    {
      "failing": {
        "branch_protection_rule": 5,
        "check_run": 2,
        "code_scanning_alert": 3,
        "dependabot_alert": 1,
        "deploy_key": 2,
        "deployment": 2,
        "deployment_status": 1,
        "discussion": 15,
        "discussion_comment": 4,
        "fork": 1,
        "installation": 5,
        "installation_repositories": 3,
        "issue_comment": 1,
        "issues": 2,
        "label": 2,
        "marketplace_purchase": 4,
        "member": 1,
        "merge_group": 2,
        "meta": 2,
        "pull_request": 16,
        "pull_request_review": 4,
        "pull_request_review_comment": 5,
        "pull_request_review_thread": 3,
        "push": 7,
        "release": 13,
        "repository_dispatch": 2,
        "repository_import": 2,
        "repository_vulnerability_alert": 1,
        "security_advisory": 1,
        "sponsorship": 1,
        "status": 4,
        "team": 1,
        "workflow_dispatch": 1,
        "workflow_job": 1,
        "workflow_run": 1,
      },
      "passed": 208,
    }
  `);
});
