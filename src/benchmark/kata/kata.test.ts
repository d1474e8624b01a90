import { expect, test } from 'vitest';
import { falsified } from '../directory/falsify.ts';
import { loadSuiteFolder } from '../directory/load-suite.ts';
import { inTests, needsCanary, planOf } from '../directory/plan.ts';
import { splitTasks } from '../split.ts';
import { KATA_FOLDER } from './folder.ts';
import { NEEDS } from './needs.ts';

const { tasks, problems } = await loadSuiteFolder(KATA_FOLDER);

test('no kata is broken, and half of them give thirty search and thirty held-out tasks', () => {
  expect(problems).toEqual([]);
  const { search, heldout } = splitTasks(
    'sha256:x',
    'salt',
    0.5,
    tasks.map(({ id }) => id),
  );
  expect(search.length).toBeGreaterThanOrEqual(30);
  expect(heldout.length).toBeGreaterThanOrEqual(30);
});

test('every kata runs apart from its tests; where it shares files with them, each test can be made false under its own name', () => {
  for (const task of tasks) {
    expect(planOf(task, 'image', []).runner.apart, task.id).toBe(true);
    if (!needsCanary(task)) continue;
    expect(Object.keys(task.sites!).sort(), task.id).toEqual([...task.expected]);
    for (let i = 0; i < 20; i++) {
      const [before, after] = [inTests(task.tests), falsified(inTests(task.tests), task.sites!, task.file.runner)];
      expect(after.map(({ path }) => path)).toEqual(before.map(({ path }) => path));
      const lines = (files: typeof after) => files.flatMap(({ content }) => content.toString().split('\n'));
      const changed = lines(after).filter((line, number) => line !== lines(before)[number]);
      expect(changed.length, task.id).toBe(task.expected.length);
    }
  }
});

test('every kata has locked tests, a solution and another draft', () => {
  for (const { id, file, expected, solution, draft } of tasks) {
    expect(expected.length, id).toBeGreaterThanOrEqual(3);
    expect(solution.map(({ path }) => path).sort(), id).toEqual([...file.solution].sort());
    expect(
      draft.map(({ path, content }) => [path, content.toString()]),
      id,
    ).not.toEqual(solution.map(({ path, content }) => [path, content.toString()]));
  }
});

test('statements name their solution files and hide the tests', () => {
  for (const { id, instruction, file, rehearsal, workspace, tests } of tasks) {
    for (const path of file.solution) expect(instruction, id).toContain(path);
    for (const path of rehearsal.neighbours) expect(instruction, id).toContain(path);
    const seen = [instruction, ...workspace.map(({ content }) => content.toString())].join('\n');
    for (const { path } of tests) expect(seen, id).not.toContain(path);
  }
});

test('what a kata needs is there to be needed', () => {
  for (const { id, rehearsal, instruction } of tasks) {
    if (rehearsal.needs.includes('statement')) expect(instruction.length, id).toBeGreaterThan(1_500);
    expect(rehearsal.needs.length, id).toBeLessThanOrEqual(3);
  }
  const counts = Object.fromEntries(
    NEEDS.map((need) => [need, tasks.filter(({ rehearsal }) => rehearsal.needs.includes(need)).length]),
  );
  const minimal = tasks.filter(({ rehearsal }) => rehearsal.needs.every((need) => need === 'file')).length;
  expect(minimal / tasks.length).toBeGreaterThan(0.25);
  expect(minimal / tasks.length).toBeLessThan(0.4);
  for (const need of NEEDS) expect(counts[need], need).toBeGreaterThanOrEqual(8);
});
