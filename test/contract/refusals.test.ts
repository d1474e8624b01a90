import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installationsOf, openProbot } from '../../src/app/connect.ts';
import type { Forge } from '../../src/github/forge.ts';
import { GitHubRefusal } from '../../src/github/refusal.ts';
import type { Route } from '../../src/local-github/http/route.ts';
import { REFUSALS } from '../support/refusals.ts';
import { World } from '../support/world.ts';

let world: World;
let forge: Forge;
let root: string;
let tree: string;
let issue: number;
let comment: number;

beforeAll(async () => {
  world = await World.start({ tasks: 2 });
  const probot = await openProbot({ ...world.credentials, log: pino({ level: 'silent' }), throttle: false });
  forge = await installationsOf(probot, { limits: null }).forge('octo/agent');
  root = (await forge.branch('main'))!;
  ({ tree } = await forge.commit(root));
  issue = await world.issue();
  comment = await world.comment(issue, 'Hello.');
});
afterAll(() => world?.[Symbol.asyncDispose]());

const REPO = '/repos/{owner}/{repo}';
const check = { name: 'x', externalId: 'x', title: 'x', summary: '', text: '', conclusion: 'neutral' as const };

/** Every write of the App: its route, how it is asked, and which refusals mean something to it that is no refusal. */
type Write = [route: Route, words: string, act: () => Promise<unknown>, meant?: (status: number) => boolean];
const WRITES: Write[] = [
  [`POST ${REPO}/git/refs`, 'create a branch', () => forge.createBranch('refused/branch', root)],
  [`PATCH ${REPO}/git/refs/{ref}`, 'move a branch', () => forge.advanceBranch('main', root)],
  [`DELETE ${REPO}/git/refs/{ref}`, 'delete a branch', () => forge.deleteBranch('main')],
  [
    `POST ${REPO}/git/trees`,
    'store the files of a variant',
    () => forge.createTree(tree, [{ path: 'a', mode: '100644', content: 'a' }]),
  ],
  [
    `POST ${REPO}/git/commits`,
    'create a commit',
    () => forge.createCommit({ tree, parents: [root], message: 'Refused' }),
  ],
  [
    `POST ${REPO}/merges`,
    'merge the default branch into a branch',
    () => forge.mergeIntoBranch('main', root, 'x'),
    // A conflict of contents.
    (status) => status === 409,
  ],
  [
    `POST ${REPO}/pulls`,
    'open a pull request',
    () => forge.openPull({ head: 'none', base: 'main', title: 'x', body: 'x' }),
  ],
  [`PATCH ${REPO}/pulls/{pull_number}`, 'edit a pull request', () => forge.editPull(1, { body: 'x' })],
  [`POST ${REPO}/issues`, 'open an issue', () => forge.openIssue({ title: 'x', body: 'x', label: 'x' })],
  [`POST ${REPO}/issues/{issue_number}/comments`, 'write a comment', () => forge.comment(issue, 'x')],
  [
    `PATCH ${REPO}/issues/comments/{comment_id}`,
    'edit a comment',
    () => forge.editComment(comment, 'x'),
    // The comment is gone: another is written.
    (status) => status === 404 || status === 410,
  ],
  [
    `POST ${REPO}/issues/comments/{comment_id}/reactions`,
    'react to a comment',
    () => forge.react(comment, 'eyes'),
    (status) => status === 404 || status === 410,
  ],
  [`POST ${REPO}/check-runs`, 'write a check run', () => forge.writeCheck(root, check)],
  [
    `POST ${REPO}/actions/workflows/{workflow_id}/dispatches`,
    'start the workflow',
    () => forge.dispatch('huxley.yml', 'main', { order: '{}' }),
  ],
  [
    `POST ${REPO}/actions/runs/{run_id}/cancel`,
    'cancel a workflow run',
    () => forge.cancelRun(1),
    // It is over, or gone.
    (status) => status === 404 || status === 409,
  ],
];

describe.each(WRITES.map(([route, words, act, meant]) => ({ route, words, act, meant })))(
  '$route',
  ({ route, words, act, meant }) => {
    test.each(REFUSALS)('$status $code: $message', async (refusal) => {
      const { status, message, code } = refusal;
      world.github.faults.clear();
      world.github.faults.request({ route, fault: { type: 'refuse', status, message }, times: 10, who: 'apps' });
      const outcome = await act().then(
        () => null,
        (error) => error,
      );
      world.github.faults.clear();
      if (meant?.(status)) return expect(outcome).toBeNull();
      expect(outcome).toBeInstanceOf(GitHubRefusal);
      expect(outcome).toMatchObject({ status, code: `github.${code}` });
      expect(outcome.message).toContain(`GitHub refused to ${words} (${status}`);
      expect(outcome.message).toContain(message.trim().split(/[.`\n]/)[0]);
      expect(outcome.remedy).toMatch(/^[A-Z].{20,}\.$/s);
    });
  },
);

test("GitHub's words come as text alone: no markup, no mention, no control character, no flood", async () => {
  const message = `<b>@someone</b> \`x\`\u202e\u001b[31m [a](http://x)\n\n## ${'long '.repeat(200)}`;
  world.github.faults.request({
    route: `POST ${REPO}/git/trees`,
    fault: { type: 'refuse', status: 422, message },
    who: 'apps',
  });
  const error: GitHubRefusal = await forge.createTree(tree, []).then(
    () => {
      throw new Error('not refused');
    },
    (refused) => refused,
  );
  expect(error.message).not.toMatch(/[<>`[\]\p{C}]|@s/u);
  expect(error.message).not.toContain('\n');
  expect(error.message.length).toBeLessThan(260);
});

test('a branch in the way is named, wherever it stands', async () => {
  await forge.createBranch('way', root);
  await expect(forge.createBranch('way/r1/v0', root)).rejects.toMatchObject({
    code: 'forge.branch-taken',
    message: 'Branch way is in the way: git cannot have way/r1/v0 next to it.',
  });
  await forge.createBranch('folder/one', root);
  await expect(forge.createBranch('folder', root)).rejects.toMatchObject({
    code: 'forge.branch-taken',
    message: 'Branch folder/one is in the way: git cannot have folder next to it.',
  });
});

test("the App's commits are signed by GitHub, so that a rule that asks for signatures is met", async () => {
  const { setup, hub } = world.github;
  const repo = setup.repository('octo', 'agent');
  hub.store.repositories.update(repo.id, { signaturesRequired: true });
  const made = await forge.createTree(tree, [{ path: 'signed', mode: '100644', content: 'x' }]);
  const sha = await forge.createCommit({ tree: made, parents: [root], message: 'Signed' });
  await forge.createBranch('signed/one', sha);
  const { data } = await world.people.owner.rest.git.getCommit({ owner: 'octo', repo: 'agent', commit_sha: sha });
  expect(data.verification).toMatchObject({ verified: true, reason: 'valid' });
  const { data: unsigned } = await world.people.owner.rest.git.createCommit({
    owner: 'octo',
    repo: 'agent',
    message: 'Unsigned',
    tree: made,
    parents: [root],
  });
  expect(unsigned.verification).toMatchObject({ verified: false, reason: 'unsigned' });
  await expect(forge.createBranch('signed/two', unsigned.sha)).rejects.toMatchObject({ code: 'github.signatures' });
  hub.store.repositories.update(repo.id, { signaturesRequired: false });
  expect(world.git(['cat-file', '-p', sha])).toContain('gpgsig -----BEGIN LOCAL GITHUB SIGNATURE-----');
  world.git(['fsck', '--strict']);
});
