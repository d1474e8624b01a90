import { expect, test } from 'vitest';
import { commit, world } from './world.ts';

test('lists come in pages with links, and octokit walks them', async () => {
  await using hub = await world();
  for (let i = 1; i <= 7; i++) await hub.owner.rest.issues.create({ ...hub.here, title: `issue ${i}` });
  const page = await hub.owner.rest.issues.listForRepo({ ...hub.here, per_page: 3, page: 2 });
  expect(page.data.map(({ title }) => title)).toEqual(['issue 4', 'issue 3', 'issue 2']);
  expect(page.headers.link?.replaceAll(hub.apiUrl, '')).toMatchInlineSnapshot(
    `"</repos/ada/agent/issues?per_page=3&page=1>; rel="prev", </repos/ada/agent/issues?per_page=3&page=3>; rel="next", </repos/ada/agent/issues?per_page=3&page=3>; rel="last", </repos/ada/agent/issues?per_page=3&page=1>; rel="first""`,
  );
  const all = await hub.owner.paginate(hub.owner.rest.issues.listForRepo, {
    ...hub.here,
    per_page: 2,
    direction: 'asc',
  });
  expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('an ETag that still holds is 304, one that does not is not', async () => {
  await using hub = await world();
  const first = await hub.owner.rest.repos.get(hub.here);
  const headers = { 'if-none-match': first.headers.etag };
  await expect(hub.owner.rest.repos.get({ ...hub.here, headers })).rejects.toMatchObject({ status: 304 });
  await hub.owner.rest.repos.update({ ...hub.here, description: 'changed' });
  expect((await hub.owner.rest.repos.get({ ...hub.here, headers })).data.description).toBe('changed');
});

test('a diff tells files, counts, renames, binaries and hunks', async () => {
  await using hub = await world();
  const base = (await hub.owner.rest.git.getRef({ ...hub.here, ref: 'heads/main' })).data.object.sha;
  await commit(hub, 'v1', {
    'agent.ts': 'line 1\nline two\nline 3\n',
    'deep/new.txt': 'x\n',
    'README.md': null,
    'ünï code.md': '# agent\n',
  });
  const compared = await hub.owner.rest.repos.compareCommitsWithBasehead({ ...hub.here, basehead: `${base}...v1` });
  expect(compared.data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0, total_commits: 1 });
  const told = compared.data.files?.map(({ filename, previous_filename, status, additions, deletions, patch }) => ({
    filename,
    previous_filename,
    status,
    additions,
    deletions,
    patch,
  }));
  expect(told).toMatchInlineSnapshot(`
    [
      {
        "additions": 1,
        "deletions": 1,
        "filename": "agent.ts",
        "patch": "@@ -1,3 +1,3 @@
     line 1
    -line 2
    +line two
     line 3",
        "previous_filename": undefined,
        "status": "modified",
      },
      {
        "additions": 1,
        "deletions": 0,
        "filename": "deep/new.txt",
        "patch": "@@ -0,0 +1 @@
    +x",
        "previous_filename": undefined,
        "status": "added",
      },
      {
        "additions": 0,
        "deletions": 0,
        "filename": "ünï code.md",
        "patch": undefined,
        "previous_filename": "README.md",
        "status": "renamed",
      },
    ]
  `);
  await hub.bot.rest.pulls.create({ ...hub.here, title: 'v1', head: 'v1', base: 'main' });
  const files = await hub.bot.rest.pulls.listFiles({ ...hub.here, pull_number: 1 });
  expect(files.data.map(({ filename }) => filename)).toEqual(told?.map(({ filename }) => filename));
  const raw = await hub.bot.rest.pulls.get({ ...hub.here, pull_number: 1, mediaType: { format: 'diff' } });
  expect(raw.data).toContain('+line two');
});

test('a branch with slashes is read, compared, protected and deleted', async () => {
  await using hub = await world();
  const branch = 'huxley/r1/v0';
  const sha = await commit(hub, branch, { 'agent.ts': 'one\n' });
  expect((await hub.owner.rest.repos.getBranch({ ...hub.here, branch })).data.commit.sha).toBe(sha);
  expect((await hub.owner.rest.repos.getCommit({ ...hub.here, ref: branch })).data.files).toHaveLength(1);
  const matching = await hub.owner.rest.git.listMatchingRefs({ ...hub.here, ref: 'heads/huxley/' });
  expect(matching.data.map(({ ref }) => ref)).toEqual([`refs/heads/${branch}`]);
  await hub.owner.rest.repos.updateBranchProtection({
    ...hub.here,
    branch,
    required_status_checks: null,
    enforce_admins: null,
    required_pull_request_reviews: null,
    restrictions: null,
  });
  expect((await hub.owner.rest.repos.getBranch({ ...hub.here, branch })).data.protected).toBe(true);
  await hub.owner.rest.repos.deleteBranchProtection({ ...hub.here, branch });
  await hub.owner.rest.git.deleteRef({ ...hub.here, ref: `heads/${branch}` });
  expect((await hub.owner.rest.repos.listBranches(hub.here)).data.map(({ name }) => name)).toEqual(['main']);
});

test('check runs are listed latest by name, or all, and by App', async () => {
  await using hub = await world();
  const sha = await commit(hub, 'v1', { 'agent.ts': 'one\n' });
  for (const conclusion of ['failure', 'success'] as const)
    await hub.bot.rest.checks.create({ ...hub.here, name: 'huxley / batch', head_sha: sha, conclusion });
  const list = async (options: object) =>
    (await hub.owner.rest.checks.listForRef({ ...hub.here, ref: 'v1', ...options })).data.check_runs.map(
      (run) => run.conclusion,
    );
  expect(await list({})).toEqual(['success']);
  expect(await list({ filter: 'all' })).toEqual(['success', 'failure']);
  expect(await list({ app_id: hub.app.id + 1 })).toEqual([]);
});

test('what a collaborator may do is told by role', async () => {
  await using hub = await world();
  const ask = async (username: string) =>
    (await hub.bot.rest.repos.getCollaboratorPermissionLevel({ ...hub.here, username })).data;
  expect(await ask('ada')).toMatchObject({ permission: 'admin', role_name: 'admin' });
  expect(await ask('mallory')).toMatchObject({ permission: 'read', role_name: 'read' });
  await hub.owner.rest.repos.addCollaborator({ ...hub.here, username: 'mallory', permission: 'maintain' });
  expect(await ask('mallory')).toMatchObject({ permission: 'write', role_name: 'maintain' });
  await hub.owner.rest.repos.update({ ...hub.here, private: true });
  await hub.owner.rest.repos.removeCollaborator({ ...hub.here, username: 'mallory' });
  expect(await ask('mallory')).toMatchObject({ permission: 'none' });
});

test('a file is read, written, moved on and refused when its sha is old', async () => {
  await using hub = await world();
  const path = 'notes/ünï.md';
  const put = (text: string, sha?: string) =>
    hub.owner.rest.repos.createOrUpdateFileContents({
      ...hub.here,
      path,
      message: 'Note',
      content: Buffer.from(text).toString('base64'),
      ...(sha === undefined ? {} : { sha }),
    });
  const first = await put('one\n');
  await put('two\n', first.data.content?.sha);
  await expect(put('three\n', first.data.content?.sha)).rejects.toMatchObject({ status: 409 });
  await expect(put('three\n')).rejects.toMatchObject({ status: 422 });
  const raw = await hub.owner.rest.repos.getContent({ ...hub.here, path, mediaType: { format: 'raw' } });
  expect(raw.data).toBe('two\n');
  const root = await hub.owner.rest.repos.getContent({ ...hub.here, path: '' });
  expect((root.data as { name: string; type: string }[]).map(({ name, type }) => `${type} ${name}`)).toEqual([
    'dir .github',
    'file README.md',
    'file agent.ts',
    'dir notes',
  ]);
});

test('an archive of a commit unpacks to its files', async () => {
  await using hub = await world();
  const { data } = await hub.owner.rest.repos.downloadTarballArchive({ ...hub.here, ref: 'main' });
  expect(
    Buffer.from(data as ArrayBuffer)
      .subarray(0, 2)
      .toString('hex'),
  ).toBe('1f8b');
});
