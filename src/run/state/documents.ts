import { z } from 'zod';
import { type JobRecord, jobRecordSchema } from './job-record.ts';
import { specSchema } from './spec.ts';

/** A document kept of a run, or of a repository, beside the journal: JSON, checked whenever it is read. */
export interface Document<T> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
}

/** Documents of one kind, one for each key. */
export interface DocumentSet<T> {
  readonly prefix: string;
  readonly schema: z.ZodType<T>;
  of(key: string): Document<T>;
}

/** Something that is done on GitHub once: first that it is meant to be done, then what came of it. */
export type Once<T> = { readonly intended: true } | { readonly done: T };

/** What `huxley recover` does about a document, after which the run goes on without it. */
type Recovery = `rebuilt: ${string}` | `not rebuilt: ${string}`;

const one = <T>(name: string, schema: z.ZodType<T>, _recovery: Recovery): Document<T> => ({ name, schema });

const each = <T>(kind: string, schema: z.ZodType<T>, _recovery: Recovery): DocumentSet<T> => ({
  prefix: `${kind}/`,
  schema,
  of: (key) => ({ name: `${kind}/${key}`, schema }),
});

const once = <T>(schema: z.ZodType<T>): z.ZodType<Once<T>> =>
  z.union([z.strictObject({ intended: z.literal(true) }), z.strictObject({ done: schema })]);

const time = z.iso.datetime();

/** What is known of a variant's commit and not in the archive: its pull request tells it. */
const makingSchema = z.strictObject({
  sha: z.string(),
  tree: z.string(),
  title: z.string(),
  diagnosis: z.strictObject({ summary: z.string(), proposal: z.string() }).nullable(),
  files: z.int(),
  added: z.int(),
  removed: z.int(),
  tasks: z.array(z.string()),
  donor: z.string().nullable(),
  checkPassed: z.boolean().nullable(),
  /** What reviewers should look at twice; paths are untrusted text. */
  unusual: z.array(z.strictObject({ path: z.string(), note: z.string() })).optional(),
  /** Absent where nobody looked: in documents from before, and after a recovery. */
  addsDependencies: z.boolean().optional(),
});
export type Making = z.infer<typeof makingSchema>;

const diffSchema = z.strictObject({ files: z.int(), added: z.int(), removed: z.int() });
export type Diff = z.infer<typeof diffSchema>;

/** Where the transcripts of a finished evaluation job lie. */
const transcriptSchema = z.strictObject({ workflowRun: z.int().positive(), artifact: z.string(), digest: z.string() });

const releaseSchema = z.enum(['awaiting', 'released', 'given up']);

const scheduleSchema = z.strictObject({
  cron: z.string().nullable(),
  since: time,
  paths: z.array(z.string()),
  head: z.string().nullable(),
  /** Written before an issue is opened, so that whoever comes after a crash goes on with the same. */
  starting: z.strictObject({ id: z.string(), occasion: z.enum(['cron', 'push']), why: z.string() }).exactOptional(),
  refused: z.strictObject({ issue: z.int(), text: z.string() }).exactOptional(),
});
export type ScheduleState = z.infer<typeof scheduleSchema>;

