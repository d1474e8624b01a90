import type { Check } from '../../../../sandbox/setup/examine.ts';
import type { Unknown } from '../facts.ts';

export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail, remedy: null };
}

export function missing(name: string, detail: string, remedy: string, link: string): Check {
  return { name, state: 'missing', detail, remedy, link };
}

export function note(name: string, detail: string, remedy: string, link: string): Check {
  return { name, state: 'note', detail, remedy, link };
}

/** What could not be looked at: never said to be right. */
export function unseen(name: string, { status, why, needs }: Unknown, link: string): Check {
  const refused = status !== null && status < 500;
  const remedy = refused
    ? `Use a token that may read it (${needs}), or check it yourself.`
    : 'Try again, or check it yourself.';
  return note(name, `not checked: ${why}`, remedy, link);
}

/** The findings, or that there was nothing to find. */
export function orOk(findings: readonly Check[], name: string, detail: string): readonly Check[] {
  return findings.length > 0 ? findings : [ok(name, detail)];
}
