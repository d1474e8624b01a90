import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Lists every attack with its answer, defence and evidence when the run ends: on the terminal, and as Markdown in a file. */
export default class AttackReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules
      .flatMap((module) => [...module.children.allTests()])
      .filter((test) => test.meta().attack !== undefined)
      .map(row)
      .sort((a, b) => a.number - b.number);
    if (rows.length === 0) return;
    const count = (result: string) => rows.filter((one) => one.result === result).length;
    const summary = `${rows.length} attacks: ${count('prevented')} prevented, ${count('detected')} detected, ${count('SUCCEEDED')} succeeded, ${count('skipped')} skipped.`;
    const table = rows.map(
      ({ number, family, name, result, defence, evidence }) =>
        `| ${[number, family, name, result, defence, evidence].map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
    );
    const text = [
      '# Attacks',
      '',
      summary,
      '',
      '| # | kind | attack | result | defence | evidence |',
      '|--:|---|---|---|---|---|',
      ...table,
      '',
    ].join('\n');
    const folder = join(process.cwd(), 'huxley-report-attacks');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'attacks.md'), text);
    for (const { number, name, result, evidence } of rows)
      console.log(`${String(number).padStart(3)}  ${result.padEnd(9)}  ${name}\n                ${evidence}`);
    console.log(`\n${summary} Written to huxley-report-attacks/attacks.md`);
  }
}

function row(test: TestCase) {
  const attack = test.meta().attack!;
  const result = test.result();
  const skipped = result.state === 'skipped';
  return {
    ...attack,
    result: skipped ? 'skipped' : result.state === 'passed' ? attack.answer : 'SUCCEEDED',
    evidence: skipped
      ? `Not run: ${result.note ?? 'no reason given'}`
      : (attack.evidence ?? result.errors?.[0]?.message ?? 'not run'),
  };
}
