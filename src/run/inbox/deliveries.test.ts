import { expect, test } from 'vitest';
import { accountOf } from '../../model/ids.ts';
import { condense } from './deliveries.ts';

const repository = { id: 7, full_name: 'Ada/agent', default_branch: 'main', node_id: 'x'.repeat(100) };
const person = { login: 'ada', type: 'User', id: 1 };
const bot = { login: 'huxley[bot]', type: 'Bot', id: 2 };

function comment(body: string, { action = 'created', author = person, sender = person } = {}) {
  return {
    action,
    repository,
    sender,
    issue: { number: 3, title: 'long'.repeat(100) },
    comment: { id: 9, body, user: author, created_at: '2026-11-29T10:00:00Z', html_url: 'https://github.com/x' },
  };
}
const pull = (action: string, ref: string, from: string | null = repository.full_name) => ({
  action,
  repository,
  pull_request: { number: 5, head: { ref, repo: from === null ? null : { full_name: from } } },
});
const workflow = (action: string, path: string) => ({
  action,
  repository,
  workflow_run: { id: 4, path, logs_url: 'x' },
});

test('of what matters, what is needed is kept, under the account whose it is', () => {
  const kept = condense('workflow_run', workflow('completed', '.github/workflows/huxley.yml'))!;
  expect(accountOf(kept.payload.repository.full_name)).toBe('ada');
  expect(kept).toEqual({
    event: 'workflow_run',
    payload: {
      action: 'completed',
      repository: { id: 7, full_name: 'Ada/agent', default_branch: 'main' },
      workflow_run: { id: 4, path: '.github/workflows/huxley.yml' },
    },
  });
});

test.each<[what: string, event: string, payload: object]>([
  ['a command', 'issue_comment', comment('/huxley status')],
  ['a command that cannot be read', 'issue_comment', comment('/huxley sttus')],
  ['an edit of the dashboard by a person', 'issue_comment', comment('x', { action: 'edited', author: bot })],
  ['a dashboard that a person has deleted', 'issue_comment', comment('x', { action: 'deleted', author: bot })],
  ['a variant closed', 'pull_request', pull('closed', 'huxley/r1/v2')],
  ['a pull request of a person', 'pull_request', pull('opened', 'fix-typo')],
  ['a push to a pull request of a person', 'pull_request', pull('synchronize', 'fix-typo')],
  ['a fork’s closed', 'pull_request', pull('closed', 'huxley/r1/v2', 'eve/agent')],
  ['a review of a variant', 'pull_request_review', pull('submitted', 'huxley/r1/v2')],
  ['a push to the default branch', 'push', { ref: 'refs/heads/main', after: 'a'.repeat(40), repository }],
])('%s is kept', (_, event, payload) => {
  expect(accountOf(condense(event, payload)!.payload.repository.full_name)).toBe('ada');
});

test.each<[what: string, event: string, payload: object]>([
  ['talk', 'issue_comment', comment('I like it')],
  ['a bot’s comment', 'issue_comment', comment('/huxley run', { author: bot })],
  ['an edit of one’s own comment', 'issue_comment', comment('/huxley run', { action: 'edited' })],
  ['the App’s own edit', 'issue_comment', comment('x', { action: 'edited', author: bot, sender: bot })],
  ['a workflow run that begins', 'workflow_run', workflow('in_progress', '.github/workflows/huxley.yml')],
  ['another workflow', 'workflow_run', workflow('completed', '.github/workflows/test.yml')],
  ['a pull request of a person', 'pull_request', pull('edited', 'fix-typo')],
  ['a fork’s branch of that name', 'pull_request', pull('assigned', 'huxley/r1/v2', 'eve/agent')],
  ['a deleted fork’s', 'pull_request', pull('labeled', 'huxley/r1/v2', null)],
  ['a review of a pull request of a person', 'pull_request_review', pull('submitted', 'fix-typo')],
  ['a label', 'pull_request', pull('labeled', 'huxley/r1/v2')],
  ['a push to a branch', 'push', { ref: 'refs/heads/x', after: 'a'.repeat(40), repository }],
  ['a deleted default branch', 'push', { ref: 'refs/heads/main', after: '0'.repeat(40), repository }],
  ['an event nobody asked for', 'star', { repository }],
  ['nonsense', 'push', { ref: 1 }],
])('%s is dropped', (_, event, payload) => {
  expect(condense(event, payload)).toBeNull();
});
