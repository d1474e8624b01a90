import { z } from 'zod';
import { changedPaths } from '../../../model/git-patch.ts';
import { common, refuse, testIds, tryJson } from './columns.ts';
import type { Instance } from './instance.ts';
import { END, START } from './marks.ts';
import { heredoc, quoted } from './script.ts';

const { FAIL_TO_PASS: _, PASS_TO_PASS: __, ...base } = common;

/** A row of SWE-bench Pro. Its `run_script.sh` and `parser.py` are published beside the dataset. */
export const proSchema = z.object({
  ...base,
  fail_to_pass: testIds,
  pass_to_pass: testIds,
  requirements: z.string().nullish(),
  interface: z.string().nullish(),
  repo_language: z.string().nullish(),
  before_repo_set_cmd: z.string(),
  selected_test_files_to_run: testIds,
  dockerhub_tag: z.string().min(1).nullish(),
  /** The whole reference, as tools add it. */
  docker_image: z.string().min(1).nullish(),
  image_name: z.string().min(1).nullish(),
  run_script: z.string().min(1).nullish(),
  parser: z.string().min(1).nullish(),
});

/** Files of `run_scripts/ID/` in SWE-bench_Pro-os, by the column that holds them here. */
export const PRO_SCRIPTS = { run_script: 'run_script.sh', parser: 'parser.py' } as const;

const SCRIPTS_REMEDY =
  'Put the folder run_scripts of github.com/scaleapi/SWE-bench_Pro-os next to the file of rows, or its texts into the columns run_script and parser.';

/**
 * A row of SWE-bench Pro, after its `swe_bench_pro_eval.py`: every test passed, by the row's own program.
 * @throws HuxleyError `suite.row`
 */
export function proInstance(row: z.infer<typeof proSchema>, place: string): Instance {
  const { run_script, parser } = row;
  if (!run_script) refuse(place, 'run_script: is missing, which runs the tests', SCRIPTS_REMEDY);
  if (!parser) refuse(place, 'parser: is missing, which reads the log', SCRIPTS_REMEDY);
  checkSetUp(row, place);
  const evalScript = [
    '#!/bin/bash',
    'cd /app',
    ...heredoc('git apply -v -', row.test_patch),
    ...heredoc('cat > /tmp/run_script.sh', run_script),
    `: '${START}'`,
    `bash /tmp/run_script.sh ${quoted(row.selected_test_files_to_run.join(','))}`,
    `: '${END}'`,
    '',
  ].join('\n');
  return {
    id: row.instance_id,
    repo: row.repo,
    version: row.version,
    baseCommit: row.base_commit,
    statement: statementOf(row),
    gold: row.patch,
    testPatch: row.test_patch,
    failToPass: row.fail_to_pass,
    passToPass: row.pass_to_pass,
    image:
      row.docker_image ??
      row.image_name ??
      `jefzda/sweap-images:${row.dockerhub_tag ?? tagOf(row.instance_id, row.repo)}`,
    evalScript,
    logParser: 'parser.py',
    program: { kind: 'pro', source: parser },
    evalType: 'exact',
    workdir: '/app',
    ...(row.repo_language ? { language: row.repo_language.toLowerCase() } : {}),
    apart: true,
  };
}

/** As the benchmark's own prompts put it together. */
function statementOf({ problem_statement, requirements, interface: api }: z.infer<typeof proSchema>): string {
  const parts = [
    problem_statement,
    requirements && `Requirements:\n${plain(requirements)}`,
    api && `New interfaces introduced:\n${plain(api)}`,
  ];
  return [plain(problem_statement), ...parts.slice(1)].filter(Boolean).join('\n\n');
}

/** Texts of the dataset are often JSON of a text. */
function plain(text: string): string {
  const value = /^\s*"/.test(text) ? tryJson(text) : undefined;
  return typeof value === 'string' ? value : text;
}

/** The last line of the set-up takes the tests out of a history that is not there; the test patch brings the same. */
function checkSetUp({ before_repo_set_cmd, test_patch }: z.infer<typeof proSchema>, place: string): void {
  const line = before_repo_set_cmd.trim().split('\n').at(-1)!.trim();
  if (line === '') return;
  const [, paths] = /^git checkout [0-9a-f]{7,64} -- (.+)$/.exec(line) ?? [];
  const remedy = 'Leave the task out, or hand predictions for it to the official harness.';
  if (paths === undefined)
    refuse(
      place,
      `before_repo_set_cmd: ends with ${JSON.stringify(line.slice(0, 100))}, which is not run here`,
      remedy,
    );
  const brought = changedPaths(test_patch);
  const wanted = paths.split(/\s+/).map((path) => path.replace(/^(["'])(.*)\1$/, '$2'));
  const missing = wanted.find((path) => !brought.some((one) => one === path || one.startsWith(`${path}/`)));
  if (missing !== undefined)
    refuse(
      place,
      `before_repo_set_cmd: takes ${missing} from a later commit, and test_patch does not include it`,
      remedy,
    );
}

/** The published name of an image, after `helper_code/image_uri.py`. */
function tagOf(id: string, repo: string): string {
  const [owner, name] = repo.toLowerCase().split('/') as [string, string];
  const hash = id.replace('instance_', '');
  const whole = id === 'instance_element-hq__element-web-ec0f940ef0e8e3b61078f145f34dc40d1938e6c5-vnan';
  const short = owner === 'element-hq' && name === 'element-web' && !whole ? 'element' : name;
  return `${owner}.${short}-${whole ? hash : hash.replace(/-vnan$/, '')}`.slice(0, 128);
}
