/** What a refusal means and what to do: by status and, where that alone does not tell, by GitHub's words. First match. */
export interface Remedy {
  readonly code: string;
  readonly remedy: string;
}

interface Rule extends Remedy {
  readonly status?: number;
  readonly says?: RegExp;
}

const LIMITED: Remedy = {
  code: 'limited',
  remedy: 'Wait a few minutes: Huxley tries again by itself; give a command that was refused again.',
};
const ARCHIVED: Remedy = { code: 'archived', remedy: 'Unarchive the repository in its settings, or end the run.' };
const RULES: Remedy = {
  code: 'rules',
  remedy:
    'Let the App bypass the rule, or exclude `huxley/**` from it (Settings, Rules; for an old-style protected branch: Settings, Branches).',
};

export const UNKNOWN_REMEDY: Remedy = {
  code: 'refused',
  remedy: 'Fix what GitHub names; Huxley tries again. Its log has the full answer.',
};

export const REMEDIES: readonly Rule[] = [
  { status: 429, ...LIMITED },
  { status: 403, says: /rate limit|abuse detection|too quickly|temporarily (blocked|throttled)/i, ...LIMITED },
  {
    status: 401,
    code: 'credentials',
    remedy: "Check the App's APP_ID and PRIVATE_KEY and the server's clock; a deleted key has to be replaced.",
  },
  { says: /archived/i, ...ARCHIVED },
  {
    status: 403,
    says: /actions is not permitted to create/i,
    code: 'actions-pulls',
    remedy:
      'Tick “Allow GitHub Actions to create and approve pull requests” in the repository’s Settings, Actions, General (…/settings/actions); an organization may have to allow it first. Huxley tries again.',
  },
  {
    says: /verified signatures?|must be signed|signed commits/i,
    code: 'signatures',
    remedy:
      "Huxley's own commits are signed by GitHub. Sign the commits of the default branch as well, or exclude `huxley/**` from the rule that requires signatures (Settings, Rules).",
  },
  {
    says: /secret (scanning|detected)|push protection|contains? (a )?secret/i,
    code: 'secret',
    remedy:
      'The change contains what GitHub takes for a secret. Allow it under Security, or exclude the file in the settings of push protection.',
  },
  { says: /rule violation|repository rule|ruleset|protected (branch|ref)|cannot update this protected/i, ...RULES },
  {
    status: 403,
    says: /without .?workflows.? permission|create or update workflow/i,
    code: 'workflows',
    remedy:
      'The App never changes workflows, so it cannot carry commits that do. Start a new run from the default branch as it is now.',
  },
  {
    status: 403,
    says: /disabled workflow|workflow.*disabled|actions (is|are|has been) disabled/i,
    code: 'workflow-disabled',
    remedy: "Enable Actions and the workflow in the repository's Actions tab.",
  },
  {
    says: /\blocked\b/i,
    status: 403,
    code: 'locked',
    remedy: 'Unlock the conversation of the issue or pull request.',
  },
  {
    status: 403,
    says: /suspended/i,
    code: 'suspended',
    remedy: "Unsuspend the App's installation (Settings, Applications).",
  },
  {
    status: 403,
    says: /ip allow list|ip address/i,
    code: 'ip-allow-list',
    remedy: "Add the address of Huxley's server to the organization's IP allow list.",
  },
  {
    status: 403,
    says: /blocked|dmca|tos|unavailable/i,
    code: 'blocked',
    remedy: 'GitHub or the owner has blocked access. The owner can ask GitHub Support or unblock the App.',
  },
  {
    status: 403,
    says: /not accessible|permission|must have/i,
    code: 'permission',
    remedy:
      "Accept the App's permissions in its installation's settings: contents, pull requests, issues, checks and actions, each read and write.",
  },
  {
    status: 403,
    code: 'forbidden',
    remedy: "Check the permissions of the App's installation and the organization's policies.",
  },
  {
    status: 404,
    code: 'missing',
    remedy: 'It is gone, or the App cannot see it: check that the App is installed on this repository.',
  },
  {
    status: 405,
    code: 'not-allowed',
    remedy:
      'Allow this way of merging in the settings, or choose another one as `merge.method`; see which checks and reviews are missing.',
  },
  { status: 409, says: /empty/i, code: 'empty', remedy: 'Push a first commit to the default branch.' },
  {
    status: 409,
    code: 'conflict',
    remedy:
      'Something moved meanwhile: Huxley looks and tries again. If it persists, look at the branch that is named.',
  },
  { status: 410, says: /issues/i, code: 'issues-disabled', remedy: "Enable issues in the repository's settings." },
  { status: 410, code: 'gone', remedy: "It was switched off or removed; enable it in the repository's settings." },
  { status: 413, code: 'too-large', remedy: 'Keep large files out of the agent: GitHub accepts files up to 100 MB.' },
  {
    says: /too large|exceeds|file size/i,
    code: 'too-large',
    remedy: 'Keep large files out of the agent: GitHub accepts files up to 100 MB.',
  },
  {
    status: 422,
    says: /no commits between/i,
    code: 'nothing-new',
    remedy:
      'The branch has nothing that its base does not have. Somebody merged or reset it: restore it, or prune the variant.',
  },
  {
    status: 422,
    says: /already exists/i,
    code: 'exists',
    remedy: 'Something of that name already exists. Delete or rename it; Huxley never overwrites.',
  },
  {
    status: 422,
    says: /fast.forward/i,
    code: 'moved',
    remedy: 'Somebody moved the branch. Reset it to where Huxley left it; Huxley never overwrites.',
  },
  {
    status: 422,
    says: /spam|abuse/i,
    code: 'spam',
    remedy: 'GitHub took it for spam: ask GitHub Support to look at the App.',
  },
  {
    status: 422,
    code: 'invalid',
    remedy:
      'Fix what GitHub names and let Huxley try again; if it names nothing you can change, please report it with the log.',
  },
  {
    status: 423,
    code: 'frozen',
    remedy: 'The repository is locked, usually while it is moved or migrated. Wait until that is over, or unlock it.',
  },
  {
    status: 451,
    code: 'legal',
    remedy: 'The repository is blocked for legal reasons; its owner can ask GitHub Support.',
  },
];
