import { z } from 'zod';
import { common, refuse } from './columns.ts';
import type { Instance } from './instance.ts';
import { END, START } from './marks.ts';
import { quoted } from './script.ts';

const word = z.string().regex(/^[\w.-]+$/, 'may hold letters, digits, _, . and - only');
/** Tests by name; tables of the dataset hold them by column. */
const tests = z
  .record(z.string(), z.unknown())
  .transform((given) => (Array.isArray(given.name) ? given.name.map(String) : Object.keys(given)));
const issue = z.object({ title: z.string().nullish(), body: z.string().nullish() });

/** The rows of a table that is given by column. */
function byRow(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const { title, body } = given as Record<string, unknown>;
  if (!Array.isArray(title)) return given;
  return title.map((one, i) => ({ title: one, body: Array.isArray(body) ? body[i] : undefined }));
}

/** A row of Multi-SWE-bench. */
export const multiSchema = z.object({
  org: word,
  repo: word,
  number: z.coerce.number().int().positive(),
  title: z.string().nullish(),
  body: z.string().nullish(),
  base: z.object({ sha: common.base_commit }),
  resolved_issues: z.preprocess(byRow, z.array(issue).nullish()),
  fix_patch: z.string(),
  test_patch: z.string(),
  p2p_tests: tests,
  f2p_tests: tests,
  s2p_tests: tests,
  n2p_tests: tests,
});

/** Repositories by how the harness reads their logs (`harness/repos/golang`). */
const GO = [
  'caddyserver/caddy',
  'prometheus/prometheus',
  'fatedier/frp',
  'nektos/act',
  'nats-io/nats-server',
  'gohugoio/hugo',
  'beego/beego',
  'labstack/echo',
  'istio/istio',
  'cli/cli',
  'jesseduffield/lazygit',
  'junegunn/fzf',
  'concourse/concourse',
  'syncthing/syncthing',
];
const GO_WITHOUT_SUBTESTS = ['grpc/grpc-go', 'etcd-io/etcd', 'zeromicro/go-zero', 'go-gorm/gorm'];

/**
 * A row of Multi-SWE-bench, after its `gen_report.py`: every test passes that passed with the reference fix. The image brings the
 * reference fix, the test patch and the script that runs the tests; how a log is read, neither row nor image says.
 * @throws HuxleyError `suite.row` for a repository whose log nothing reads here
 */
export function multiInstance(row: z.infer<typeof multiSchema>, place: string): Instance {
  const repo = `${row.org}/${row.repo}`;
  const logParser = GO.includes(repo)
    ? 'parse_log_multi_go'
    : GO_WITHOUT_SUBTESTS.includes(repo)
      ? 'parse_log_multi_go_parents'
      : undefined;
  if (logParser === undefined)
    refuse(
      place,
      `repo: rows of Multi-SWE-bench do not include a log parser, and nothing here reads the tests of ${repo}`,
      'Leave the task out, or hand predictions for it to the benchmark’s own harness: here its Go repositories can be graded.',
    );
  const workdir = `/home/${row.repo}`;
  const evalScript = [
    '#!/bin/bash',
    `cd ${quoted(workdir)}`,
    `: '${START}'`,
    'bash /home/test-run.sh',
    `: '${END}'`,
    '',
  ].join('\n');
  const issues = (row.resolved_issues ?? []).map(({ title, body }) => [title, body].filter(Boolean).join('\n\n'));
  const statement =
    issues.filter((text) => text !== '').join('\n\n') || [row.title, row.body].filter(Boolean).join('\n\n');
  if (statement === '') refuse(place, 'resolved_issues: contain no text', 'Use a row as the dataset publishes it.');
  return {
    id: `${row.org}__${row.repo}-${row.number}`,
    repo,
    version: '',
    baseCommit: row.base.sha,
    statement,
    gold: row.fix_patch,
    testPatch: row.test_patch,
    failToPass: [...row.f2p_tests, ...row.s2p_tests, ...row.n2p_tests],
    passToPass: row.p2p_tests,
    image: `mswebench/${row.org}_m_${row.repo}:pr-${row.number}`.toLowerCase(),
    evalScript,
    logParser,
    evalType: 'exact',
    workdir,
    published: { folder: '/home', fix: '/home/fix.patch' },
  };
}
