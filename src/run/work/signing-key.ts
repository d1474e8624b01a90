import { CONFIGURATION_PATH, readPublicKeys } from '../../config/configuration.ts';
import type { Forge } from '../../github/forge.ts';
import { HuxleyError } from '../../model/error.ts';
import type { OpenRun } from '../state/open-run.ts';

/** How long a look at the default branch's key counts. */
const LOOK_MS = 60_000;
const looked = new WeakMap<OpenRun, number>();

/**
 * Workers obey only a key that the default branch names. Without it a job would end at once, and count as one that was lost.
 * @throws HuxleyError `run.key` with the line to add, `run.other-default` where another branch has become the default
 */
export async function mustKnowKey(run: OpenRun): Promise<void> {
  const now = run.clock.monotonic();
  if (now - (looked.get(run) ?? Number.NEGATIVE_INFINITY) < LOOK_MS) return;
  const mine = run.spec.defaultBranch;
  const { defaultBranch } = await run.forge.facts();
  if (defaultBranch !== mine)
    throw new HuxleyError(
      'run.other-default',
      `The default branch is ${defaultBranch} now, and this run is of ${mine}. Workers carry out orders on the default branch only.`,
      `Make ${mine} the default branch again, or stop this run and start another.`,
    );
  const text = await run.forge.readFile(CONFIGURATION_PATH, mine);
  checkKey(text ?? '', run.signer.publicKey, run.forge);
  looked.set(run, now);
}

/** @throws HuxleyError `run.key` with the line for a configuration that does not name the App's key */
export function checkKey(text: string, publicKey: string, { appLogin }: Pick<Forge, 'appLogin'>): void {
  const known = readPublicKeys(text);
  if (known.includes(publicKey)) return;
  throw new HuxleyError(
    'run.key',
    known.length === 0
      ? `${CONFIGURATION_PATH} does not name the key of ${appLogin}, so no worker would carry out its orders.`
      : `${CONFIGURATION_PATH} does not name the key that ${appLogin} signs its orders with now, so no worker would carry them out.`,
    known.length === 0
      ? `Add this line on the default branch: \`${keyLine([publicKey])}\`.`
      : `If the private key of the App was replaced, name both on the default branch, and remove the old one later: \`${keyLine([...known, publicKey])}\`.`,
  );
}

/** The line of `.github/huxley.yml` that names these keys. */
export function keyLine(keys: readonly string[]): string {
  return `app: { publicKeys: [${keys.join(', ')}] }`;
}
