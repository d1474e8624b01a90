import type { OperatorName } from '../model/operator.ts';

const FROM: Readonly<Record<OperatorName, string>> = {
  mutation: 'one failed attempt looked at closely',
  'reaction-norm': 'what several attempts have in common',
  hybridization: 'what another lineage can and it cannot',
  'empty-patch': 'attempts that ended without a change',
  stochasticity: 'success that depends on luck',
  'context-overflow': "a conversation that outgrew the model's context",
};

/** An operator by name, with what it starts from: `empty-patch (attempts that ended without a change)`. */
export function operatorText(operator: OperatorName): string {
  return `${operator} (${FROM[operator]})`;
}
