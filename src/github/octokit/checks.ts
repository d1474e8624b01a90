import type { Check, Forge } from '../forge.ts';
import { type Connection, ONCE } from './connection.ts';

/** Check runs of this App. */
export function checks({ at, appId, pace, octokit }: Connection): Pick<Forge, 'writeCheck' | 'checks'> {
  const { rest } = octokit;
  return {
    async writeCheck(sha, check) {
      await pace('evidence');
      const { data } = await rest.checks.create({
        ...at,
        head_sha: sha,
        name: check.name,
        external_id: check.externalId,
        status: 'completed',
        conclusion: check.conclusion,
        output: outputOf(check),
        request: ONCE,
      });
      return data.id;
    },

    async checks(sha) {
      const all = await octokit.paginate(rest.checks.listForRef, {
        ...at,
        ref: sha,
        filter: 'all',
        app_id: appId,
        per_page: 100,
      });
      // The App's id is compared here as well: evidence is only what this App wrote, whatever the server filters.
      return all
        .filter((run) => run.app?.id === appId)
        .map((run) => ({
          id: run.id,
          name: run.name,
          externalId: run.external_id ?? '',
          summary: run.output.summary ?? '',
          text: run.output.text ?? '',
        }));
    },
  };
}

function outputOf({ title, summary, text, annotations = [] }: Check) {
  return {
    title,
    summary,
    text,
    annotations: annotations.slice(0, 50).map(({ path, line, message }) => ({
      path,
      start_line: line,
      end_line: line,
      annotation_level: 'failure' as const,
      message,
    })),
  };
}
