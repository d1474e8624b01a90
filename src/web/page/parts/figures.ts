/* Figures as the run's comments show them, and those that only the page has. */
export { count, dollars, minutes as duration, tally, tokens } from '../../../report/text/figures.ts';

import { dollars } from '../../../report/text/figures.ts';

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** `$0.0042`: what one attempt costs is often less than a cent. */
export function price(amount: number): string {
  return amount >= 0.1 || amount === 0 ? dollars(amount) : `$${amount.toPrecision(2)}`;
}

/** `2026-11-30 14:05`, in UTC. */
export function moment(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
