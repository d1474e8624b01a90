import { z } from 'zod';
import { bytesOfText } from '../../../model/bytes.ts';
import type { FileEntry } from '../../../model/file.ts';
import type { Sandbox } from '../../../sandbox/port.ts';
import { takeReport } from '../../grading/take-report.ts';
import type { LogProgram } from '../instance/instance.ts';
import { STATUSES, type Status, type StatusMap } from '../instance/status.ts';
import type { InstanceRun } from './hardened.ts';

const MEGABYTE = 1024 * 1024;

/** Calls the program as its dataset's harness does, and leaves `[[name, outcome]…]`. */
const CALLS: Readonly<Record<LogProgram['kind'], string>> = {
  live: `scope = {"__name__": "parser"}
exec(compile(source, "parser.py", "exec"), scope)
found = scope["parser"](log).items()`,
  pro: `sys.argv = ["parser.py", "/tmp/stdout", "/tmp/stderr", "/tmp/output.json"]
exec(compile(source, "parser.py", "exec"), {"__name__": "__main__"})
found = [(test["name"], test["status"]) for test in json.load(open("/tmp/output.json"))["tests"]]`,
  rebench: `import enum, types
constants = types.ModuleType("swe_constants")
constants.TestStatus = enum.Enum("TestStatus", {name: name for name in ("PASSED", "FAILED", "SKIPPED", "ERROR")}, type=str)
for name in ("lib", "lib.agent", "agent"):
    sys.modules[name] = types.ModuleType(name)
for name in ("lib.agent.swe_constants", "agent.swe_constants"):
    sys.modules[name] = constants
scope = {"__name__": "log_parsers"}
exec(compile(source, "log_parsers.py", "exec"), scope)
found = (scope.get("NAME_TO_PARSER", {}).get(function) or scope[function])(log).items()`,
};

const call = ({ kind }: LogProgram) => `import json, sys
read = lambda path: open(path, encoding="utf-8", errors="replace").read()
source, log, function = read("/tmp/parser.py"), read("/tmp/stdout"), read("/tmp/function")
${CALLS[kind]}
text = lambda value: str(getattr(value, "value", value))
json.dump([[text(name), text(outcome)] for name, outcome in found], open("/report/found.json", "w"))
`;

const foundSchema = z.array(z.tuple([z.string(), z.string()]));

/**
 * What a dataset's own program reads in a log. It runs in a container of its own, without a network and without anything of the
 * attempt but what the tests printed. Nothing where it comes to no result, as in the harness of the dataset.
 * @param image of the sandbox, with Python
 */
export async function readByProgram(
  program: LogProgram,
  { output, errors = '' }: Pick<InstanceRun, 'output' | 'errors'>,
  { sandbox, image }: { readonly sandbox: Sandbox; readonly image: string },
  signal?: AbortSignal,
): Promise<StatusMap> {
  await using container = await sandbox.create({
    image,
    purpose: 'read-log',
    tmpfs: [
      { target: '/tmp', sizeMB: 128 },
      { target: '/report', sizeMB: 32 },
    ],
    memoryMB: 1024,
    cpus: 1,
    pids: 64,
  });
  await container.copyIn('/tmp', [
    text('call.py', call(program)),
    text('parser.py', program.source),
    text('function', program.name ?? ''),
    text('stdout', output),
    text('stderr', errors),
  ]);
  const { exitCode } = await container.exec({
    command: ['python3', '/tmp/call.py'],
    cwd: '/tmp',
    timeoutSeconds: 120,
    maxOutputBytes: MEGABYTE,
    ...(signal ? { signal } : {}),
  });
  if (exitCode !== 0) return new Map();
  const [report] = await takeReport(container, '/report', { maxBytes: 32 * MEGABYTE, maxFiles: 10 });
  const found = foundSchema.safeParse(report && parsed(Buffer.from(report.content).toString()));
  return new Map(
    (found.data ?? []).flatMap(([name, outcome]) => statusOf(outcome)?.map((status) => [name, status]) ?? []),
  );
}

/** An outcome in SWE-bench's words, whichever of the family's words it is in. */
function statusOf(outcome: string): [Status] | undefined {
  const word = outcome.toLowerCase();
  const exact = STATUSES.find((status) => status === outcome.toUpperCase());
  if (exact) return [exact];
  if (word.includes('pass')) return ['PASSED'];
  if (word.includes('fail')) return ['FAILED'];
  return word.includes('skip') ? ['SKIPPED'] : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function text(path: string, content: string): FileEntry {
  return { path, content: bytesOfText(content), executable: false };
}
