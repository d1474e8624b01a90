import { expect, test } from 'vitest';
import { commit, refusal, settled, type World, world } from './world.ts';

const MERGE = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge';

/** Opens a pull request that changes the given files. */
async function propose(hub: World, head: string, files: Record<string, string>, base = 'main', draft = false) {
  const sha = await commit(hub, head, files, base);
  const { data } = await hub.bot.rest.pulls.create({ ...hub.here, title: head, head, base, draft });
  return { sha, number: data.number };
}

test('mergeable is null at first, then known', async () => {
  await using hub = await world();
  const { number } = await propose(hub, 'v1', { 'agent.ts': 'other\n' });
  const first = await hub.bot.rest.pulls.get({ ...hub.here, pull_number: number });
  expect(first.data).toMatchObject({ mergeable: null, mergeable_state: 'unknown' });
  expect(await settled(hub, number)).toMatchObject({ mergeable: true, mergeable_state: 'clean' });
});

test('a conflict is refused', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'line 1\nours\nline 3\n' });
  await commit(hub, 'main', { 'agent.ts': 'line 1\ntheirs\nline 3\n' });
  expect(await settled(hub, number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
  const refused = await refusal(hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha }));
  expect(refused).toEqual({ status: 405, message: 'Pull Request is not mergeable' });
  const main = await hub.owner.rest.repos.getContent({ ...hub.here, path: 'agent.ts', mediaType: { format: 'raw' } });
  expect(main.data).toBe('line 1\ntheirs\nline 3\n');
});

test('a stale head is 409', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  const newer = await commit(hub, 'v1', { 'agent.ts': 'two\n' });
  const refused = await refusal(hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha }));
  expect(refused).toEqual({ status: 409, message: 'Head branch was modified. Review and try the merge again.' });
  await hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha: newer });
  expect((await settled(hub, number)).merged).toBe(true);
});

test('a base that moved is 405, then succeeds', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  expect((await settled(hub, number)).mergeable).toBe(true);
  await commit(hub, 'main', { 'README.md': 'moved\n' });
  const refused = await refusal(hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha }));
  expect(refused).toEqual({ status: 405, message: 'Base branch was modified. Review and try the merge again.' });
  const merged = await hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha });
  expect(merged.data.merged).toBe(true);
});

test('a half-succeeded merge (5xx after the effect) is visible as merged', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  hub.faults.request({ route: MERGE, fault: { type: 'error', status: 502, when: 'after' } });
  expect(await refusal(hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha }))).toMatchObject({
    status: 502,
  });
  const pull = await hub.bot.rest.pulls.get({ ...hub.here, pull_number: number });
  expect(pull.data).toMatchObject({ merged: true, state: 'closed', merged_by: { login: 'huxley[bot]' } });
  expect(await refusal(hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha }))).toMatchObject({
    status: 405,
  });
});

test('a 5xx before the effect leaves the pull request as it was', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  hub.faults.request({ route: MERGE, fault: { type: 'error', status: 502, when: 'before' } });
  await refusal(hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha }));
  expect(await settled(hub, number)).toMatchObject({ merged: false, state: 'open' });
});

test('a draft cannot be merged until it is made ready', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'one\n' }, 'main', true);
  expect(await settled(hub, number)).toMatchObject({ draft: true, mergeable_state: 'draft' });
  const refused = await refusal(hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha }));
  expect(refused).toEqual({ status: 405, message: 'Pull Request is still a draft' });
  const { node_id } = (await hub.bot.rest.pulls.get({ ...hub.here, pull_number: number })).data;
  const ready =
    'mutation ($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }';
  expect(await hub.bot.graphql(ready, { id: node_id })).toEqual({
    markPullRequestReadyForReview: { pullRequest: { isDraft: false } },
  });
  await hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha });
});

test('drafts are refused where the plan has none', async () => {
  await using hub = await world();
  await hub.setup.createRepository({ owner: 'ada', name: 'plain', drafts: false, private: true, files: { a: '1\n' } });
  const plain = { owner: 'ada', repo: 'plain' };
  await commit({ owner: hub.owner, here: plain as never }, 'v1', { a: '2\n' });
  const refused = await refusal(
    hub.bot.rest.pulls.create({ ...plain, title: 'v1', head: 'v1', base: 'main', draft: true }),
  );
  expect(refused).toEqual({ status: 422, message: 'Draft pull requests are not supported in this repository.' });
});

