import { ASKING_AGENT } from './job.ts';

export const RIGHT = "export const greet = (name) => 'Hello, ' + name + '!';";

/** A repository that holds an agent and, in the folder `tasks`, a suite of one task, `greet`. */
export const GREET_REPOSITORY = {
  'agent.mjs': ASKING_AGENT.replace('/answer.txt', '/greet.js'),
  'tasks/greet/task.yml': 'language: javascript\nsolution: [greet.js]\nrunner: node\n',
  'tasks/greet/instruction.md': 'Export a function greet(name) that answers `Hello, name!`.\n',
  'tasks/greet/workspace/package.json': '{"type":"module"}',
  'tasks/greet/workspace/greet.js': 'export const greet = () => "";\n',
  'tasks/greet/solution/greet.js': `${RIGHT}\n`,
  'tasks/greet/tests/greet.test.js':
    "import test from 'node:test'; import assert from 'node:assert/strict'; import { greet } from '../greet.js';\ntest('greets', () => assert.equal(greet('Ada'), 'Hello, Ada!'));\n",
  'tasks/greet/expected.txt': 'tests/greet.test.js > greets\n',
};
