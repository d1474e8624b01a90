import type { ExpandResult } from '../../contract/contract.ts';
import type { OperatorName } from '../../model/operator.ts';
import { visible } from '../../report/text/text.ts';
import { shellCommand } from '../terminal/print.ts';
import type { Committed } from './child-repository.ts';

export interface PrintedExpansion extends Pick<ExpandResult, 'diagnosis' | 'files' | 'failure'> {
  readonly operator: OperatorName;
  readonly rehearsal: boolean;
  /** Unified diff from the parent. */
  readonly patch: string;
  /** The repository with parent and child. */
  readonly folder: string;
  readonly commit: Committed | null;
  readonly costUSD: number;
  readonly requests: number;
}

const STAGES = ['diagnose', 'modify', 'validate', 'check'] as const;

/** Prints what came of an expansion: diagnosis, patch, each stage, the commit. */
export function printExpansion(expansion: PrintedExpansion, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(expansion)}\n` : describeExpansion(expansion));
}

export function describeExpansion({ diagnosis, failure, ...rest }: PrintedExpansion): string {
  const failed = failure === null ? STAGES.length : STAGES.indexOf(failure.stage);
  const stages = STAGES.map(
    (stage, i) => `  ${stage.padEnd(9)}${i < failed ? 'passed' : i === failed ? 'FAILED' : '-'}`,
  );
  return [
    ...(rest.rehearsal ? ['REHEARSAL: a rehearsal model answered, not a real one.', ''] : []),
    ...(diagnosis === null
      ? []
      : [
          `Diagnosis (${rest.operator})`,
          indent(diagnosis.summary),
          '',
          'Considered',
          ...diagnosis.considered.map((text) => `  - ${oneLine(text)}`),
          '',
          `Proposal: ${oneLine(diagnosis.title)}`,
          indent(diagnosis.proposal),
          '',
        ]),
    ...(rest.patch === '' ? [] : ['Patch', indent(rest.patch.trimEnd()), '']),
    'Stages',
    ...stages,
    ...(failure === null ? [] : ['', `Why ${failure.stage} failed`, indent(failure.reason.trimEnd())]),
    '',
    rest.commit === null
      ? 'No commit: no child was made.'
      : `Commit ${rest.commit.sha} (tree ${rest.commit.tree})\n  ${shellCommand('git', '-C', rest.folder, 'show')}`,
    `${rest.requests} model calls, $${rest.costUSD.toFixed(4)}`,
    '',
  ].join('\n');
}

function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim();
}

function indent(text: string): string {
  return visible(text)
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}