test('a deleted base closes its dependents for good; a retargeted one stays open', async () => {
  await using hub = await world();
  await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  const closed = await propose(hub, 'v2', { 'agent.ts': 'two\n' }, 'v1');
  const kept = await propose(hub, 'v3', { 'agent.ts': 'three\n' }, 'v1');
  const moved = await hub.bot.rest.pulls.update({ ...hub.here, pull_number: kept.number, base: 'main' });
  expect(moved.data.base.ref).toBe('main');
  await hub.bot.rest.git.deleteRef({ ...hub.here, ref: 'heads/v1' });
  const states = await hub.owner.rest.pulls.list({ ...hub.here, state: 'all', sort: 'created', direction: 'asc' });
  expect(states.data.map(({ head, state }) => `${head.ref} ${state}`)).toEqual(['v1 closed', 'v2 closed', 'v3 open']);
  const reopened = await refusal(hub.bot.rest.pulls.update({ ...hub.here, pull_number: closed.number, state: 'open' }));
  expect(reopened.status).toBe(422);
});

test('dependents move onto the base when a merged branch is deleted by the repository', async () => {
  await using hub = await world();
  await hub.owner.rest.repos.update({ ...hub.here, delete_branch_on_merge: true });
  const first = await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  const second = await propose(hub, 'v2', { 'agent.ts': 'two\n' }, 'v1');
  await hub.bot.rest.pulls.merge({ ...hub.here, pull_number: first.number });
  expect(await settled(hub, second.number)).toMatchObject({ state: 'open', base: { ref: 'main' } });
});

test('required checks and approvals stand in the way until they are there', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  await hub.owner.rest.repos.updateBranchProtection({
    ...hub.here,
    branch: 'main',
    required_status_checks: { strict: false, contexts: ['ci'] },
    enforce_admins: true,
    required_pull_request_reviews: { required_approving_review_count: 1 },
    restrictions: null,
  });
  const merge = () => hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha });
  expect((await settled(hub, number)).mergeable_state).toBe('blocked');
  expect(await refusal(merge())).toEqual({
    status: 405,
    message:
      'Required status check "ci" is expected. At least 1 approving review is required by reviewers with write access.',
  });
  await hub.bot.rest.checks.create({ ...hub.here, name: 'ci', head_sha: sha, conclusion: 'success' });
  expect((await refusal(merge())).message).toMatch(/^At least 1 approving review/);
  expect(
    (await refusal(hub.bot.rest.pulls.createReview({ ...hub.here, pull_number: number, event: 'APPROVE' }))).status,
  ).toBe(422);
  await hub.owner.rest.pulls.createReview({ ...hub.here, pull_number: number, event: 'APPROVE' });
  expect((await merge()).data.merged).toBe(true);
});

test('a push to a protected branch is refused over the API', async () => {
  await using hub = await world();
  await hub.owner.rest.repos.updateBranchProtection({
    ...hub.here,
    branch: 'main',
    required_status_checks: { strict: false, contexts: ['ci'] },
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  });
  expect((await refusal(commit(hub, 'main', { 'agent.ts': 'x\n' }))).status).toBe(409);
});

test('a squash merge has one parent and the same tree', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  const merged = await hub.bot.rest.pulls.merge({ ...hub.here, pull_number: number, sha, merge_method: 'squash' });
  const made = await hub.owner.rest.git.getCommit({ ...hub.here, commit_sha: merged.data.sha });
  const head = await hub.owner.rest.git.getCommit({ ...hub.here, commit_sha: sha });
  expect(made.data.parents).toHaveLength(1);
  expect(made.data.tree.sha).toBe(head.data.tree.sha);
});

test('a pull request whose head reaches the base by a push counts as merged', async () => {
  await using hub = await world();
  const { number, sha } = await propose(hub, 'v1', { 'agent.ts': 'one\n' });
  await hub.owner.rest.git.updateRef({ ...hub.here, ref: 'heads/main', sha });
  expect(await settled(hub, number)).toMatchObject({ merged: true, state: 'closed' });
});