/** Every document a run keeps. Nothing else is written beside its journal. */
export const DOCUMENTS = {
  /** What the run was started with besides what its first event holds. */
  spec: one('spec', specSchema, 'rebuilt: its first check run holds it'),
  /** The comment that starts it, by its id, or the head that does without one. */
  begun: one('begun', z.string(), 'not rebuilt: the reply to the comment is looked for'),
  /** How many of the journal's entries the check runs hold. */
  published: one('published', z.int(), 'rebuilt: as many as the check runs gave'),
  /** Writing one check run; its name there. */
  check: each('check', once(z.int()), 'not rebuilt: its name is looked for before it is written'),
  /** Saying a verdict on a promotion commit. */
  verdict: each('verdict', z.boolean(), 'not rebuilt: the check run is looked for before it is written'),

  /** When the last round of telling was. */
  told: one('told', time, 'not rebuilt: all is told at once'),

  /** The dashboard's comment. */
  dashboard: one('dashboard', once(z.int()), 'rebuilt: as intended, so that it is looked for'),
  /** What the dashboard shows. `trouble` is what was shown of it: anything new is shown at once. */
  dashboardShown: one(
    'dashboard-shown',
    z.strictObject({ key: z.string(), at: time, trouble: z.string().optional() }),
    'not rebuilt: the dashboard is written again',
  ),
  /** The comment that says how the run ended. */
  summary: one('summary', once(z.int()), 'rebuilt: as intended, so that it is looked for'),
  /** What needs a person, by what it is about. */
  attention: one('attention', z.record(z.string(), z.string()), 'not rebuilt: what still holds is said again'),
  /** Nothing is left to be done. */
  finalized: one('wound-up', z.boolean(), 'not rebuilt: finalizing again changes nothing'),

  /** A job in flight, by its name. */
  job: each('job', jobRecordSchema, 'not rebuilt: it is ordered again, and charged as `orphans` says'),
  /** The preflight in flight. */
  preflight: one('preflight', jobRecordSchema, 'not rebuilt: it is ordered again'),
  /** What attempts at the preflight cost that told nothing, in US dollars. */
  spentOnPreflight: one('spent-on-preflight', z.number(), 'not rebuilt: GitHub does not hold what they cost'),
  /** How often orders were sent of each job that the journal does not know or has in flight. */
  orphans: one('orphans', z.record(z.string(), z.int()), 'rebuilt: from the workflow runs this App started'),
  /** Where the transcripts of an evaluation job lie, by the job. */
  transcript: each('transcripts', transcriptSchema, 'rebuilt: from the artifacts of those workflow runs'),
  /** Whether something may start on a push of the root's commit to a branch of Huxley's. */
  startsOnPush: one('starts-on-push', z.boolean(), 'not rebuilt: it is looked at again'),
  /** A commit whose workflow file was looked at, by its name. */
  workflow: each('workflow', z.boolean(), 'not rebuilt: it is looked at again'),

  /** What a pull request tells of a variant, by the variant. */
  making: each('making', makingSchema, 'rebuilt: from the commit, but for the diagnosis'),
  /** A commit made for a branch that is not there yet, by the branch. */
  commit: each(
    'commit',
    z.strictObject({ sha: z.string(), of: z.string() }),
    'not rebuilt: a branch without evidence is deleted, and made again',
  ),
  /** A variant's pull request, by the variant. */
  pull: each('pull', once(z.int()), 'rebuilt: the oldest pull request of its branch'),
  /** When pull requests were last looked at, and when all of them. */
  pullsSeen: one('pulls-seen', z.strictObject({ at: time, all: time }), 'not rebuilt: all are looked at again'),
  /** How a pull request was last left: what its body said, and whether it was open. */
  body: each(
    'body',
    z.strictObject({ key: z.string(), at: time, open: z.boolean() }),
    'not rebuilt: the body is written again',
  ),
  /** The size of everything a pull request would merge, once it is turned to the default branch. */
  whole: each('whole', diffSchema, 'not rebuilt: it is measured again when the variant is promoted'),

  /** The commit that is merged in place of one that was judged, by that one. */
  promotion: each('promotion', z.string(), 'not rebuilt: the head of the branch is compared with it'),
  /** Since when no check of a promotion commit has been pending, by the commit. */
  pushed: each('pushed', time, 'not rebuilt: the wait begins again'),
  /** Since when a merge has been waiting. */
  mergeSince: one('merge-since', time, 'not rebuilt: the wait begins again'),
  /** Whether a winner waits for a person to have read it, and how that ended; absent where none does, or it was merged. */
  release: one('release', releaseSchema, 'rebuilt: `awaiting` where no promotion commit is on its branch'),
} as const;

/** What stands in for a run's name where documents are about the repository. */
export const NO_RUN = '-';

/** Every document kept of a repository rather than of a run. */
export const REPOSITORY_DOCUMENTS = {
  /** Until when comments have been read. */
  commentsSince: one('comments-since', time, 'not rebuilt: reading begins now'),
  /** Since when GitHub has not shown the repository to the App; absent where it does. */
  outOfReach: one('out-of-reach', time, 'not rebuilt: it is looked at again'),
  /** What is known of the schedule: from when on its times count, up to which commit pushes were looked at, what is being started, and what was refused last. */
  schedule: one('schedule', scheduleSchema, 'not rebuilt: its times count from now on, and pushes from this commit on'),
  /** Opening the issue of a scheduled run, by what started it. */
  scheduled: each('scheduled', once(z.int()), 'not rebuilt: the issue is looked for'),
  /** A command that is answered, by its comment, as are the next ones; a label's or a schedule's by a name of its own. */
  answered: each('answered', z.boolean(), 'not rebuilt: the reply is looked for'),
  /** The run a command started. */
  started: each('started', z.string(), 'not rebuilt: its reply is looked for'),
  /** Saying what measuring a pull request's head without a command may cost, by its name. */
  advised: each('advised', once(z.int()), 'not rebuilt: the comment is looked for'),
  /** What became of a pull request's head that was to be measured without a command, by its name. */
  measured: each('measured', z.string(), 'not rebuilt: the next look at it measures it again'),
  /** The reply to a command that changed something. */
  reply: each('reply', z.string(), 'not rebuilt: the reply is looked for'),
  /** Writing the reply. */
  replied: each('replied', once(z.int()), 'not rebuilt: the reply is looked for'),
  /** Artifacts with the last states of earlier ticks, the oldest first. */
  states: one('states', z.array(z.int()), 'not rebuilt: old states expire by themselves'),
  /** Why a run that GitHub has branches of could not be recovered when the controller in Actions found it, by the run. */
  notRecovered: each('not-recovered', z.string(), 'not rebuilt: it is tried again'),
  /** Ticks of a controller that runs in Actions, and the whole minutes they took, each rounded up as GitHub charges them. */
  ticks: one('ticks', z.strictObject({ count: z.int(), minutes: z.int() }), 'not rebuilt: counting begins again'),
} as const;

/** The document of a job's record: the preflight is no job of the archive. */
export function recordOf({ order }: JobRecord): Document<JobRecord> {
  return order.kind === 'preflight' ? DOCUMENTS.preflight : DOCUMENTS.job.of(order.jobId);
}

/** The schema of a run's document by its name; null for one that nothing declares. */
export function declared(name: string): z.ZodType | null {
  for (const kind of Object.values(DOCUMENTS))
    if ('prefix' in kind ? name.startsWith(kind.prefix) : name === kind.name) return kind.schema;
  return null;
}
