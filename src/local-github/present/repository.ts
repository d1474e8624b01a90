import { fullName, type ServerContext } from '../server-context.ts';
import type { Repository } from '../store/rows.ts';
import { nodeId, type Schema } from './schema.ts';
import { userById } from './user.ts';

/** Address suffixes of the links a repository carries. */
const LINKS = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
} as const;

export function repositoryOf(hub: ServerContext, repo: Repository): Schema<'repository'> {
  const name = fullName(hub, repo);
  const url = `${hub.apiUrl}/repos/${name}`;
  const html = `${hub.url}/${name}`;
  const openIssues = hub.store.issues.count({ repo: repo.id, state: 'open' });
  const links = Object.fromEntries(Object.entries(LINKS).map(([key, suffix]) => [key, url + suffix])) as {
    [K in keyof typeof LINKS]: string;
  };
  return {
    id: repo.id,
    node_id: nodeId('R', repo.id),
    name: repo.name,
    full_name: name,
    private: repo.private,
    owner: userById(hub, repo.owner),
    html_url: html,
    description: repo.description,
    fork: repo.parent !== undefined,
    url,
    ...links,
    git_url: `${html}.git`.replace(/^https?:/, 'git:'),
    ssh_url: `git@${new URL(hub.url).hostname}:${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 0,
    default_branch: repo.defaultBranch,
    open_issues_count: openIssues,
    open_issues: openIssues,
    topics: [],
    has_issues: !repo.noIssues,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: repo.archived ?? false,
    disabled: false,
    visibility: repo.private ? 'private' : 'public',
    is_template: false,
    web_commit_signoff_required: false,
    allow_forking: true,
    delete_branch_on_merge: repo.deleteBranchOnMerge,
    pushed_at: repo.pushedAt,
    created_at: repo.createdAt,
    updated_at: repo.updatedAt,
  };
}

export function fullRepositoryOf(hub: ServerContext, repo: Repository): Schema<'full-repository'> {
  const { has_downloads: _, ...rest } = repositoryOf(hub, repo);
  return {
    ...rest,
    ...(repo.parent === undefined ? {} : ancestry(hub, repo.parent)),
    pushed_at: repo.pushedAt,
    created_at: repo.createdAt,
    updated_at: repo.updatedAt,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    subscribers_count: 0,
    network_count: 0,
  } as Schema<'full-repository'>;
}

export function minimalRepositoryOf(hub: ServerContext, repo: Repository): Schema<'minimal-repository'> {
  return repositoryOf(hub, repo) as Schema<'minimal-repository'>;
}

/** Where a fork comes from: the repository it was made of, and the first of them all. */
function ancestry(hub: ServerContext, parent: number) {
  const of = (id: number): Repository => hub.store.repositories.get(id)!;
  let source = of(parent);
  while (source.parent !== undefined) source = of(source.parent);
  return { parent: repositoryOf(hub, of(parent)), source: repositoryOf(hub, source) };
}
