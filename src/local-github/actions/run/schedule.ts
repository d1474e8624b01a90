import { repositoryOf } from '../../present/repository.ts';
import type { Actions } from '../actions.ts';
import { parseWorkflow } from '../workflow/parse.ts';
import { defaultBranch } from './causes.ts';
import { createRun } from './create.ts';
import { workflowFiles } from './registry.ts';

/**
 * Starts the workflows of every default branch that have a `schedule`, once for each of their cron expressions, as though
 * its time had come. The expressions themselves are not read: time here passes as fast as whoever calls this wants it to.
 */
export function fireSchedules(actions: Actions): void {
  for (const repo of actions.hub.store.repositories.list({}))
    actions.scheduler.enqueue(async () => {
      const about = await defaultBranch(actions, { repo });
      if (!about) return;
      for (const file of await workflowFiles(actions.hub.git(repo), about.sha)) {
        const parsed = await parseWorkflow(file.path, file.source);
        const known = actions.tables.workflows.find({ repo: repo.id, path: file.path });
        if (!parsed.ok || known?.state === 'disabled_manually') continue;
        for (const schedule of parsed.workflow.crons) {
          const actor = actions.hub.store.users.get(repo.owner)!;
          const payload = { schedule, repository: repositoryOf(actions.hub, repo), workflow: file.path };
          const title = parsed.workflow.name;
          const run = {
            ...about,
            repo,
            file,
            event: 'schedule',
            actor,
            inputs: {},
            payload,
            pulls: [],
            title,
          } as const;
          await actions.scheduler.start(await createRun(actions, run));
        }
      }
    });
}
