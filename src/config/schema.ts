import { z } from 'zod';
import { registrySchema } from '../contract/build.ts';
import { publicKeySchema } from '../contract/contract.ts';
import { priceSchema } from '../contract/settings.ts';
import { commandLine } from '../model/command-line.ts';
import { PREFERENCES } from '../model/event.ts';
import { GOALS } from '../model/gate/cost.ts';
import { GATE_TESTS, PROMISES } from '../model/gate/verdict.ts';
import { EFFORTS } from '../model/limits/effort.ts';
import { parseHost } from '../model/network/hosts.ts';
import { measureSchema } from './measure.ts';
import { checkModels, modelSetsSchema, modelsSchema, providersSchema } from './models.ts';
import { scheduleSchema } from './schedule.ts';

const models = z
  .strictObject({
    solve: modelsSchema
      .default('gpt-5.4-mini')
      .describe(
        'Model the agent solves tasks with: a name, or `{ provider: anthropic, model: claude-sonnet-4-5 }`. With a list, `HUXLEY_MODEL` names the first, and the agent may use any of them.',
      ),
    modify: modelSetsSchema
      .default('gpt-5.4')
      .describe(
        'Model the agent rewrites itself with, or a list as for `solve`. From a list of lists, `[[claude-opus-4-5, claude-haiku-4-5], gpt-5.4]`, each expansion uses one part; parts that yielded more are used more often.',
      ),
    diagnose: modelsSchema
      .default('gpt-5.4')
      .describe(
        'Model that reads transcripts and proposes the change. From a list, each expansion uses one; those that yielded more are used more often.',
      ),
    baseURL: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null)
      .describe(
        "The endpoint of models that name no provider, up to `/v1`: OpenAI's, Anthropic's, or one that speaks one of their APIs; null for OpenAI's own.",
      ),
    providers: providersSchema
      .default({})
      .describe(
        'Other endpoints, by names that you choose: `{ anthropic: { baseURL: https://api.anthropic.com/v1, key: ANTHROPIC_API_KEY, api: messages } }`. `key` names the secret that holds the key. `api` is what the endpoint speaks: `chat`, `responses`, `messages` or a list; anything when left out.',
      ),
    prices: z
      .record(z.string().min(1), priceSchema)
      .default({})
      .describe(
        'US dollars per million tokens, for models without a built-in price or to replace it: `{ my-model: { input: 1, cachedInput: 0.1, output: 4 } }`. `cacheWrite` and `cacheWriteHour` say what writing to a cache costs.',
      ),
    reasoning: z
      .enum(EFFORTS)
      .nullable()
      .default(null)
      .describe(
        'How hard models think for the agent, whatever it asks for, so that no variant wins by asking for more; null leaves it to the agent.',
      ),
    images: z
      .boolean()
      .default(false)
      .describe('Whether agents may send pictures, as bytes; up to 50,000 tokens are reserved for each.'),
    maxOutputTokens: z
      .int()
      .min(256)
      .max(1_000_000)
      .optional()
      .describe(
        'Maximum number of output tokens in one answer, also requested when an agent does not set a number; 16,384 when left out.',
      ),
  })
  .superRefine(checkModels)
  .prefault({});

