import type { WriteKind } from '../pace.ts';
import { asGraphqlRefusal } from '../refusal.ts';
import { type Octokit, ONCE } from './octokit.ts';

/** A change by GraphQL: its field, its `input`, and what is asked back. */
export interface Mutation {
  readonly field: keyof typeof INPUTS;
  readonly input: object;
  readonly select: string;
}

/** The fields used, with what they do in words. */
const INPUTS = {
  createRef: 'create a branch',
  createCommitOnBranch: 'create a commit',
  createCheckRun: 'write a check run',
  createPullRequest: 'open a pull request',
  updatePullRequest: 'edit a pull request',
} as const;

/** What one request holds at most: GitHub gives up on requests that take longer than ten seconds. */
const MOST_MUTATIONS = 10;
const MOST_CHARACTERS = 500_000;

const LINGER_MS = 100;

interface Repository {
  readonly owner: string;
  readonly repo: string;
}

type Pace = (kind: WriteKind) => Promise<void>;

interface Waiting {
  readonly mutations: readonly Mutation[];
  readonly done: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly type?: string;
    readonly path?: readonly unknown[];
    readonly message?: string;
  }[];
}

/**
 * Changes that go together. GitHub limits requests that make content (docs.github.com, "Rate limits for the REST API"), and a
 * GraphQL request may hold many changes: whatever has been asked for by the time the pace allows a write goes in one.
 */
export class Mutations {
  readonly #octokit: Octokit;
  readonly #at: Repository;
  readonly #pace: Pace;
  #waiting: Waiting[] = [];
  readonly #asking = new Set<WriteKind>();
  #repository: Promise<string> | undefined;

  constructor(octokit: Octokit, at: Repository, pace: Pace) {
    this.#octokit = octokit;
    this.#at = at;
    this.#pace = pace;
  }

  /** GraphQL's id of the repository. */
  repositoryId(): Promise<string> {
    this.#repository ??= this.#octokit.rest.repos.get({ ...this.#at }).then(({ data }) => data.node_id);
    this.#repository.catch(() => {
      this.#repository = undefined;
    });
    return this.#repository;
  }

  /**
   * Sends changes, one after the other, with whatever else waits. Gives what the last one answers.
   * @throws GitHubRefusal where one of them was refused; PutOff
   */
  send<T>(kind: WriteKind, mutations: readonly Mutation[]): Promise<T> {
    return new Promise<T>((done, fail) => {
      this.#waiting.push({ mutations, done: done as (value: unknown) => void, fail });
      if (!this.#asking.has(kind)) void this.#serve(kind);
    });
  }

  async #serve(kind: WriteKind): Promise<void> {
    this.#asking.add(kind);
    try {
      // What is asked for at about the same time goes along, though each may have to read something first.
      await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
      while (this.#waiting.length > 0) {
        await this.#pace(kind);
        await this.#request(this.#take());
      }
    } catch (error) {
      for (const { fail } of this.#waiting.splice(0)) fail(error);
    } finally {
      this.#asking.delete(kind);
    }
  }

  #take(): Waiting[] {
    const taken: Waiting[] = [];
    let [count, characters] = [0, 0];
    for (const each of this.#waiting) {
      count += each.mutations.length;
      characters += JSON.stringify(each.mutations).length;
      if (taken.length > 0 && (count > MOST_MUTATIONS || characters > MOST_CHARACTERS)) break;
      taken.push(each);
    }
    this.#waiting = this.#waiting.slice(taken.length);
    return taken;
  }

  async #request(taken: readonly Waiting[]): Promise<void> {
    if (taken.length === 0) return;
    const all = taken.flatMap(({ mutations }) => mutations);
    const first = INPUTS[all[0]!.field];
    let answer: Answer;
    try {
      answer = { data: await this.#octokit.graphql(mutationDocument(all), { ...inputsOf(all), request: ONCE }) };
    } catch (error) {
      answer = error as Answer;
      if (answer.errors === undefined || answer.data === undefined || answer.data === null) {
        for (const { fail } of taken) fail(asGraphqlRefusal(error, first));
        return;
      }
    }
    let n = 0;
    for (const { mutations, done, fail } of taken) {
      const names = mutations.map(() => `m${n++}`);
      const refused = answer.errors?.find(({ path }) => names.includes(String(path?.[0])));
      if (refused === undefined) done(answer.data![names.at(-1)!]);
      else {
        const { field } = mutations[names.indexOf(String(refused.path![0]))]!;
        fail(asGraphqlRefusal({ errors: [refused] }, INPUTS[field]));
      }
    }
  }
}

/** One request for all of them, in their order; each has its input as a variable. */
function mutationDocument(mutations: readonly Mutation[]): string {
  const type = (field: string) => `${field[0]!.toUpperCase()}${field.slice(1)}Input!`;
  const variables = mutations.map(({ field }, n) => `$i${n}: ${type(field)}`);
  const fields = mutations.map(({ field, select }, n) => `m${n}: ${field}(input: $i${n}) { ${select} }`);
  return `mutation (${variables.join(', ')}) { ${fields.join(' ')} }`;
}

const inputsOf = (mutations: readonly Mutation[]) =>
  Object.fromEntries(mutations.map(({ input }, n) => [`i${n}`, input]));
