import { expect, test } from 'vitest';
import { matches } from './glob.ts';
import { parseWorkflow } from './parse.ts';
import { skipsWorkflows } from './skip.ts';
import { isTriggered } from './trigger.ts';

async function triggered(on: string, trigger: Parameters<typeof isTriggered>[1]) {
  const parsed = await parseWorkflow('w.yml', `on: ${on}\njobs: { a: { runs-on: x, steps: [{ run: 'true' }] } }`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return isTriggered(parsed.workflow, trigger);
}

const push = (ref: string, ...files: string[]) => ({ event: 'push' as const, ref, files: async () => files });
const pull = (action: string, base = 'main', ...files: string[]) => ({
  event: 'pull_request' as const,
  action,
  base,
  files: async () => files,
});

test('filters of push and pull_request', async () => {
  expect(await triggered('push', push('refs/heads/any'))).toBe(true);
  expect(await triggered('push', pull('opened'))).toBe(false);
  expect(await triggered('{ push: { branches: [main] } }', push('refs/heads/huxley/r1/v2'))).toBe(false);
  expect(await triggered('{ push: { branches: ["huxley/**"] } }', push('refs/heads/huxley/r1/v2'))).toBe(true);
  expect(await triggered('{ push: { branches-ignore: ["huxley/**"] } }', push('refs/heads/huxley/r1/v2'))).toBe(false);
  expect(await triggered('{ push: { branches: [main] } }', push('refs/tags/v1'))).toBe(false);
  expect(await triggered('{ push: { tags: ["v*"] } }', push('refs/tags/v1'))).toBe(true);
  expect(await triggered('{ push: { paths: ["src/**"] } }', push('refs/heads/main', 'docs/a.md'))).toBe(false);
  expect(await triggered('{ push: { paths-ignore: ["docs/**"] } }', push('refs/heads/main', 'docs/a.md'))).toBe(false);
  expect(await triggered('pull_request', pull('synchronize'))).toBe(true);
  expect(await triggered('pull_request', pull('labeled'))).toBe(false);
  expect(await triggered('{ pull_request: { types: [labeled] } }', pull('labeled'))).toBe(true);
  expect(await triggered('{ pull_request: { branches: [main] } }', pull('opened', 'huxley/r1/v0'))).toBe(false);
});

test('patterns: one star stays in a folder, two cross it, later ones win', () => {
  expect(matches('a/b', ['*'])).toBe(false);
  expect(matches('a/b', ['**'])).toBe(true);
  expect(matches('b.js', ['**/*.js'])).toBe(true);
  expect(matches('src/a.test.ts', ['src/**', '!**/*.test.ts'])).toBe(false);
  expect(matches('v1.0', ['v[0-9]+.[0-9]+'])).toBe(true);
  expect(matches('v1x0', ['v1.0'])).toBe(false);
});

test('skip instructions: in brackets anywhere, or the trailer after two empty lines', () => {
  expect(skipsWorkflows('Fix [skip ci]')).toBe(true);
  expect(skipsWorkflows('Fix\n\nBody\n\n\nHuxley-Run: r1\nskip-checks: true')).toBe(true);
  expect(skipsWorkflows('Fix\n\n\nskip-checks:true\n')).toBe(true);
  expect(skipsWorkflows('Fix\n\nskip-checks: true')).toBe(false);
  expect(skipsWorkflows('Fix\n\n\nskip-checks: true\nOther: x')).toBe(false);
  expect(skipsWorkflows('Fix')).toBe(false);
});
