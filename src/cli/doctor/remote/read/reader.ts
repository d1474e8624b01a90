import type { z } from 'zod';
import { messageOf } from '../../../../model/error.ts';
import type { Answer } from '../facts.ts';

/** An Octokit, as far as questions go. */
export interface Client {
  request(
    route: string,
    parameters?: Record<string, unknown>,
  ): Promise<{ readonly data: unknown; readonly headers: { readonly date?: string | undefined } }>;
}

interface Question<S extends z.ZodType, A> {
  readonly answer: S;
  /** The permission a token needs for it. */
  readonly needs: string;
  /** What a 404 means, or that the account's plan has no such thing; without it, that the token may not ask. */
  readonly absent?: A;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Whom to ask; by default everybody who may reach the repository, one after the other. */
  readonly via?: readonly Client[];
}

/** Asks GitHub about one repository, first as the person and then as the App. */
export class Reader {
  readonly #clients: readonly Client[];
  readonly #at: { readonly owner: string; readonly repo: string };
  #skew: number | null = null;

  constructor(repository: string, clients: readonly Client[]) {
    const [owner, repo] = repository.split('/') as [string, string];
    this.#at = { owner, repo };
    this.#clients = clients;
  }

  /** Seconds this machine's clock is ahead of GitHub's, by the answer that took the shortest; null before any. */
  get skewSeconds(): number | null {
    return this.#skew;
  }

  async ask<S extends z.ZodType, A = never>(
    route: string,
    { answer, needs, absent, parameters = {}, via = this.#clients }: Question<S, A>,
  ): Promise<Answer<z.output<S> | A>> {
    let last: Answer<never> = { known: false, status: null, why: 'there are no credentials to ask with', needs };
    let gone = false;
    const at = route.includes('{owner}') ? this.#at : {};
    for (const client of via) {
      try {
        const { data, headers } = await client.request(route, { ...at, ...parameters });
        this.#note(headers.date);
        const parsed = answer.safeParse(data);
        if (parsed.success) return { known: true, value: parsed.data };
        last = { known: false, status: null, why: 'GitHub’s answer does not match its published schema', needs };
      } catch (error) {
        const { response, status } = error as { response?: { headers?: { date?: string } }; status?: number };
        this.#note(response?.headers?.date);
        if (response === undefined || status === undefined)
          last = { known: false, status: null, why: `GitHub did not answer (${messageOf(error)})`, needs };
        else if (absent !== undefined && (status === 404 || (status === 403 && NOT_IN_PLAN.test(wordsOf(error)))))
          gone = true;
        else last = { known: false, status, why: `GitHub answered ${status} (${wordsOf(error)})`, needs };
      }
    }
    return gone ? { known: true, value: absent as A } : last;
  }

  #note(date: string | undefined): void {
    if (date === undefined) return;
    this.#skew = Math.min(this.#skew ?? Number.POSITIVE_INFINITY, (Date.now() - Date.parse(date)) / 1_000);
  }
}

/** How GitHub refuses what a private repository has on paid plans alone. */
const NOT_IN_PLAN = /^Upgrade to GitHub/;

/** GitHub's own words, without the address of its documentation. */
function wordsOf(error: unknown): string {
  const { message } = ((error as { response?: { data?: unknown } }).response?.data ?? {}) as { message?: unknown };
  return (typeof message === 'string' ? message : messageOf(error))
    .replace(/[^\P{C}]/gu, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 200);
}