const agent = z.strictObject({
  solve: z.string().min(1).describe('Shell command that solves a task, run in the sandbox.'),
  modify: z.string().min(1).optional().describe('Shell command that rewrites the agent; `solve` when left out.'),
  check: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Shell command a new variant must pass before it is measured, within 10 minutes; null for none.'),
  build: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Shell command that installs what the agent depends on, such as `npm ci`. It runs once for each state of the lock files, with no network except the registries; the folders it makes are available, read-only, wherever the agent runs. Null for none.',
    ),
  lock: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Shell command that brings lock files up to date after a variant changed its dependencies, such as `npm install --package-lock-only`; null leaves them as they are.',
    ),
  inputs: z
    .array(z.string().min(1))
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Globs of the files `build` sees and depends on; manifests and lock files of the usual package managers when left out. If the build compiles sources, name them here; a variant that changes them then runs its own code where registries can be reached.',
    ),
  registries: z
    .array(registrySchema)
    .max(50)
    .optional()
    .describe(
      'Hosts that `build` and a Dockerfile may read from; those of npm, PyPI, crates.io, Go, RubyGems, Maven, Packagist and Debian when left out. `{ host: npm.example.com, token: NPM_TOKEN }` sends a secret of the workflow as a bearer token (`basic` as `user:password`), which the build never sees; `url` is where a mirror serves the host.',
    ),
  image: z
    .string()
    .min(1)
    .default('sandbox')
    .describe(
      'Image the agent runs in: `sandbox`, `polyglot`, an image by digest, or a Dockerfile of this repository by its path (`./Dockerfile`), as the run’s first commit has it.',
    ),
  allowDependencies: z
    .boolean()
    .default(false)
    .describe('Whether a variant may change what it depends on; with `build`, its lock files too.'),
});

const hosts = z
  .array(
    z
      .string()
      .refine(
        (text) => parseHost(text) !== null,
        'must be the name of a host, as in `pypi.org` or `*.example.com:8443`',
      ),
  )
  .max(100)
  .default([]);

const network = z.strictObject({
  agent: hosts.describe(
    'Hosts that the agent may reach while it works on a task that asks for the network: `pypi.org` (HTTPS), `deb.debian.org:80`, `*.example.com`. They learn what it sends them.',
  ),
  verifier: hosts.describe('Hosts that the tests of such a task may reach.'),
});

const benchmark = z.strictObject({
  suite: z
    .string()
    .min(1)
    .describe(
      'Tasks to measure on: a folder of this repository, `harbor:` and a folder of tasks in Harbor’s format, or `kata`, `polyglot`, `swe-bench/verified`.',
    ),
  holdout: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.3)
    .describe('Share of the tasks that stay sealed until the end; above 0, below 1.'),
  repeats: z
    .int()
    .min(1)
    .max(20)
    .default(1)
    .describe('Attempts at each search task by the root, and rounds of the held-out comparison before it may end.'),
  metric: z
    .enum(['resolved', 'score'])
    .default('resolved')
    .describe('What the held-out comparison compares: whether tasks are `resolved`, or the mean of their `score`s.'),
  network: network
    .optional()
    .describe(
      'Which of the hosts that tasks in Harbor’s format ask for may be reached; none when left out. Containers have no network of their own: a proxy lets connections to these hosts through, and records each.',
    ),
});

const search = z
  .strictObject({
    policy: z.string().min(1).default('huxley').describe('Rule that decides what happens next.'),
    params: z
      .record(z.string(), z.number())
      .default({})
      .describe("The policy's parameters, by name; its own defaults for the rest."),
    budget: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(200)
      .describe('Evaluations a run may use; an expansion counts as `expansionCost` of them; the root does not count.'),
    expansionCost: z.number().min(0).max(1_000).default(2).describe('What one expansion is charged, in evaluations.'),
    concurrency: z.int().min(1).max(256).default(8).describe('Maximum number of jobs in flight.'),
    prefer: z
      .enum(PREFERENCES)
      .default('balance')
      .describe(
        'What to save: `time` fills all slots, `cost` leaves them idle when a result is worth waiting for, `balance` is in between.',
      ),
    batch: z.int().min(1).max(100).default(4).describe('Maximum number of tasks in one evaluation job.'),
  })
  .prefault({});

