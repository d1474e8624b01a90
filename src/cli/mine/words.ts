import { z } from 'zod';
import { type Commit, pullRequestOf } from '../../benchmark/mine/history/commit.ts';
import type { Words } from '../../benchmark/mine/statement/clean.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { visible } from '../../report/text/text.ts';

const issueSchema = z.object({ title: z.string(), body: z.string().nullable() });
const LINKED = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d{1,9})\b/gi;
/** Issues read of one pull request. */
const MOST_ISSUES = 3;
const SECONDS = 30;

/**
 * Where the words about a commit come from: the commit itself, or GitHub's pull request and the issues that it closes.
 * @param github `owner/name`; undefined for the commits alone
 * @throws HuxleyError `mine.github` for a name that is none, or without a token
 */
export function wordsFrom(
  github: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): (commit: Commit) => Promise<Words> {
  if (github === undefined) return async (commit) => shown(wordsOfCommit(commit));
  const token = environment.GITHUB_TOKEN || environment.GH_TOKEN;
  if (!/^[\w-]+\/[\w.-]+$/.test(github) || !token)
    throw new HuxleyError(
      'mine.github',
      token ? `'${github}' is not a GitHub repository` : '--github needs a token in GITHUB_TOKEN',
      'Name it as `owner/name`, with a token that may read it.',
    );
  const read = reader(`${environment.GITHUB_API_URL || 'https://api.github.com'}/repos/${github}`, token);
  return async (commit) => {
    const number = pullRequestOf(commit);
    const own = wordsOfCommit(commit);
    const pull = number === null ? null : await read(`pulls/${number}`);
    if (pull === null) return shown(own);
    const numbers = [...(pull.body ?? '').matchAll(LINKED)].map((match) => match[1]!);
    const issues = await Promise.all([...new Set(numbers)].slice(0, MOST_ISSUES).map((one) => read(`issues/${one}`)));
    const said = issues.flatMap((issue) => (issue === null ? [] : [`${issue.title}.\n\n${issue.body ?? ''}`]));
    return shown({ title: pull.title, body: [...said, pull.body ?? ''].join('\n\n') });
  };
}

/** An agent reads what a person who looks at it would. */
function shown({ title, body }: Words): Words {
  return { title: visible(title), body: visible(body) };
}

/** GitHub's merges have the pull request's title in the first line of their body. */
function wordsOfCommit({ subject, body }: Commit): Words {
  if (!/^Merge (?:pull request|branch|remote-tracking)/.test(subject)) return { title: subject, body };
  const [title = '', ...rest] = body.split('\n');
  return { title, body: rest.join('\n') };
}

/** Null for what is not there. */
function reader(base: string, token: string) {
  return async (path: string): Promise<z.infer<typeof issueSchema> | null> => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' };
    const wrong = (why: string) =>
      new HuxleyError(
        'mine.github',
        `GitHub does not give ${path}: ${why}`,
        'Check the token and its limits, and run the same command again.',
      );
    try {
      const response = await fetch(`${base}/${path}`, { headers, signal: AbortSignal.timeout(SECONDS * 1000) });
      if (response.status === 404 || response.status === 410) return null;
      if (!response.ok) throw wrong(`it answered ${response.status}`);
      return issueSchema.parse(await response.json());
    } catch (error) {
      throw error instanceof HuxleyError ? error : wrong(messageOf(error));
    }
  };
}
