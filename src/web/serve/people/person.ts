import { z } from 'zod';
import { HuxleyError } from '../../../model/error.ts';
import type { Session } from './sign-in.ts';

/** What GitHub answers is believed for so long. */
const BELIEVED_MS = 60_000;
const MAX_KEPT = 5_000;

/** The person's token is good for nothing any more. */
export class SessionOver extends Error {}

/** GitHub as the people see it who are signed in. */
export class People {
  readonly #api: string;
  readonly #isInstalled: (repository: string) => Promise<boolean>;
  readonly #asked = new Map<string, { readonly at: number; readonly answer: Promise<boolean> }>();

  /** @param isInstalled whether the App is, in a repository */
  constructor(api: string, isInstalled: (repository: string) => Promise<boolean>) {
    this.#api = api;
    this.#isInstalled = isInstalled;
  }

  /** Whether a person may read a repository that the App is installed in, as GitHub says. @throws SessionOver */
  async mayRead({ token }: Session, repository: string): Promise<boolean> {
    const readable = await this.#believed(`${token} ${repository}`, () => this.#reads(token, repository));
    return readable && this.#believed(`app ${repository}`, () => this.#isInstalled(repository));
  }

  /** Comments on an issue as the person; gives where. @throws SessionOver, or HuxleyError `command.refused` */
  async comment({ token }: Session, repository: string, issue: number, body: string): Promise<string> {
    const answer = await this.#ask(token, `/repos/${repository}/issues/${issue}/comments`, {
      method: 'POST',
      body: JSON.stringify({ body }),
      redirect: 'error',
    });
    const parsed = z.object({ html_url: z.string() }).safeParse(await answer.json());
    if (answer.status === 201 && parsed.success) return parsed.data.html_url;
    throw new HuxleyError(
      'command.refused',
      `GitHub did not take the comment (${answer.status}).`,
      'See whether you may comment on the run’s issue, and whether it is locked.',
    );
  }

  async #reads(token: string, repository: string): Promise<boolean> {
    const answer = await this.#ask(token, `/repos/${repository}`);
    if ([301, 302, 307, 403, 404, 451].includes(answer.status)) return false;
    if (answer.ok) return true;
    throw new HuxleyError('github.unclear', `GitHub answered ${answer.status}.`, 'Try again in a minute.');
  }

  async #ask(token: string, path: string, more: RequestInit = {}): Promise<Response> {
    const answer = await fetch(this.#api + path, {
      // A repository of another name is another repository here.
      redirect: 'manual',
      ...more,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': 'huxley',
      },
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.status === 401) throw new SessionOver();
    return answer;
  }

  #believed(key: string, ask: () => Promise<boolean>): Promise<boolean> {
    const known = this.#asked.get(key);
    if (known !== undefined && performance.now() - known.at < BELIEVED_MS) return known.answer;
    const answer = ask();
    this.#asked.delete(key);
    this.#asked.set(key, { at: performance.now(), answer });
    for (const [oldest] of this.#asked) {
      if (this.#asked.size <= MAX_KEPT) break;
      this.#asked.delete(oldest);
    }
    // What GitHub did not answer is asked again.
    answer.catch(() => this.#asked.delete(key));
    return answer;
  }
}
