import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundleAction } from '../../scripts/bundle-action.ts';
import { projectPath } from '../../src/config/project.ts';

it('the bundle in action/dist is made from these sources (npm run build:action)', async () => {
  for (const { path, contents } of await bundleAction(projectPath('action', 'dist')))
    expect(Buffer.compare(contents, readFileSync(path)), path).toBe(0);
});
