import type { Check, Forge } from '../forge.ts';
import type { Connection } from './connection.ts';
import { ONCE } from './octokit.ts';

/** Check runs of this App. */
export function checks({
  at,
  appId,
  pace,
  frugal,
  mutations,
  octokit,
}: Connection): Pick<Forge, 'writeCheck' | 'checks'> {
  const { rest } = octokit;
  return {
    async writeCheck(sha, check) {
      if (frugal()) {
        const { checkRun } = await mutations.send<{ checkRun: { databaseId: number } }>('evidence', [
          {
            field: 'createCheckRun',
            input: {
              repositoryId: await mutations.repositoryId(),
              headSha: sha,
              name: check.name,
              externalId: check.externalId,
              status: 'COMPLETED',
              conclusion: check.conclusion.toUpperCase(),
              output: {
                title: check.title,
                summary: check.summary,
                text: check.text,
                annotations: annotationsOf(check).map(({ path, line, message }) => ({
                  path,
                  location: { startLine: line, endLine: line },
                  annotationLevel: 'FAILURE',
                  message,
                })),
              },
            },
            select: 'checkRun { databaseId }',
          },
        ]);
        return checkRun.databaseId;
      }
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

/** As many as one request takes. */
const annotationsOf = ({ annotations = [] }: Check) => annotations.slice(0, 50);

function outputOf(check: Check) {
  const { title, summary, text } = check;
  return {
    title,
    summary,
    text,
    annotations: annotationsOf(check).map(({ path, line, message }) => ({
      path,
      start_line: line,
      end_line: line,
      annotation_level: 'failure' as const,
      message,
    })),
  };
}
