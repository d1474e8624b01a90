import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backArrows, loops, projectModules, violations } from './architecture.ts';

const ROOT = join(import.meta.dirname, '..');
const modules = projectModules(ROOT);

test('imports cross walls only where the table lets them, and the table goes one way', () => {
  expect(modules.length).toBeGreaterThan(400);
  expect(violations(modules)).toEqual([]);
  expect(backArrows()).toEqual([]);
});

test('no files import each other in a loop, types included', () => {
  expect(loops(modules)).toEqual([]);
});

test('no folder holds more than 16 files of its own, no file more than 350 lines', () => {
  const folders = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.parentPath);
  const counts = Map.groupBy(folders, (folder) => folder.slice(ROOT.length + 1));
  expect([...counts].flatMap(([folder, { length }]) => (length > 16 ? [`${folder}: ${length}`] : []))).toEqual([]);
  const lines = ({ source }: { source: string }) => source.split('\n').length - 1;
  expect(modules.flatMap((each) => (lines(each) > 350 ? [`${each.path}: ${lines(each)}`] : []))).toEqual([]);
});

test('an arrow turned round is found', () => {
  const at = (path: string, target: string) => violations([{ path, source: `import { x } from '${target}';` }]);
  expect(at('src/model/ids.ts', '../run/recover.ts')).toEqual([
    "src/model/ids.ts: 'model' may not import 'run' (src/run/recover.ts)",
  ]);
  expect(at('src/github/octokit/forge.ts', '../../sandbox/docker.ts')).toHaveLength(1);
  expect(at('src/run/state/spec.ts', '../loop/tick.ts')).toHaveLength(1);
  expect(at('src/search/decide.ts', 'node:fs')).toHaveLength(1);
  expect(at('src/run/loop/controller.ts', 'dockerode')).toHaveLength(1);
  expect(at('src/unheard-of/x.ts', '../model/ids.ts')).toHaveLength(1);
  expect(at('src/run/loop/controller.ts', '../../search/decide.ts')).toEqual([]);
  expect(backArrows({ a: ['b', ''], b: ['', ''], c: ['a c', ''] })).toEqual(['a -> b', 'c -> c']);
});

test('dynamic, side-effect and type imports count too, and each loop is found once', () => {
  expect(violations([{ path: 'src/model/a.ts', source: "await import('../cli/b.ts')" }])).toHaveLength(1);
  expect(violations([{ path: 'src/model/a.ts', source: "import '../cli/b.ts';" }])).toHaveLength(1);
  const loop = [
    { path: 'src/model/a.ts', source: "import type { B } from './b.ts';" },
    { path: 'src/model/b.ts', source: "export { c } from './c.ts';" },
    { path: 'src/model/c.ts', source: "import { a } from './a.ts';" },
    { path: 'src/model/d.ts', source: "import { a } from './a.ts';" },
  ];
  expect(loops(loop)).toEqual(['src/model/a.ts -> src/model/b.ts -> src/model/c.ts']);
  expect(loops(loop.slice(1))).toEqual([]);
});
