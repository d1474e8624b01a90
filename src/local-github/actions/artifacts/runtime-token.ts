import type { Signer } from './signer.ts';

/** Whom a runtime token speaks for. */
export interface RuntimeClaims {
  readonly run: number;
  readonly job: number;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** `ACTIONS_RUNTIME_TOKEN`: a JWT whose scope names the run and the job, the way the artifact client reads it. */
export function runtimeToken(signer: Signer, run: number, job: number): string {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ scp: `Actions.Results:run-${run}:job-${job}` })}`;
  return `${text}.${signer.sign(text)}`;
}

/** The claims of a token this process made, or `null`. */
export function readRuntimeToken(signer: Signer, token: string): RuntimeClaims | null {
  const [header, claims, signature] = token.split('.');
  if (!header || !claims || !signature || !signer.verifies(`${header}.${claims}`, signature)) return null;
  const { scp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { scp: string };
  const match = /^Actions\.Results:run-(\d+):job-(\d+)$/.exec(scp);
  return match && { run: Number(match[1]), job: Number(match[2]) };
}
