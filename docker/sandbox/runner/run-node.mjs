// Runs node:test files and reports each test on descriptor 3, every line behind a nonce read from standard input.
// What it needs is taken before any code under test is loaded. Usage: run-node.mjs FILE...
import { readSync, writeSync } from 'node:fs';
import process from 'node:process';
import { run } from 'node:test';

const { stringify } = JSON;
const exit = process.exit.bind(process);
const buffer = Buffer.alloc(256);
const nonce = buffer.toString('latin1', 0, readSync(0, buffer)).trim();
buffer.fill(0);
const report = (record) => writeSync(3, `${nonce} ${stringify(record)}\n`);
const root = `${process.cwd()}/`;
const files = process.argv.splice(2);

const path = [];
const id = ({ name, nesting, file }) =>
  [file?.startsWith(root) ? file.slice(root.length) : file, ...path.slice(0, nesting), name].join(' > ');
const outcome = ({ skip, todo }, passed) =>
  skip !== undefined || todo !== undefined ? 'skipped' : passed ? 'passed' : 'failed';
const done = (passed) => (test) => {
  if (test.details.type !== 'suite') report({ id: id(test), outcome: outcome(test, passed) });
  else if (!passed) report({ id: id(test), outcome: 'failed' });
};

const stream = run({ files, isolation: 'none', concurrency: 1 });
stream.on('test:start', ({ name, nesting }) => {
  path[nesting] = name;
});
stream.on('test:pass', done(true));
stream.on('test:fail', done(false));
stream.on('end', () => {
  report({ end: true });
  exit(0);
});
stream.resume();
