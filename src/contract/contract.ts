import { z } from 'zod';
import { commandLine } from '../model/command-line.ts';
import { FINDINGS } from '../model/finding.ts';
import { MAX_GUIDANCE, MAX_IDEA } from '../model/memory/idea.ts';
import { MAX_PREDICTIONS, PREDICTABLE } from '../model/memory/prediction.ts';
import { MAX_DROPPED } from '../model/memory/slim.ts';
import type { NetworkHosts } from '../model/network/hosts.ts';
import { OPERATORS } from '../model/operator.ts';
import { SIGNS } from '../model/sign.ts';
import { VERDICTS, verdictOf } from '../model/verdict.ts';
import { proposal } from './proposal.ts';
import type { AgentConfig, JobLimits, ModelsConfig } from './settings.ts';

/** Version of orders and results; the app and the worker refuse each other's when it differs. */
export const CONTRACT_VERSION = 2 as const;

/** The sha256 of an order's signed text: which order a workflow run and a result belong to. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in lower-case hexadecimal');

/** The key an App signs its orders with, as `.github/huxley.yml` names it: 32 bytes in base64url. */
export const publicKeySchema = z
  .string()
  .regex(
    /^ed25519:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/,
    `not an Ed25519 key: write it as ${commandLine('key')} prints it`,
  );

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'a full git object name in lower-case hexadecimal');
const variant = z.templateLiteral(['v', z.int().min(0)]);
const task = z.string().min(1).max(200);
const jobId = z.string().regex(/^[a-z0-9][a-z0-9.-]{2,79}$/);

