import type { ReportDocument, RunDocument, RunsDocument, Transcript } from '../document/document.ts';
import { listen } from './live.ts';
import { allShown, shown } from './parts/shown.ts';

/** Something that went wrong, and what to do about it. */
export class Trouble extends Error {
  readonly remedy: string;
  /** Whether signing in would help. */
  readonly signIn: boolean;

  constructor(message: string, remedy: string, signIn = false) {
    super(message);
    this.name = 'Trouble';
    this.remedy = remedy;
    this.signIn = signIn;
  }
}

/** Where the page's data comes from. No text that it gives has anything in it that hides or acts: see `shown`. Every method throws `Trouble`. */
export interface DocumentSource {
  document(): Promise<RunDocument>;
  /** Null where only one run is known. */
  runs(): Promise<RunsDocument | null>;
  /** Unified, of a variant against its parent. */
  diff(variant: string): Promise<string>;
  transcript(job: string, task: string): Promise<Transcript>;
  /** Calls back when the run has gone on, and with whether it would hear of that; gives what ends it. Null where nothing changes. */
  readonly watch: ((changed: () => void, live: (is: boolean) => void) => () => void) | null;
  /** Path of another run of the repository; null where this is the only one that is served. */
  readonly toRun: ((run: string) => string) | null;
  /** Posts a command as the person who is signed in and gives its address; null where one may only read. */
  readonly command: ((text: string) => Promise<string>) | null;
  readonly user: string | null;
  /** What is not in it for lack of room; null for nothing. */
  readonly cut: string | null;
}

/** A file that holds all of it. */
export function embeddedSource(report: ReportDocument): DocumentSource {
  const missing = (what: string) =>
    new Trouble(
      `${what} is not in this file.`,
      report.cut ?? 'It was not kept when the run was made. Open the run with `huxley view` to look for it.',
    );
  return {
    document: async () => allShown(report.document),
    runs: async () => null,
    diff: async (variant) => {
      const found = Object.hasOwn(report.diffs, variant) ? report.diffs[variant] : undefined;
      if (found === undefined) throw missing('The diff');
      return shown(found);
    },
    transcript: async (job, task) => {
      const key = `${job}/${task}`;
      const found = Object.hasOwn(report.transcripts, key) ? report.transcripts[key] : undefined;
      if (found === undefined) throw missing('The transcript');
      return allShown(found);
    },
    watch: null,
    toRun: null,
    command: null,
    user: null,
    cut: report.cut === null ? null : shown(report.cut),
  };
}

/** A server that the page came from: `huxley view` or `huxley serve`. */
export function httpSource({ base, csrf, user }: Settings): DocumentSource {
  const ask = async (path: string, init: RequestInit = {}) => {
    let answer: Response;
    try {
      answer = await fetch(base + path, { cache: 'no-cache', ...init });
    } catch {
      throw new Trouble(
        'The server does not answer.',
        'Check that the process that serves this page is still running, then reload.',
      );
    }
    if (answer.ok) return answer;
    const told = (await answer.json().catch(() => null)) as { error?: unknown; remedy?: unknown } | null;
    throw new Trouble(
      shown(String(told?.error ?? `The server answered ${answer.status}.`)),
      shown(String(told?.remedy ?? 'Reload the page; sign in again if that does not help.')),
      answer.status === 401,
    );
  };
  const json = async <T>(path: string) => allShown((await (await ask(path)).json()) as T);
  return {
    document: () => json<RunDocument>('/document.json'),
    runs: () => json<RunsDocument>('/runs.json'),
    diff: async (variant) => shown(await (await ask(`/diff/${variant}`)).text()),
    transcript: (job, task) => json<Transcript>(`/transcript/${encodeURIComponent(job)}/${encodeURIComponent(task)}`),
    watch: (changed, live) => listen(() => new EventSource(`${base}/events`), changed, live),
    toRun: base.startsWith('/runs/')
      ? (run) => `${base.slice(0, base.lastIndexOf('/'))}/${encodeURIComponent(run)}/#/runs`
      : null,
    command:
      csrf === null
        ? null
        : async (text) => {
            const headers = { 'content-type': 'application/json', 'x-huxley-csrf': csrf };
            const answer = await ask('/command', { method: 'POST', headers, body: JSON.stringify({ text }) });
            return String(((await answer.json()) as { url?: unknown }).url ?? '');
          },
    user,
    cut: null,
  };
}

interface Settings {
  readonly base: string;
  readonly csrf: string | null;
  readonly user: string | null;
}

/** What the page's own HTML says of where its data is. */
export function sourceOf(page: Document): DocumentSource {
  const embedded = page.getElementById('huxley')?.textContent;
  if (embedded) return embeddedSource(JSON.parse(embedded) as ReportDocument);
  const settings = page.querySelector<HTMLMetaElement>('meta[name="huxley"]')?.content;
  if (!settings) throw new Trouble('This page has no data.', 'Write it again with `huxley report`.');
  return httpSource(JSON.parse(settings) as Settings);
}
