import { refusalText } from './refusal-text.ts';

/** One thing that a set-up wants of GitHub. */
export interface Step {
  /** `done` now, `there` before, or `left` for the person. */
  readonly state: 'done' | 'there' | 'left';
  /** What it is, as a phrase without a full stop. */
  readonly what: string;
  /** Of what is left: why, and commands to copy or an address to open. */
  readonly why?: string;
  readonly remedy?: readonly string[];
}

/** A step that GitHub may refuse; then it is left, with what the person can do. */
export async function attempt(what: string, remedy: readonly string[], take: () => Promise<Step>): Promise<Step> {
  try {
    return await take();
  } catch (error) {
    if ((error as { status?: unknown }).status === undefined) throw error;
    return { state: 'left', what, why: `GitHub refused (${refusalText(error)})`, remedy };
  }
}
