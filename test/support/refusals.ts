/** How GitHub refuses: documented statuses with the words it uses, and what Huxley calls each. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly code: string;
}

export const REFUSALS: readonly Refusal[] = [
  { status: 401, message: 'Bad credentials', code: 'credentials' },
  {
    status: 403,
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    code: 'limited',
  },
  { status: 403, message: 'API rate limit exceeded for installation ID 1.', code: 'limited' },
  { status: 403, message: 'Resource not accessible by integration', code: 'permission' },
  { status: 403, message: 'Repository was archived so is read-only.', code: 'archived' },
  { status: 403, message: 'Repository access blocked', code: 'blocked' },
  { status: 403, message: 'This installation has been suspended', code: 'suspended' },
  {
    status: 403,
    message:
      'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
    code: 'ip-allow-list',
  },
  { status: 403, message: 'Unable to create comment because issue is locked.', code: 'locked' },
  { status: 403, message: 'Something else that is forbidden', code: 'forbidden' },
  { status: 404, message: 'Not Found', code: 'missing' },
  { status: 405, message: 'Merge commits are not allowed on this repository.', code: 'not-allowed' },
  { status: 409, message: 'Git Repository is empty.', code: 'empty' },
  { status: 409, message: 'Conflict', code: 'conflict' },
  { status: 410, message: 'Issues are disabled for this repo', code: 'issues-disabled' },
  { status: 413, message: 'Payload Too Large', code: 'too-large' },
  {
    status: 422,
    message: 'Repository rule violations found\n\nCommits must have verified signatures.\n\n',
    code: 'signatures',
  },
  {
    status: 422,
    message: 'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n',
    code: 'rules',
  },
  { status: 422, message: 'Repository rule violations found\n\nSecret detected in content\n\n', code: 'secret' },
  { status: 422, message: 'Reference already exists', code: 'exists' },
  { status: 422, message: 'No commits between main and huxley/r1/v1', code: 'nothing-new' },
  { status: 422, message: 'Validation Failed', code: 'invalid' },
  { status: 423, message: 'Repository is locked for migration', code: 'frozen' },
  { status: 429, message: 'Too Many Requests', code: 'limited' },
  { status: 451, message: 'Repository access blocked', code: 'legal' },
];

/** What a person reads of GitHub's words. */
export const wordsOf = ({ status, message }: Refusal): string =>
  `(${status}: ${message
    .replace(/[`\s]+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 60)}`;
