import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The directories one job works in. */
export interface Folders {
  readonly workspace: string;
  readonly temp: string;
  readonly tools: string;
  readonly home: string;
  readonly event: string;
}

export function makeFolders(directory: string, repository: string, event: unknown): Folders {
  const name = repository.split('/').at(-1)!;
  const folders = {
    workspace: join(directory, name, name),
    temp: join(directory, '_temp'),
    tools: join(directory, '_tool'),
    home: join(directory, '_home'),
    event: join(directory, '_temp', '_github_workflow', 'event.json'),
  };
  for (const path of [folders.workspace, folders.temp, folders.tools, folders.home, join(folders.event, '..')])
    mkdirSync(path, { recursive: true });
  writeFileSync(folders.event, JSON.stringify(event));
  return folders;
}
