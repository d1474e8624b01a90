import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Forge } from '../../src/github/forge.ts';

/** A repository with `README.md`, workflows (`huxley.yml` stops at nothing, the job of `idle.yml` never comes to a step), and what people do in it. */
export interface ForgeBench extends AsyncDisposable {
  readonly forge: Forge;
  readonly people: {
    readonly owner: string;
    readonly stranger: string;
    push(branch: string, path: string, text: string): Promise<string>;
    issue(): Promise<number>;
    /** Sets a label on an issue, or takes it off. */
    label(issue: number, name: string, on: boolean): Promise<void>;
    comment(issue: number, body: string): Promise<number>;
    deleteComment(id: number): Promise<void>;
    closePull(number: number): Promise<void>;
    /** A stranger's pull request to `main`, from a branch of their fork with one commit. */
    forkPull(branch: string, path: string, text: string): Promise<{ readonly number: number; readonly sha: string }>;
    labels(number: number): Promise<readonly string[]>;
    reactions(comment: number): Promise<readonly string[]>;
    /** A required check that nobody runs, on a branch. */
    protect(branch: string): Promise<void>;
    /** Whether the repository has drafts. */
    drafts(on: boolean): void;
    /** A check run by somebody else. */
    foreignCheck(sha: string, externalId: string): Promise<void>;
    /** An order that the workflow carries out at once, or only after these seconds. */
    order(job: string, seconds?: number): Record<string, string>;
    /** Resolves once no workflow runs. */
    settled(): Promise<void>;
  };
}

const NOWHERE = 'f'.repeat(40);

