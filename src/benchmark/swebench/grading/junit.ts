import type { Status } from '../instance/status.ts';

const CASE = /<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function attribute(attributes: string, name: string): string {
  const raw = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  return raw.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (entity, decimal, hex, name) =>
    decimal || hex
      ? String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16))
      : (ENTITIES[name] ?? entity),
  );
}

/**
 * Outcomes of pytest's JUnit report by dotted id (`tests.test_a.TestB::test_c[1]`). A test that is reported twice, and not
 * the same both times, failed. `undefined` when the report was never finished.
 */
export function readJUnit(xml: string): ReadonlyMap<string, Status> | undefined {
  if (!/<\/testsuites?>\s*$/.test(xml)) return undefined;
  const found = new Map<string, Status>();
  for (const [, attributes = '', body = ''] of xml.matchAll(CASE)) {
    const id = `${attribute(attributes, 'classname')}::${attribute(attributes, 'name')}`;
    const status = /<error\b/.test(body)
      ? 'ERROR'
      : /<failure\b/.test(body)
        ? 'FAILED'
        : /<skipped\b[^>]*type="pytest\.xfail"/.test(body)
          ? 'XFAIL'
          : /<skipped\b/.test(body)
            ? 'SKIPPED'
            : 'PASSED';
    const before = found.get(id);
    found.set(id, before === undefined || before === status ? status : 'FAILED');
  }
  return found;
}

/** pytest's node id as its JUnit report writes it: `tests/test_a.py::TestB::test_c` becomes `tests.test_a.TestB::test_c`. */
export function junitId(nodeId: string): string {
  const bracket = nodeId.indexOf('[');
  const [head, parameter] = bracket < 0 ? [nodeId, ''] : [nodeId.slice(0, bracket), nodeId.slice(bracket)];
  const [file, ...names] = head.split('::');
  const name = names.pop() ?? '';
  return `${[file!.replace(/\.py$/, '').replaceAll('/', '.'), ...names].join('.')}::${name}${parameter}`;
}
