import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { HuxleyError, messageOf } from '../../../model/error.ts';
import { lineOf } from './line-of.ts';

/** The newest schema of Harbor's task files that is read. */
const NEWEST = [1, 4] as const;

const SIZE = /^(\d+(?:\.\d+)?)\s*([KMG])B?$/i;
const MEGABYTES = { K: 1 / 1024, M: 1, G: 1024 } as const;

/** Older files give sizes as texts, such as `2G`. */
const size = z
  .string()
  .regex(SIZE, 'must be a size such as 512M or 2G')
  .transform((text) => {
    const [, number, unit] = SIZE.exec(text)!;
    return Math.ceil(Number(number) * MEGABYTES[unit!.toUpperCase() as keyof typeof MEGABYTES]);
  });
const megabytes = z.number().positive();
const seconds = z.number().positive();
const version = z.union([z.string(), z.number()]).transform(String);
const user = z
  .union([z.string().regex(/^[\w.-]+(:[\w.-]+)?$/, 'must be a user'), z.int().nonnegative()])
  .transform(String)
  .optional();
const variables = z
  .record(z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of a variable'), z.string())
  .default({});
const network = {
  network_mode: z.enum(['no-network', 'public', 'allowlist']).optional(),
  allowed_hosts: z.array(z.string()).optional(),
};
const healthcheck = z.object({ command: z.string().min(1) }).optional();
const artifacts = z
  .array(z.union([z.string().min(1), z.object({ source: z.string().min(1), destination: z.string().optional() })]))
  .default([]);

const environment = z.object({
  ...network,
  build_timeout_sec: seconds.default(600),
  docker_image: z.string().min(1).optional(),
  os: z
    .string()
    .transform((name) => name.toLowerCase())
    .pipe(z.enum(['linux', 'windows']))
    .default('linux'),
  cpus: z.number().positive().optional(),
  memory_mb: megabytes.optional(),
  memory: size.optional(),
  storage_mb: megabytes.optional(),
  storage: size.optional(),
  gpus: z.number().nonnegative().optional(),
  tpu: z.object({}).optional(),
  allow_internet: z.boolean().optional(),
  mcp_servers: z.array(z.object({})).default([]),
  env: variables,
  skills_dir: z.string().optional(),
  healthcheck,
  workdir: z.string().startsWith('/', 'must be an absolute path').optional(),
});

const agent = z.object({ ...network, timeout_sec: seconds.optional(), user });

const verifier = z.object({
  ...network,
  timeout_sec: seconds.default(600),
  env: variables,
  user,
  environment_mode: z.enum(['shared', 'separate']).optional(),
  environment: environment.optional(),
  collect: z.array(z.object({ command: z.string().min(1) })).default([]),
});

const step = z.object({
  name: z
    .string()
    .regex(/^\w[\w.-]{0,79}$/, 'must name a folder in steps/: letters, digits, dot, dash and underscore, at most 80'),
  agent: agent.prefault({}),
  verifier: verifier.prefault({}),
  min_reward: z.union([z.number(), z.record(z.string(), z.number())]).optional(),
  healthcheck,
  artifacts,
});

const schema = z.object({
  schema_version: version.optional(),
  /** The oldest files have it; it says nothing that is checked. */
  version: version.optional(),
  task: z
    .object({ name: z.string().min(1), version: version.optional(), description: z.string().optional() })
    .optional(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  environment: environment.prefault({}),
  agent: agent.prefault({}),
  verifier: verifier.prefault({}),
  solution: z.object({ env: variables }).prefault({}),
  multi_step_reward_strategy: z.enum(['mean', 'final']).optional(),
  steps: z
    .array(step)
    .max(100)
    .default([])
    .superRefine((steps, { addIssue }) => {
      for (const [at, { name }] of steps.entries())
        if (steps.findIndex((other) => other.name === name) < at)
          addIssue({ code: 'custom', path: [at, 'name'], message: `another step is called '${name}'` });
    }),
  artifacts,
});

/** A task's `task.toml`, as Harbor's schemas up to 1.4 have it. Keys they do not know are left unread, as Harbor does. */
export type TaskFile = z.infer<typeof schema>;

const REMEDY = 'See docs/suites.md for what is read of a Harbor task.';

/**
 * @param path names the file in errors
 * @throws HuxleyError `suite.task`, naming file, line and key
 */
export function readTaskFile(path: string, text: string): TaskFile {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const why = messageOf(error)
      .split('\n')[0]!
      .replace(/^Invalid TOML document: /, '');
    throw new HuxleyError('suite.task', `${path}:${error.line}: not TOML: ${why}`, 'Correct the syntax.');
  }
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    const { path: key, message } = parsed.error.issues[0]!;
    throw refusal(path, text, key, message, REMEDY);
  }
  const file = parsed.data;
  const [major = Number.NaN, minor = 0] = (file.schema_version ?? '1.0').split('.').map(Number);
  if (!(major === NEWEST[0] && minor <= NEWEST[1]))
    throw refusal(
      path,
      text,
      ['schema_version'],
      `'${file.schema_version}' is not a supported schema version: those up to ${NEWEST.join('.')} are`,
      REMEDY,
    );
  return file;
}

/** An error about a key of a task's file, with its line. */
export function refusal(
  path: string,
  text: string,
  key: readonly PropertyKey[],
  why: string,
  remedy: string,
): HuxleyError {
  const line = lineOf(text, key);
  const name = key.map(String).join('.');
  return new HuxleyError('suite.task', `${path}${line === null ? '' : `:${line}`}: ${name}: ${why}`, remedy);
}

/** Megabytes of memory and of disk that a task asks for; `null` where it leaves them open. */
export function sizesOf({ environment: given }: TaskFile) {
  return {
    memoryMB: given.memory_mb ?? given.memory ?? null,
    storageMB: given.storage_mb ?? given.storage ?? null,
  };
}