/** What every forge does: each method on its way, where there is nothing, where it conflicts, and asked again. */
export function forgeContract(name: string, open: () => Promise<ForgeBench>): void {
  describe(name, () => {
    let forge: Forge;
    let people: ForgeBench['people'];
    let bench: ForgeBench;
    let root: string;
    beforeAll(async () => {
      bench = await open();
      ({ forge, people } = bench);
      root = (await forge.branch((await forge.facts()).defaultBranch))!;
    });
    afterAll(() => bench?.[Symbol.asyncDispose]());

    /** A commit with one file more than its parent. */
    const commitOn = async (parent: string, path: string, content: string) => {
      const tree = await forge.createTree((await forge.commit(parent)).tree, [{ path, mode: '100644', content }]);
      return forge.createCommit({ tree, parents: [parent], message: `Change ${path}` });
    };
    /** A branch one commit ahead of the root, and its pull request. */
    const pullFrom = async (head: string, path: string, content = `${head}\n`) => {
      const sha = await commitOn(root, path, content);
      await forge.createBranch(head, sha);
      return { sha, pull: await forge.openPull({ head, base: 'main', title: head, body: 'Body.' }) };
    };

    describe('the repository', () => {
      test('facts, and who may do what', async () => {
        expect(await forge.facts()).toEqual({ id: expect.any(Number), name: 'octo/agent', defaultBranch: 'main' });
        expect(await forge.permission(people.owner)).toBe('admin');
        expect(await forge.permission(people.stranger)).toMatch(/read|none/);
        expect(await forge.permission('nobody-of-that-name')).toBe('none');
      });

      test('files, by commit and by branch', async () => {
        expect(await forge.readFile('README.md', 'main')).toBe('An agent.\n');
        expect(await forge.readFile('README.md', root)).toBe('An agent.\n');
        expect(await forge.readFile('nothing.md', root)).toBeNull();
        await expect(forge.readFile('.github', root)).rejects.toMatchObject({ code: 'forge.not-a-file' });
        const files = await forge.listFiles((await forge.commit(root)).tree);
        expect(files).toContainEqual({
          path: 'README.md',
          mode: '100644',
          sha: expect.stringMatching(/^[0-9a-f]{40}$/),
        });
        expect(files.map(({ path }) => path)).toContain('.github/workflows/huxley.yml');
        await expect(forge.listFiles(NOWHERE)).rejects.toMatchObject({ status: 404 });
      });
    });

    describe('git', () => {
      test('the same tree twice is the same, and a commit is as it was ordered', async () => {
        const { tree } = await forge.commit(root);
        const changes = [
          { path: 'a/b.txt', mode: '100755' as const, content: 'b\n' },
          { path: 'README.md', mode: '100644' as const, content: null },
        ];
        const changed = await forge.createTree(tree, changes);
        expect(await forge.createTree(tree, changes)).toBe(changed);
        const files = await forge.listFiles(changed);
        expect(files.find(({ path }) => path === 'a/b.txt')?.mode).toBe('100755');
        expect(files.some(({ path }) => path === 'README.md')).toBe(false);
        const sha = await forge.createCommit({ tree: changed, parents: [root], message: 'One\n\nMore: yes\n' });
        expect(await forge.commit(sha)).toEqual({
          sha,
          tree: changed,
          parents: [root],
          message: expect.stringMatching(/^One\n\nMore: yes/),
        });
        await expect(forge.commit(NOWHERE)).rejects.toMatchObject({ status: 404 });
        await expect(forge.createTree(NOWHERE, changes)).rejects.toMatchObject({ status: 404 });
      });

      test('a branch is made once, moved forward only, and deleted for good', async () => {
        const next = await commitOn(root, 'x.txt', 'x\n');
        const aside = await commitOn(root, 'y.txt', 'y\n');
        expect(await forge.branch('made/one')).toBeNull();
        await forge.createBranch('made/one', root);
        await forge.createBranch('made/one', root);
        await expect(forge.createBranch('made/one', next)).rejects.toMatchObject({ code: 'forge.branch-taken' });
        await expect(forge.createBranch('made/two', NOWHERE)).rejects.toMatchObject({ status: 422 });
        await forge.advanceBranch('made/one', next);
        await forge.advanceBranch('made/one', next);
        await expect(forge.advanceBranch('made/one', aside)).rejects.toMatchObject({ status: 422 });
        await expect(forge.advanceBranch('made/none', aside)).rejects.toMatchObject({
          status: expect.toBeOneOf([404, 422]),
        });
        await forge.createBranch('made/two', aside);
        expect(await forge.branches('made/')).toEqual(
          new Map([
            ['made/one', next],
            ['made/two', aside],
          ]),
        );
        expect(await forge.branches('unmade/')).toEqual(new Map());
        await forge.deleteBranch('made/one');
        await forge.deleteBranch('made/one');
        expect(await forge.branch('made/one')).toBeNull();
      });

      test('merging into a branch: a merge commit, the same again, or a conflict', async () => {
        const left = await commitOn(root, 'left.txt', 'left\n');
        const right = await commitOn(root, 'right.txt', 'right\n');
        const clash = await commitOn(root, 'left.txt', 'not left\n');
        await forge.createBranch('merged', left);
        const sha = (await forge.mergeIntoBranch('merged', right, 'Both\n'))!;
        expect(await forge.commit(sha)).toMatchObject({
          parents: [left, right],
          message: expect.stringMatching(/^Both/),
        });
        expect(await forge.branch('merged')).toBe(sha);
        expect(await forge.readFile('left.txt', 'merged')).toBe('left\n');
        expect(await forge.readFile('right.txt', 'merged')).toBe('right\n');
        expect(await forge.mergeIntoBranch('merged', right, 'Both\n')).toBe(sha);
        expect(await forge.mergeIntoBranch('merged', clash, 'Clash\n')).toBeNull();
        expect(await forge.branch('merged')).toBe(sha);
        await expect(forge.mergeIntoBranch('no-such', right, 'x')).rejects.toMatchObject({ status: 404 });
        for (const within of [sha, left, right, root]) expect(await forge.contains('merged', within)).toBe(true);
        for (const beyond of [clash, NOWHERE]) expect(await forge.contains('merged', beyond)).toBe(false);
        expect(await forge.contains('main', left)).toBe(false);
        expect(await forge.mergeBase('main', sha)).toBe(root);
        expect(await forge.mergeBase(left, sha)).toBe(left);
        expect(await forge.mergeBase('merged', right)).toBe(right);
        for (const none of [NOWHERE, 'no-such']) expect(await forge.mergeBase('main', none)).toBeNull();
        expect(await forge.diff(root, left)).toMatch(/^diff --git a\/left\.txt b\/left\.txt\n.*\n\+left\n$/s);
        expect(await forge.diff(left, left)).toBe('');
        expect(await forge.diff(root, NOWHERE)).toBeNull();
      });
    });

    describe('pull requests', () => {
      test('one is opened once for a branch, as a draft, and edited', async () => {
        expect(await forge.findPull('pulls/one')).toBeNull();
        const { sha, pull } = await pullFrom('pulls/one', 'one.txt');
        const { number } = pull;
        const draft = {
          number,
          own: true,
          author: forge.appLogin,
          title: 'pulls/one',
          fork: false,
          head: 'pulls/one',
          headSha: sha,
          base: 'main',
          open: true,
          merged: false,
          draft: true,
          mergeSha: null,
        };
        expect(pull).toEqual(draft);
        expect(await forge.openPull({ head: 'pulls/one', base: 'main', title: 'Again', body: '' })).toEqual(draft);
        expect(await forge.findPull('pulls/one')).toEqual(draft);
        expect(await forge.pulls('pulls/')).toEqual([draft]);
        expect(await forge.pulls('elsewhere/')).toEqual([]);
        await forge.createBranch('other-base', root);
        await forge.editPull(number, { base: 'other-base' });
        await forge.editPull(number, { body: 'New.', open: false });
        expect(await forge.pull(number)).toMatchObject({ base: 'other-base', open: false });
        await forge.editPull(number, { open: true });
        expect(await forge.pull(number)).toMatchObject({ open: true });
        await expect(forge.pull(9_999)).rejects.toMatchObject({ status: 404 });
        const absent = { head: 'pulls/none', base: 'main', title: 'x', body: '' };
        await expect(forge.openPull(absent)).rejects.toMatchObject({ status: 422 });
        await forge.markReady(number);
        await forge.markReady(number);
        expect((await forge.pull(number)).draft).toBe(false);
      });

      test('one from a fork says so, and its commit is read and checked here without a branch', async () => {
        const { number, sha } = await people.forkPull('theirs', 'theirs.txt', 'theirs\n');
        expect(await forge.pull(number)).toMatchObject({
          ...{ own: false, author: people.stranger, fork: true, head: 'theirs', headSha: sha, base: 'main' },
          title: expect.stringContaining('theirs'),
        });
        expect(await forge.branch('theirs')).toBeNull();
        expect((await forge.commit(sha)).sha).toBe(sha);
        expect(await forge.readFile('theirs.txt', sha)).toBe('theirs\n');
        expect(await forge.mergeBase('main', sha)).toBe(root);
        const check = { name: 'Measured', externalId: 'x', title: 't', summary: 's', text: '' };
        const id = await forge.writeCheck(sha, { ...check, conclusion: 'neutral' });
        expect(await forge.checks(sha)).toEqual([expect.objectContaining({ id, externalId: 'x' })]);
      });

      test('where there are no drafts, a label stands for one until it is ready', async () => {
        people.drafts(false);
        const { pull } = await pullFrom('pulls/plain', 'plain.txt');
        people.drafts(true);
        expect(pull.draft).toBe(false);
        expect(await people.labels(pull.number)).toEqual(['huxley: draft']);
        await forge.markReady(pull.number);
        await forge.markReady(pull.number);
        expect(await people.labels(pull.number)).toEqual([]);
      });

      test('merging: not a draft, not another head, not another base; then once, however often it is asked', async () => {
        const { sha, pull } = await pullFrom('merging/one', 'merging.txt');
        const { number } = pull;
        const spec = { sha, base: root, method: 'merge' as const, title: 'Merge one', message: 'It is one.' };
        expect(await forge.merge(number, spec)).toMatchObject({ kind: 'blocked', reason: 'it is a draft' });
        await forge.markReady(number);
        expect(await forge.merge(number, { ...spec, sha: NOWHERE })).toMatchObject({ kind: 'moved' });
        expect(await forge.merge(number, { ...spec, base: NOWHERE })).toEqual({
          kind: 'stale',
          reason: 'main has moved',
        });
        const merged = await forge.merge(number, spec);
        expect(merged).toMatchObject({ kind: 'merged' });
        expect(await forge.merge(number, spec)).toEqual(merged);
        const head = (await forge.branch('main'))!;
        expect(merged).toEqual({ kind: 'merged', sha: head });
        expect((await forge.commit(head)).parents).toEqual([root, sha]);
        expect(await forge.pull(number)).toMatchObject({ open: false, merged: true, mergeSha: head });
      });

      test('merging: a conflict, a closed one, and a required check that is missing', async () => {
        const base = await people.push('main', 'clash.txt', 'by a person\n');
        const clash = await pullFrom('merging/clash', 'clash.txt');
        await forge.markReady(clash.pull.number);
        const spec = { base, method: 'squash' as const, title: 'x', message: 'y' };
        expect(await forge.merge(clash.pull.number, { ...spec, sha: clash.sha })).toMatchObject({ kind: 'conflict' });
        await people.closePull(clash.pull.number);
        expect(await forge.merge(clash.pull.number, { ...spec, sha: clash.sha })).toEqual({
          kind: 'conflict',
          reason: 'it is closed',
        });
        await people.protect('main');
        const guarded = await pullFrom('merging/guarded', 'guarded.txt');
        await forge.markReady(guarded.pull.number);
        expect(await forge.merge(guarded.pull.number, { ...spec, sha: guarded.sha })).toMatchObject({
          kind: 'blocked',
        });
      });
    });

    test('issues: opened with a label, found by it, and who last set one', async () => {
      const since = new Date(Date.now() - 1_000).toISOString();
      const number = await forge.openIssue({ title: 'A run', body: 'Its marker.', label: 'to find' });
      expect(await forge.ownIssues('to find')).toEqual([{ number, body: 'Its marker.', open: true }]);
      expect(await forge.labelling(number, 'to find')).toMatchObject({ by: forge.appLogin, byBot: true });
      const theirs = await people.issue();
      expect(await forge.labelling(theirs, 'to find')).toBeNull();
      await people.label(theirs, 'to find', true);
      const first = (await forge.labelling(theirs, 'To Find'))!;
      expect(first).toMatchObject({ by: people.owner, byBot: false });
      expect([...(await forge.labelled('to find', since))].sort()).toEqual([number, theirs].sort());
      expect(await forge.labelled('to find', new Date(Date.now() + 3_600_000).toISOString())).toEqual([]);
      await people.label(theirs, 'to find', false);
      expect(await forge.labelling(theirs, 'to find')).toBeNull();
      await people.label(theirs, 'to find', true);
      expect((await forge.labelling(theirs, 'to find'))!.id).toBeGreaterThan(first.id);
      expect((await forge.ownIssues('to find')).map((each) => each.number)).toEqual([number]);
    });

    test('comments: written, edited, read in order, and told apart by who wrote them', async () => {
      const issue = await people.issue();
      const since = new Date(Date.now() - 60_000).toISOString();
      const theirs = await people.comment(issue, 'By a person.');
      const ours = await forge.comment(issue, 'By the App.');
      expect(await forge.editComment(ours, 'By the App, again.')).toBe(true);
      const all = await forge.comments(issue);
      expect(all).toMatchObject([
        { id: theirs, issue, body: 'By a person.', author: people.owner, byBot: false, appId: null, edited: false },
        { id: ours, issue, body: 'By the App, again.', byBot: true, appId: forge.appId },
      ]);
      expect((await forge.commentsSince(since)).filter((comment) => comment.issue === issue)).toEqual(all);
      expect(await forge.commentsSince(new Date(Date.now() + 3_600_000).toISOString())).toEqual([]);
      await forge.react(theirs, 'eyes');
      await forge.react(theirs, 'eyes');
      expect(await people.reactions(theirs)).toEqual(['eyes']);
      await people.deleteComment(ours);
      expect(await forge.editComment(ours, 'x')).toBe(false);
      await forge.react(ours, 'confused');
      await expect(forge.comment(9_999, 'x')).rejects.toMatchObject({ status: 404 });
      await expect(forge.comments(9_999)).rejects.toMatchObject({ status: 404 });
    });

    test('check runs: every one of this App’s on a commit, and nobody else’s', async () => {
      const sha = await commitOn(root, 'checked.txt', 'x\n');
      await forge.createBranch('checked', sha);
      const check = {
        name: 'Evidence',
        title: 'Title',
        summary: 'Summary',
        text: 'Text',
        conclusion: 'neutral' as const,
      };
      const annotations = [{ path: 'checked.txt', line: 1, message: 'Here.' }];
      const ids = [
        await forge.writeCheck(sha, { ...check, externalId: 'a:1' }),
        await forge.writeCheck(sha, { ...check, externalId: 'a:2', conclusion: 'failure', annotations }),
      ];
      await people.foreignCheck(sha, 'a:3');
      const written = await forge.checks(sha);
      expect([...written].sort((a, b) => a.id - b.id)).toEqual(
        ids.map((id, i) => ({ id, name: 'Evidence', externalId: `a:${i + 1}`, summary: 'Summary', text: 'Text' })),
      );
      expect(await forge.checks(root)).toEqual([]);
      await expect(forge.writeCheck(NOWHERE, { ...check, externalId: 'a:4' })).rejects.toMatchObject({ status: 422 });
    });

    test('workflow runs: dispatched, found by their name, cancelled, and what they leave', async () => {
      const since = new Date(Date.now() - 60_000).toISOString();
      const id = (await forge.dispatch('huxley.yml', 'main', people.order('job-one')))!;
      expect(id).toEqual(expect.any(Number));
      await people.settled();
      expect(await forge.workflowRun(id)).toEqual({
        id,
        title: expect.stringContaining('job-one'),
        event: 'workflow_dispatch',
        path: '.github/workflows/huxley.yml',
        branch: 'main',
        headSha: await forge.branch('main'),
        attempt: 1,
        actor: forge.appLogin,
        triggeringActor: forge.appLogin,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/),
        queued: false,
        completed: true,
        conclusion: 'success',
        url: expect.stringContaining(`/actions/runs/${id}`),
      });
      expect(forge.runUrl(id)).toBe((await forge.workflowRun(id))!.url);
      expect(await forge.artifacts(id)).toEqual([
        { name: 'huxley-result-job-one', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), expired: false },
      ]);
      const text = await forge.readArtifact(id, 'huxley-result-job-one', 100_000);
      expect(JSON.parse(text!)).toMatchObject({ jobId: 'job-one' });
      expect(await forge.readArtifact(id, 'huxley-result-job-two', 100_000)).toBeNull();
      const zip = await forge.artifactZip(id, 'huxley-result-job-one', 100_000);
      expect(zip!.subarray(0, 2).toString()).toBe('PK');
      expect(await forge.artifactZip(id, 'huxley-result-job-two', 100_000)).toBeNull();
      await expect(forge.readArtifact(id, 'huxley-result-job-one', 10)).rejects.toMatchObject({
        code: 'artifact.large',
      });
      await forge.cancelRun(id);
      expect(await forge.beganWork(id)).toBe(true);

      const second = (await forge.dispatch('huxley.yml', 'main', people.order('job-two', 60)))!;
      expect((await forge.dispatchedRuns('huxley.yml', since)).map((run) => run.id)).toEqual([second, id]);
      expect(await forge.dispatchedRuns('huxley.yml', new Date(Date.now() + 3_600_000).toISOString())).toEqual([]);
      await forge.cancelRun(second);
      await people.settled();
      expect(await forge.workflowRun(second)).toMatchObject({ completed: true, conclusion: 'cancelled' });
      expect(await forge.artifacts(second)).toEqual([]);

      const idle = (await forge.dispatch('idle.yml', 'main', {}))!;
      await people.settled();
      expect(await forge.workflowRun(idle)).toMatchObject({ completed: true });
      expect(await forge.beganWork(idle)).toBe(false);

      expect(await forge.workflowRun(999_999)).toBeNull();
      await forge.cancelRun(999_999);
      expect(await forge.beganWork(999_999)).toBe(true);
      await expect(forge.dispatch('none.yml', 'main', {})).rejects.toMatchObject({ status: 404 });
      await expect(forge.dispatch('huxley.yml', 'no-such-branch', people.order('x'))).rejects.toMatchObject({
        status: 422,
      });
    });
  });
}
