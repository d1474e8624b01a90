// Runs node:test files and reports each test on descriptor 3, every line behind a nonce read from standard input.
// What it needs is taken before any code under test is loaded, and that it begins to load it is reported first.
// Usage: run-node.mjs FILE...
import { readSync, writeSync } from 'node:fs';
import process from 'node:process';
import { run } from 'node:test';

const { stringify } = JSON;
const exit = process.exit.bind(process);
const pause = new Int32Array(new SharedArrayBuffer(4));

/** The engine's pipes may be non-blocking: what is not there yet, or does not fit yet, is waited for. */
function insist(work) {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}

const buffer = Buffer.alloc(256);
let length = 0;
for (let read = -1; read !== 0 && buffer.indexOf(10) === -1; length += read)
  read = insist(() => readSync(0, buffer, length, buffer.length - length, null));
const nonce = buffer.toString('latin1', 0, length).trim();
buffer.fill(0);
const report = (record) => {
  let rest = Buffer.from(`${nonce} ${stringify(record)}\n`);
  while (rest.length > 0) rest = rest.subarray(insist(() => writeSync(3, rest)));
};
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
