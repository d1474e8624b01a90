import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectModules, violations } from './architecture.ts';

test('imports point one way', () => {
  expect(violations(projectModules(join(import.meta.dirname, '..')))).toEqual([]);
});

test('an arrow turned round is found', () => {
  const at = (path: string, target: string) => violations([{ path, source: `import { x } from '${target}';` }]);
  expect(at('src/model/ids.ts', '../run/controller.ts')).toEqual([
    "src/model/ids.ts: 'model' may not import 'run' (src/run/controller.ts)",
  ]);
  expect(at('src/github/octokit/forge.ts', '../../sandbox/docker.ts')).toHaveLength(1);
  expect(at('src/search/decide.ts', 'node:fs')).toHaveLength(1);
  expect(at('src/run/controller.ts', 'dockerode')).toHaveLength(1);
  expect(at('src/unheard-of/x.ts', '../model/ids.ts')).toHaveLength(1);
  expect(at('src/run/controller.ts', '../search/decide.ts')).toEqual([]);
});

test('dynamic and side-effect imports count too', () => {
  expect(violations([{ path: 'src/model/a.ts', source: "await import('../cli/b.ts')" }])).toHaveLength(1);
  expect(violations([{ path: 'src/model/a.ts', source: "import '../cli/b.ts';" }])).toHaveLength(1);
});
