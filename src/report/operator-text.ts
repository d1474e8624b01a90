import type { OperatorName } from '../model/operator.ts';
import { OPERATOR_TABLE } from '../search/operator.ts';

/** An operator by name, with what it starts from: `empty-patch (attempts that ended without a change)`. */
export function operatorText(operator: OperatorName): string {
  return `${operator} (${OPERATOR_TABLE[operator].from})`;
}
