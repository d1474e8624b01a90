import { expect, test } from 'vitest';
import { mayStartOnPush, otherServices, riskyWorkflows } from './risky-workflows.ts';

test('workflows that would run an unread variant are named, each with the trigger', () => {
  const found = riskyWorkflows({
    '.github/workflows/ci.yml': 'on: [push, pull_request]\njobs: {}',
    '.github/workflows/nightly.yml': 'on: { schedule: [{ cron: "0 0 * * *" }], workflow_dispatch: {} }',
    '.github/workflows/label.yml': 'on: pull_request_target',
    '.github/workflows/chain.yml': 'on:\n  workflow_run: { workflows: [CI] }\n  create:\n',
    '.github/workflows/huxley.yml': 'on: { workflow_dispatch: {}, create: {} }',
    '.github/workflows/broken.yml': 'on: [',
    '.github/workflows/empty.yml': '',
  });
  expect(found.map(({ path, why }) => `${path.slice('.github/workflows/'.length)}: ${why}`)).toMatchInlineSnapshot(`
    [
      "label.yml: \`pull_request_target\` starts on every pull request with the repository’s secrets",
      "chain.yml: \`workflow_run\` may start after any workflow",
      "chain.yml: \`create\` starts on every new branch",
      "broken.yml: is not readable as YAML",
    ]
  `);
});

test.each([
  ['.circleci/config.yml', 'CircleCI'],
  ['.travis.yml', 'Travis CI'],
  ['azure-pipelines.yml', 'Azure Pipelines'],
  ['azure-pipelines-nightly.yaml', 'Azure Pipelines'],
  ['.gitlab-ci.yml', 'GitLab CI'],
  ['Jenkinsfile', 'Jenkins'],
  ['ci/Jenkinsfile.release', 'Jenkins'],
  ['.buildkite/pipeline.yml', 'Buildkite'],
  ['netlify.toml', 'Netlify'],
  ['vercel.json', 'Vercel'],
  ['.drone.yml', 'Drone'],
])('%s is named as %s', (path, service) => {
  expect(otherServices(['README.md', 'src/agent.ts', path])).toEqual([
    { path, why: expect.stringContaining(`${service} may run variants`) },
  ]);
});

test('a repository with GitHub Actions alone names no other service', () => {
  expect(otherServices(['.github/workflows/ci.yml', 'package.json', 'circleci.md', 'docs/netlify.toml.md'])).toEqual(
    [],
  );
});

test.each([
  ['on: workflow_dispatch', false],
  ['on: push', true],
  ['on: [pull_request, push]', true],
  ['on: { push: {} }', true],
  ['on: { push: null, pull_request: null }', true],
  ['on: { push: { branches: [main, release/1.x] } }', false],
  ['on: { push: { branches: main } }', false],
  ['on: { push: { branches: ["**"] } }', true],
  ['on: { push: { branches: [main, "huxley/*"] } }', true],
  ['on: { push: { branches: [] } }', true],
  ['on: { push: { branches: [huxley/r1/v1] } }', true],
  ['on: { push: { branches-ignore: [main] } }', true],
  ['on: { push: { tags: ["v*"] } }', false],
  ['on: { push: { tags: ["v*"], branches-ignore: [main] } }', true],
  ['on: { push: { paths: [docs] } }', true],
  ['on: [push', true],
])('%s may start on a push to a branch of Huxley’s: %s', (text, starts) => {
  expect(mayStartOnPush(['README.md', '.github/workflows/a.yml'], [text])).toBe(starts);
});

test('another CI service may start on any push', () => {
  expect(mayStartOnPush(['.travis.yml'], [])).toBe(true);
  expect(mayStartOnPush(['README.md'], [])).toBe(false);
});
