import type { ModelChoice } from '../model/decision.ts';
import type { OperatorName } from '../model/operator.ts';
import { OPERATOR_TABLE } from '../search/operator.ts';
import { inline } from './text/escape.ts';

/** An operator by name, with what it starts from: `empty-patch (attempts that ended without a change)`. */
export function operatorText(operator: OperatorName): string {
  return `${operator} (${OPERATOR_TABLE[operator].from})`;
}

/** The models that made a child, of those there was a choice of: `, diagnosed by gpt-5.4, modified by qwen`. */
export function modelsText({ diagnose, modify }: ModelChoice = {}): string {
  const by = (did: string, model: string | undefined) =>
    model === undefined ? '' : `, ${did} by ${inline(model, 80)}`;
  return by('diagnosed', diagnose) + by('modified', modify);
}