/** Where the transcript of one earlier evaluation lies: an artifact of a workflow run the app dispatched. */
const evidenceRef = z.strictObject({
  variant,
  task,
  outcome: z.enum(VERDICTS),
  workflowRun: z.int().positive(),
  artifact: z.string().min(1).max(200),
  /** `sha256:` of the artifact's zip as GitHub reports it. */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

const orderBase = {
  v: z.literal(CONTRACT_VERSION),
  jobId,
  /** Random; comes back in the result, so that a result belongs to one order. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** GitHub's number of the repository the order is for. */
  repository: z.int().positive(),
  /** Login of the App that dispatches it; nobody else's workflow run carries it out. */
  app: z.string().min(1).max(100),
  /**
   * Commit of the default branch whose `.github/huxley.yml` says how the work is done: models, endpoint, prices, limits and
   * commands. An order carries none of these.
   */
  configuration: sha,
  run: z.string().min(1).max(64),
  /** The variant worked on: measured, or the parent of the child to be made. */
  variant,
  sha,
  tree: sha,
  /** Digest of the suite; null for a run that does not know it. */
  suite: z.string().nullable(),
  /** When the worker stops by itself and reports what it has, ISO 8601 in UTC. */
  deadline: z.iso.datetime(),
};

/** Most times that one attempt's files are graded. */
export const MAX_GRADINGS = 5;

const evaluateOrder = z.strictObject({
  ...orderBase,
  kind: z.literal('evaluate'),
  split: z.enum(['search', 'heldout']),
  tasks: z.array(task).min(1).max(100),
  /** How often each attempt's files are graded, in fresh containers each time; absent for once. */
  gradings: z.int().min(1).max(MAX_GRADINGS).exactOptional(),
});

const expandOrder = z.strictObject({
  ...orderBase,
  kind: z.literal('expand'),
  operator: z.discriminatedUnion('name', [
    z.strictObject({
      name: z.enum(OPERATORS),
      /** The child's number. */
      child: variant,
      donor: z.strictObject({ variant, sha, tree: sha }).nullable(),
    }),
    // A person's change, the difference between two commits, is done to the parent: no model takes part.
    z.strictObject({ name: z.literal('adoption'), child: variant, base: sha, head: sha }),
    // Edits of the parent's lineage are taken back, in this order: each is the difference between two commits.
    z.strictObject({
      name: z.literal('slim'),
      child: variant,
      drop: z
        .array(z.strictObject({ variant, base: sha, head: sha }))
        .min(1)
        .max(MAX_DROPPED),
    }),
  ]),
  tasks: z.array(task).max(20),
  evidence: z.array(evidenceRef).max(40),
  /** By name, of the models that its configuration leaves a choice of; absent for the first. */
  models: z
    .strictObject({ diagnose: z.string().min(1).exactOptional(), modify: z.string().min(1).exactOptional() })
    .exactOptional(),
  /** What was proposed before, the most telling first; absent for nothing. */
  proposed: z.array(proposal).max(100).exactOptional(),
  /** In people's own words: the change one of them asks for, and what all changes should keep to. */
  idea: z.string().min(1).max(MAX_IDEA).exactOptional(),
  guidance: z.array(z.string().min(1).max(MAX_IDEA)).min(1).max(MAX_GUIDANCE).exactOptional(),
});

/** Looks whether a run can do its work at all, before anything else of it is ordered. */
const preflightOrder = z.strictObject({
  ...orderBase,
  kind: z.literal('preflight'),
  /** Every task of the run, search and held-out ones in one order; none where they are too many for an input. */
  tasks: z.array(task).max(2_000),
});

/** One unit of work as the App orders it: signed, it is the single input of a workflow run on the default branch. */
export const orderSchema = z.discriminatedUnion('kind', [evaluateOrder, expandOrder, preflightOrder]);
export type IssuedOrder = z.infer<typeof orderSchema>;
export type EvidenceRef = z.infer<typeof evidenceRef>;

/** What an order leaves to the configuration of the commit it names. */
export interface Settings {
  readonly suite: {
    readonly name: string;
    readonly digest: string | null;
    /** What its tasks may reach; nothing where absent. */
    readonly network?: NetworkHosts | undefined;
  };
  readonly agent: AgentConfig;
  readonly models: ModelsConfig;
  readonly limits: JobLimits;
}

/** An order that was checked, with its settings: what a worker carries out. */
type Settled<Issued> = Omit<Issued, 'suite' | 'repository' | 'app' | 'configuration' | 'models'> &
  Settings & {
    /** Of the signed text it was read from. */
    readonly digest: string;
  };
export type EvaluateOrder = Settled<z.infer<typeof evaluateOrder>>;
export type ExpandOrder = Settled<z.infer<typeof expandOrder>>;
/** Work that is done on tasks. */
export type Order = EvaluateOrder | ExpandOrder;
export type PreflightOrder = Settled<z.infer<typeof preflightOrder>>;

const usage = z.strictObject({
  requests: z.int().min(0),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  costUSD: z.number().min(0),
});
export type Usage = z.infer<typeof usage>;

const taskResult = z
  .strictObject({
    task,
    verdict: z.enum(VERDICTS),
    /** Of every grading of the same files, in order, where there was more than one. */
    verdicts: z.array(z.enum(VERDICTS)).min(2).max(MAX_GRADINGS).exactOptional(),
    /** How far an attempt that did not resolve the task came: see `Grade.score`. */
    score: z.number().min(0).lt(1).exactOptional(),
    costUSD: z.number().min(0),
    seconds: z.number().min(0),
    /** Why, in a sentence or two; untrusted text, never shown unescaped. */
    evidence: z.string().max(4_000),
    /** What the worker noticed about an attempt that did not resolve the task; absent for nothing. */
    signs: z.array(z.enum(SIGNS)).min(1).max(SIGNS.length).exactOptional(),
    /** Input and output tokens of the agent's calls, all tries together; absent from workers that did not count them. */
    tokens: z.int().min(0).exactOptional(),
    /** Nothing of the variant's had run yet: the task's image could not be had. Absent for anything else. */
    unbegun: z.literal(true).exactOptional(),
  })
  .refine(({ verdict, unbegun }) => unbegun === undefined || verdict === 'infrastructure', {
    path: ['unbegun'],
    error: 'belongs to a task without a result',
  })
  .refine(({ verdict, verdicts }) => verdicts === undefined || verdict === verdictOf(verdicts), {
    path: ['verdict'],
    error: 'is not the first outcome of its gradings',
  })
  .refine(({ verdict, score }) => score === undefined || verdict === 'unresolved', {
    path: ['score'],
    error: 'belongs to an attempt that did not resolve its task',
  });
export type TaskResult = z.infer<typeof taskResult>;

const diagnosis = z.strictObject({
  /** What happened in the trajectories looked at. */
  summary: z.string().max(8_000),
  /** Improvements considered, the chosen one first. */
  considered: z.array(z.string().max(2_000)).max(10),
  /** One line: what the child changes. */
  title: z.string().min(1).max(200),
  /** The issue text the agent was handed. */
  proposal: z.string().max(16_000),
  /** What it expects of the tasks it was shown; absent for nothing. The App keeps those about tasks of the order. */
  predicted: z
    .array(z.strictObject({ task, change: z.enum(PREDICTABLE), chance: z.number().min(0).max(1) }))
    .min(1)
    .max(MAX_PREDICTIONS)
    .exactOptional(),
});
export type Diagnosis = z.infer<typeof diagnosis>;

const resultBase = {
  v: z.literal(CONTRACT_VERSION),
  jobId,
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** Digest of the order's signed text. */
  order: digestSchema,
  sha,
  usage,
  /** True when a rehearsal model answered instead of a real one; every surface says so. */
  rehearsal: z.boolean(),
  seconds: z.number().min(0),
  /** Trouble that is nobody's result: the job as a whole could not do its work. */
  error: z.strictObject({ code: z.string().max(100), message: z.string().max(4_000) }).nullable(),
};

const evaluateResult = z.strictObject({
  ...resultBase,
  kind: z.literal('evaluate'),
  /** Partial batches are valid: a task that is missing had infrastructure trouble. */
  perTask: z.array(taskResult).max(100),
});

const fileChange = z.strictObject({
  path: z.string().min(1).max(500),
  mode: z.enum(['100644', '100755']),
  content: z.string().max(400_000).nullable(),
});

const expandResult = z.strictObject({
  ...resultBase,
  kind: z.literal('expand'),
  diagnosis: diagnosis.nullable(),
  /** The changed files, which the App applies to the parent's tree after validating them again. */
  files: z.array(fileChange).max(200),
  /** Where a child could not be made; `null` when it was. A child that fails its own check keeps its files. */
  failure: z
    .strictObject({ stage: z.enum(['diagnose', 'modify', 'validate', 'check']), reason: z.string().max(4_000) })
    .nullable(),
  /** Edits that were to be taken back and could not be; absent for none. */
  unreverted: z.array(variant).min(1).max(MAX_DROPPED).exactOptional(),
});

const finding = z.strictObject({
  about: z.enum(FINDINGS),
  /** Whether a run cannot do its work with this. */
  fatal: z.boolean(),
  /** Untrusted text, never shown unescaped. */
  text: z.string().max(4_000),
});
export type Finding = z.infer<typeof finding>;

const preflightResult = z.strictObject({
  ...resultBase,
  kind: z.literal('preflight'),
  findings: z.array(finding).max(50),
});
export type PreflightResult = z.infer<typeof preflightResult>;

/** What a worker returns as `result.json` in the artifact `huxley-result-<jobId>`. Untrusted until the app has checked it. */
export const resultSchema = z.discriminatedUnion('kind', [evaluateResult, expandResult, preflightResult]);
/** Of work on tasks. */
export type Result = z.infer<typeof evaluateResult> | z.infer<typeof expandResult>;
export type AnyResult = z.infer<typeof resultSchema>;
export type EvaluateResult = z.infer<typeof evaluateResult>;
export type ExpandResult = z.infer<typeof expandResult>;

/** Code of the error of a result whose order came too late: nothing of it was begun. */
export const LATE = 'order.late';

/** Largest `result.json` the app reads, in bytes. */
export const MAX_RESULT_BYTES = 8 * 1024 * 1024;

export function resultArtifactName(job: string): string {
  return `huxley-result-${job}`;
}

export function transcriptArtifactName(job: string): string {
  return `huxley-transcripts-${job}`;
}