const limits = z
  .strictObject({
    taskMinutes: z.number().gt(0).max(360).default(20).describe('Minutes the agent has for one task.'),
    costUSD: z
      .number()
      .min(0)
      .nullable()
      .default(50)
      .describe(
        'US dollars a run may spend, held-out tasks and jobs without a result included; a job that cannot report what it spent counts as all that it was allowed. Null for no limit.',
      ),
    taskCostUSD: z
      .number()
      .min(0)
      .default(0.5)
      .describe('US dollars one task may cost; one expansion may cost four times as much.'),
    hours: z.number().gt(0).max(8_760).default(72).describe('Hours after which a run stops searching.'),
    memoryMB: z
      .int()
      .min(64)
      .default(2_048)
      .describe('Memory of a container, in MiB; the workspace takes a quarter of it.'),
    cpus: z.number().min(0.1).default(1).describe('Processors of a container.'),
    pids: z.int().min(16).default(256).describe('Maximum number of processes in a container.'),
  })
  .prefault({});

const merge = z
  .strictObject({
    mode: z
      .enum(['manual', 'auto'])
      .default('manual')
      .describe(
        '`manual` offers the winner, and pushes what your CI runs on only after an approval or `/huxley promote`; `auto` lets your CI run and merges the winner when all of it passes, which takes at least six held-out tasks.',
      ),
    confidence: z
      .number()
      .gt(0.5)
      .lt(1)
      .default(0.95)
      .describe(
        'Confidence in what is merged, over all runs on the same held-out tasks: see `promise`; above 0.5, below 1.',
      ),
    test: z
      .enum(GATE_TESTS)
      .default('sequential')
      .describe(
        'How a variant is proven on the held-out tasks: `sequential` measures in rounds and stops at proof or when it is futile; `mcnemar` looks once, after `benchmark.repeats` rounds.',
      ),
    evaluations: z
      .int()
      .min(2)
      .max(100_000)
      .nullable()
      .default(null)
      .describe(
        'Held-out evaluations the comparison may use, of root and variant together; null for as many as `search.budget`. A first round is always made.',
      ),
    goal: z
      .enum(GOALS)
      .default('score')
      .describe(
        'What is merged: `score` a variant that solves more, `cost` one that is not worse by `margin` and cheaper by `saving`. Either is proven on the held-out tasks.',
      ),
    margin: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.1)
      .describe(
        'With `goal: cost`: by how much lower a variant may score, as a share of the tasks; above 0, below 1. A narrow margin needs many held-out tasks.',
      ),
    saving: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.2)
      .describe('With `goal: cost`: by what share a variant must be cheaper than the root; above 0, below 1.'),
    promise: z
      .enum(PROMISES)
      .default('share')
      .describe(
        'What `confidence` promises over all runs on the same held-out tasks: with 0.95, `share` that the expected number of variants that pass without being better is at most 5 % of the expected number that pass (at least one), `any` that the chance of ever passing such a variant is at most 5 %.',
      ),
    method: z.enum(['merge', 'squash']).default('merge').describe('How the promoted pull request is merged.'),
    branches: z.enum(['keep', 'delete']).default('keep').describe("What happens to losing variants' branches."),
  })
  .prefault({});

const app = z
  .strictObject({
    publicKeys: z
      .array(publicKeySchema)
      .max(8)
      .default([])
      .describe(
        `Keys of the App whose orders workers carry out, as ${commandLine('key')} prints them; \`/huxley run\` answers with the line to add. More than one while the App’s private key is being replaced.`,
      ),
  })
  .prefault({});

/** `.github/huxley.yml`, version 1. Every key is documented by its description, which the reference is generated from. */
export const configurationSchema = z.strictObject({
  version: z.literal(1).describe('Version of this format.'),
  app,
  agent,
  models,
  benchmark,
  search,
  limits,
  merge,
  measure: measureSchema,
  schedule: scheduleSchema,
  pullRequests: z
    .enum(['all', 'promising'])
    .default('all')
    .describe('`all` opens one for every variant, `promising` only for those that pass their own check.'),
  protect: z
    .array(z.string().min(1))
    .default([])
    .describe('Globs no variant may touch. `.github/**` and the suite are always protected.'),
  allow: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Globs of files that a variant may add or change although they are unusual: dot-files, and kinds of files that its parent does not have.',
    ),
});

/** A repository's settings with every default filled in. */
export type Configuration = z.infer<typeof configurationSchema>;
