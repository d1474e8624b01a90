import { afterAll, expect, inject, test } from 'vitest';
import { checkGates } from '../../src/benchmark/bench/gates.ts';
import { dockerSandbox } from '../../src/sandbox/docker.ts';
import { harborSuite } from '../support/harbor.ts';
import { obey } from '../support/harbor-agent.ts';

const sandbox = dockerSandbox({ socket: inject('engineSocket') });
const suite = await harborSuite();
const signal = new AbortController().signal;
afterAll(() => suite[Symbol.dispose]());

const TASKS = [
  'cheat-everything',
  'cheat-sum',
  'fraction-words',
  'node-slug',
  'python-median',
  'shell-rotate',
  'steps-stock',
  'user-notes',
];

test('opens every task, with its language, image and folder', () => {
  expect(suite.problems).toEqual([]);
  expect(suite.list().map(({ id }) => id)).toEqual(TASKS);
  expect(suite.list()[5]).toMatchObject({
    language: 'shell',
    workdir: '/srv',
    image: expect.stringMatching(/^huxley\/task:/),
  });
});

test.each(TASKS)('%s: its solution resolves it, nothing and a cheat do not', async (id) => {
  const task = suite.list().find((one) => one.id === id)!;
  const { gates, sound } = await checkGates(suite, task, sandbox, signal);
  expect(gates.map(({ gate, grade }) => [gate, grade?.verdict ?? null, grade?.evidence])).toEqual([
    ['oracle', 'resolved', expect.stringContaining('its reward is 1.')],
    ['nop', 'unresolved', expect.stringContaining('its reward is 0.')],
    // Whoever is not root cannot reach what the verifier runs.
    id === 'user-notes'
      ? ['cheat', 'unresolved', expect.stringContaining('its reward is 0.')]
      : ['cheat', 'tampered', expect.stringContaining('Changed what the verifier runs or loads')],
    ['draft', null, undefined],
  ]);
  expect(sound).toBe(true);
});

const attempted = (id: string, script: string | readonly string[], seconds?: number) =>
  obey({ suite, sandbox }, id, [script].flat(), seconds);

test('an agent’s answer is what the file system became, deletions, links and owners included', async () => {
  const solved = await attempted(
    'shell-rotate',
    `printf '#!/bin/sh\\nfor log in /srv/logs/*.log; do [ -e "$log" ] && mv "$log" "$log.1"; done; exit 0\\n' > /opt/rotate
     chmod 755 /opt/rotate; ln -s /opt/rotate /usr/local/bin/rotate; chown 1000:1000 /opt/rotate; rotate`,
  );
  expect(solved.grade).toMatchObject({ verdict: 'resolved' });
  expect(solved.attempt).toMatchObject({ ended: 'exit 0', transcript: 'ran in /srv' });
  const of = (path: string) => solved.attempt.changes!.changes.find((change) => change.path === path);
  expect(of('srv/logs/mon.log')).toMatchObject({ before: { type: 'file' }, after: null });
  expect(of('usr/local/bin/rotate')).toMatchObject({ before: null, after: { type: 'link', target: '/opt/rotate' } });
  expect(of('opt/rotate')).toMatchObject({ after: { uid: 1000, gid: 1000, mode: 0o755 } });
  expect(solved.attempt.changes!.changes.filter(({ path }) => /^(huxley|dev|proc|etc\/host)/.test(path))).toEqual([]);
  expect(solved.patch).toContain('/opt/rotate');
});

test('an agent is the user its task names, and can neither be root nor write as root', async () => {
  const script =
    'id -un > who.txt; echo $HOME > home.txt; touch /usr/bin/x || echo refused; chmod u+s /usr/bin/env || echo refused';
  const { grade, attempt } = await attempted('user-notes', script);
  expect(grade.verdict).toBe('resolved');
  expect(attempt.changes!.changes.map(({ path }) => path)).toEqual(['notes/home.txt', 'notes/who.txt']);
  expect(attempt).toMatchObject({ stdout: 'refused\nrefused\n', transcript: 'ran in /notes' });
});

test('a fractional reward is the score', async () => {
  const { grade } = await attempted('fraction-words', `printf 'cats\\nboxes\\ncitys\\nleaves\\n' > plurals.txt`);
  expect(grade).toMatchObject({ verdict: 'unresolved', score: 0.75 });
});

test('a folder that was removed and made again has nothing of the image’s left', async () => {
  const script = 'rm -rf /app && mkdir /app && cd / && printf "def median(v): return sorted(v)[0]\\n" > /app/other.py';
  const { attempt, grade } = await attempted('python-median', script);
  expect(grade.verdict).toBe('unresolved');
  const { changes } = attempt.changes!;
  expect(changes.map(({ path, after }) => [path, after?.type])).toEqual([
    ['app/other.py', 'file'],
    ['app/stats.py', undefined],
  ]);
});

test('an agent that runs out of time is graded by what it left', async () => {
  const script = `awk '{ s += $1 } END { print s }' numbers.txt > sum.txt; sleep 600`;
  const { attempt, grade } = await attempted('cheat-sum', script, 8);
  expect(attempt.ended).toContain('deadline');
  expect(grade.verdict).toBe('resolved');
});

const COUNT = `awk -F, '{ sum += $2 } END { print sum }' stock.csv > count.txt`;

test('steps go on from the file system that the one before left, each with its statement, its files and its tests', async () => {
  const { grade, attempt } = await attempted('steps-stock', [
    `${COUNT}; sleep 600 & echo kept > /srv/kept; ln -s /srv/kept /srv/link; rm /etc/motd; grep -c pieces $HUXLEY_TASK`,
    `cat /srv/link; ls /etc/motd /app; pgrep -fx 'sleep 600'; grep -c delivery $HUXLEY_TASK; ${COUNT}; cut -d, -f1 stock.csv | sort > names.txt`,
  ]);
  expect(grade).toMatchObject({ verdict: 'resolved', passed: 2, expected: 2 });
  const left = 'Left as the image has them: "/etc/motd".';
  expect(grade.evidence).toBe(
    `Step 1 of 2 (count): The verifier ended with exit code 0; its reward is 1. ${left} Step 2 of 2 (delivery): The verifier ended with exit code 0; its reward is 1. ${left} The mean of the steps is 1.`,
  );
  expect(attempt.stdout.split('\n').filter(Boolean)).toEqual(['1', 'kept', '/app:', 'count.txt', 'stock.csv', '1']);
  expect(attempt.changes!.earlier).toHaveLength(1);
});

test('a step that comes to too little is the last, a part of one is the score, and time is for all of them', async () => {
  const wrong = await attempted('steps-stock', ['echo 8 > count.txt', COUNT]);
  expect(wrong.grade).toMatchObject({ verdict: 'unresolved', score: 0, passed: 0, expected: 2 });
  expect(wrong.grade.evidence).toContain('It had to be higher for the next step to begin. The mean of the steps is 0.');
  expect(wrong.calls.answered).toBe(1);
  const half = await attempted('steps-stock', [COUNT, COUNT]);
  expect(half.grade).toMatchObject({ verdict: 'unresolved', score: 0.75 });
  const late = await attempted('steps-stock', [`${COUNT}; sleep 600`, COUNT], 8);
  expect(late.grade).toMatchObject({ verdict: 'unresolved', score: 0.5 });
  expect(late.grade.evidence).toContain('The next step was not done, so it counts as 0');
});
