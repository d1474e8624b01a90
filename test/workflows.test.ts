import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../src/environment/project.ts';
import { workflowParser } from '../src/local-github/actions/workflow/parser.ts';

const FOLDER = '.github/workflows';

test.each(readdirSync(projectPath(FOLDER)))('%s: GitHub reads it, and every action is pinned', async (name) => {
  const text = readFileSync(projectPath(FOLDER, name), 'utf8');
  const parser = await workflowParser();
  const file = { name: join(FOLDER, name), content: text };
  const { context, value } = parser.parseWorkflow(file, new parser.NoOperationTraceWriter());
  await parser.convertWorkflowTemplate(context, value!);
  expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  const actions = [...text.matchAll(/^ +(?:- )?uses: (.*)$/gm)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});
