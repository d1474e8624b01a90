import { expect, test } from 'vitest';
import { commit, settled, world } from './world.ts';

test('a variant becomes a draft, is checked, made ready and merged', async () => {
  await using hub = await world();
  const { octokit, here } = hub;
  const sha = await commit(hub, 'huxley/r1/v1', { 'agent.ts': 'line 1\nline two\nline 3\n' });
  const pull = await octokit.rest.pulls.create({
    ...here,
    title: 'v1',
    head: 'huxley/r1/v1',
    base: 'main',
    draft: true,
  });
  expect(pull.data).toMatchObject({
    number: 1,
    draft: true,
    state: 'open',
    mergeable: null,
    commits: 1,
    changed_files: 1,
  });
  const check = await octokit.rest.checks.create({ ...here, name: 'huxley', head_sha: sha, status: 'in_progress' });
  await octokit.rest.checks.update({
    ...here,
    check_run_id: check.data.id,
    conclusion: 'success',
    output: { title: 't', summary: 's' },
  });
  const runs = await octokit.rest.checks.listForRef({ ...here, ref: sha, filter: 'all', app_id: hub.app.id });
  expect(runs.data.check_runs.map(({ name, conclusion }) => ({ name, conclusion }))).toEqual([
    { name: 'huxley', conclusion: 'success' },
  ]);
  await octokit.graphql(
    'mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }',
    { id: pull.data.node_id },
  );
  expect(await settled(hub, 1)).toMatchObject({ draft: false, mergeable: true, mergeable_state: 'clean' });
  const merged = await octokit.rest.pulls.merge({ ...here, pull_number: 1, sha, request: { retries: 0 } });
  expect(merged.data.merged).toBe(true);
  const main = await octokit.rest.repos.getBranch({ ...here, branch: 'main' });
  expect(main.data.commit.parents.map((parent) => parent.sha)).toContain(sha);
  const file = await octokit.rest.repos.getContent({ ...here, path: 'agent.ts' });
  expect(Buffer.from((file.data as { content: string }).content, 'base64').toString()).toBe(
    'line 1\nline two\nline 3\n',
  );
});
