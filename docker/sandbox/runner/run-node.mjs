// Runs node:test files and reports each test on descriptor 3, every line behind a nonce read from standard input.
// What it needs is taken before any code under test is loaded, and that it begins to load it is reported first.
// Usage: run-node.mjs [--apart] FILE...
import { readSync } from 'node:fs';
import process from 'node:process';
import { run } from 'node:test';
import { insist, writer } from './apart/pipe.mjs';

const { stringify } = JSON;
const exit = process.exit.bind(process);
const buffer = Buffer.alloc(256);
let length = 0;
for (let read = -1; read !== 0 && buffer.indexOf(10) === -1; length += read)
  read = insist(() => readSync(0, buffer, length, buffer.length - length, null));
const nonce = buffer.toString('latin1', 0, length).trim();
buffer.fill(0);
const line = writer(3);
const report = (record) => line(`${nonce} ${stringify(record)}`);
const root = `${process.cwd()}/`;
const files = process.argv.splice(2);
if (files[0] === '--apart') {
  files.shift();
  const { connect } = await import('./apart/tests-node.mjs');
  connect(process.cwd(), 'tests');
}

const path = [];
const id = ({ name, nesting, file }) =>
  [file?.startsWith(root) ? file.slice(root.length) : file, ...path.slice(0, nesting), name].join(' > ');
const outcome = ({ skip, todo }, passed) =>
  skip !== undefined || todo !== undefined ? 'skipped' : passed ? 'passed' : 'failed';
const done = (passed) => (test) => {
  if (test.details.type !== 'suite') report({ id: id(test), outcome: outcome(test, passed) });
  else if (!passed) report({ id: id(test), outcome: 'failed' });
};

report({ begin: true });
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
