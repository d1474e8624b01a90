// Makes TAP with one line a test of what jest (`--json`) and tape say. Runs among the hidden tests of a task.
import { readFileSync } from 'node:fs';

const text = readFileSync(0, 'utf8');
const tests = process.argv[2] === 'jest' ? ofJest(JSON.parse(text)) : ofTape(text);
console.log(`TAP version 13\n1..${tests.length}`);
for (const [n, { name, ok, skipped }] of tests.entries())
  console.log(
    `${ok ? 'ok' : 'not ok'} ${n + 1} - ${name.replace(/\s+/g, ' ').replace(/[\\#]/g, '\\$&')}${skipped ? ' # SKIP' : ''}`,
  );

function ofJest({ testResults }) {
  return testResults.flatMap(({ name, status, assertionResults }) =>
    assertionResults.length > 0
      ? assertionResults.map((one) => ({
          name: [...one.ancestorTitles, one.title].join(' > '),
          ok: one.status === 'passed',
          skipped: one.status === 'pending' || one.status === 'todo',
        }))
      : [{ name: `${name.split('/').at(-1)} loads`, ok: status === 'passed' }],
  );
}

/** A test is the assertions below its title; without the plan at the end nothing can be told. */
function ofTape(tap) {
  const tests = new Map();
  let current = 'before any test';
  if (!/^1\.\.\d+$/m.test(tap)) throw new Error('tape did not come to its end');
  for (const line of tap.split('\n')) {
    const title = /^# (.*)$/.exec(line)?.[1];
    if (title !== undefined && !/^(?:tests|pass|fail|ok)\b *\d*$/.test(title)) {
      current = title;
      tests.set(current, tests.get(current) ?? true);
    }
    const assertion = /^(not )?ok \d+(.*)$/.exec(line);
    if (assertion)
      tests.set(current, (tests.get(current) ?? true) && (!assertion[1] || /# (?:SKIP|TODO)/i.test(assertion[2])));
  }
  return [...tests].map(([name, ok]) => ({ name, ok }));
}
