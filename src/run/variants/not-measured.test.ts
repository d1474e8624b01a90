import { expect, test } from 'vitest';
import { notMeasured } from './not-measured.ts';

const agent = {
  image: './eval/Dockerfile',
  protect: ['.github/**', 'tasks/**', 'eval/**', 'package.json'],
  build: null,
};
const build = { command: 'npm ci', lock: null, inputs: undefined, registries: [] };

test.each([
  ['agent.mjs', null],
  ['tasks/a/statement.md', 'tasks in tasks'],
  ['.github/huxley.yml', '`.github/huxley.yml`'],
  ['.github/copilot-instructions.md', '`.github/copilot-instructions.md`'],
  ['.GitHub/x', '`.GitHub/x`'],
  ['eval/prompt.txt', '`eval/prompt.txt`'],
  ['eval/Dockerfile', '`eval/Dockerfile`'],
  ['.github/@x `y`.md', '.github/@\u200bx \\`y\\`.md'],
  ['src/.gitattributes', '`src/.gitattributes`'],
  ['package.json', '`package.json`'],
])('of %s a worker takes nothing from the commit: %s', (path, name) => {
  expect(notMeasured(path, agent, 'tasks')).toBe(name);
});

test('what a build may read makes a difference, protected or not; its image’s Dockerfile is the default branch’s', () => {
  expect(notMeasured('package.json', { ...agent, build } as never, 'tasks')).toBeNull();
  expect(notMeasured('eval/Dockerfile', { ...agent, build } as never, 'tasks')).toBe('`eval/Dockerfile`');
});
