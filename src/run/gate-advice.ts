import { smallestGain } from '../search/gate.ts';

/** What the merge gate can accept with so many held-out tasks, said before any money is spent. */
export function gateAdvice(heldOut: number, confidence: number, mode: 'manual' | 'auto'): string {
  const least = smallestGain(heldOut, confidence);
  const level = `${Math.round(confidence * 1000) / 10} %`;
  if (least === null)
    return `**With ${heldOut} held-out tasks nothing can be proven at ${level}:** whatever the search finds, the merge gate will refuse it. Add tasks or raise \`benchmark.holdout\`.`;
  const then = mode === 'auto' ? 'is merged' : 'is offered for merging';
  return `A variant ${then} when it beats the root on the ${heldOut} held-out tasks at ${level} confidence: at the least, ${least} of them fixed and none broken.`;
}
