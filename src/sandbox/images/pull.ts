import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { type EngineEvent, followed } from '../setup/follow.ts';
import { type Credentials, credentialsFor } from './credentials.ts';
import { endOfLimit, type LimitEnd } from './limit.ts';
import { DOCKER_HUB, parseReference, withVersion } from './reference.ts';
import { pullError, troubleOf } from './trouble.ts';

export interface PullOptions {
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** A token of the job's that opens one registry, tried where that wants a login and the runner has none for it. */
  readonly token?: { readonly host: string; readonly token: string } | undefined;
  /** Times a pull is tried where another try may do; 5 by default. */
  readonly tries?: number;
  /** Seconds to wait between tries in all, for a limit too; 300 by default. */
  readonly patienceSeconds?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Pulls images, one after the other or at once, and remembers which registry lets it pull no more for now. */
export type Puller = (reference: string, onSize?: (bytes: number) => void, signal?: AbortSignal) => Promise<void>;

const FIRST_WAIT_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 30;

export function pullerOn(docker: Docker, options: PullOptions): Puller {
  const { report, token, tries = 5, patienceSeconds = 300, env = process.env } = options;
  const limited = new Map<string, LimitEnd>();
  return async (reference, onSize, given) => {
    const signals = [options.signal, given].filter((each) => each !== undefined);
    const signal = AbortSignal.any(signals);
    const target = parseReference(reference);
    const { host } = target;
    const known = limited.get(host);
    if (known !== undefined && known.at.getTime() > Date.now()) throw limitError(reference, host, known);
    let helper = '';
    const own = await credentialsFor(host, env).catch((error) => {
      if (!(error instanceof HuxleyError)) throw error;
      helper = ` (${error.message})`;
      report(`${host} is asked without a login: ${error.message}. ${error.remedy}`);
      return null;
    });
    const spare = own === null && token?.host === host ? tokenLogin(token) : null;
    let login: Credentials | null = own;
    report(`Pulling ${reference}.`);
    let waited = 0;
    for (let tried = 1; ; tried++) {
      try {
        await pullOnce(docker, reference, login, onSize, signal);
        return await mustBePinned(docker, reference);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof HuxleyError) throw error;
        const text = messageOf(error);
        const trouble = troubleOf(text);
        if (trouble === 'credentials' && login === null && spare !== null) {
          login = spare;
          tried--;
          continue;
        }
        if (trouble === 'limit') {
          const end = await endOfLimit(target, login, text);
          const seconds = (end.at.getTime() - Date.now()) / 1000 + Math.random();
          if (!end.said || tried >= tries || waited + seconds > patienceSeconds) {
            limited.set(host, end);
            throw limitError(reference, host, end, text);
          }
          report(`${host} limits pulls: ${reference} is tried again in ${Math.ceil(seconds)} s.`);
          waited += seconds;
          await sleep(Math.max(0, seconds) * 1000, undefined, { signal });
          continue;
        }
        const seconds = backOff(tried);
        if (trouble !== 'passing' || tried >= tries || waited + seconds > patienceSeconds)
          throw pullError(trouble, reference, target, `${text}${helper}`, login !== null);
        report(`${reference} is tried again in ${seconds.toFixed(0)} s: ${text.slice(0, 200)}`);
        waited += seconds;
        await sleep(seconds * 1000, undefined, { signal });
      }
    }
  };
}

/** Exponential, and with jitter, so that runners that failed together do not come back together. */
function backOff(tried: number): number {
  return Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);
}

function tokenLogin({ host, token }: { readonly host: string; readonly token: string }): Credentials {
  // GitHub's registry looks at the token alone.
  return { serveraddress: host, username: 'huxley', password: token };
}

async function pullOnce(
  docker: Docker,
  reference: string,
  authconfig: Credentials | null,
  onSize: ((bytes: number) => void) | undefined,
  signal: AbortSignal,
): Promise<void> {
  const stream = await docker.pull(withVersion(reference), authconfig === null ? {} : { authconfig });
  const sizes = new Map<string, number>();
  const look = ({ id, status, progressDetail }: EngineEvent) => {
    if (onSize === undefined || id === undefined || status !== 'Downloading' || !progressDetail?.total) return;
    if (sizes.has(id)) return;
    sizes.set(id, progressDetail.total);
    onSize([...sizes.values()].reduce((sum, size) => sum + size, 0));
  };
  await followed(docker, stream, signal, look);
}

/** An engine checks a digest while it pulls; this is that it did, by the name that it keeps. */
async function mustBePinned(docker: Docker, reference: string): Promise<void> {
  const digest = reference.split('@')[1];
  if (digest === undefined) return;
  const { RepoDigests } = await docker.getImage(reference).inspect();
  if (!(RepoDigests ?? []).some((each) => each.endsWith(`@${digest}`)))
    throw pullError(
      'digest',
      reference,
      parseReference(reference),
      `the engine has ${(RepoDigests ?? []).join(', ')}`,
      false,
    );
}

function limitError(reference: string, host: string, { at, said }: LimitEnd, text = ''): HuxleyError {
  const when = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const words = said ? `Try again at ${when}` : `It does not say until when: try again at ${when}`;
  const because = text === '' ? '' : ` (${text.replace(/\s+/g, ' ').slice(0, 300)})`;
  return new HuxleyError(
    'image.limit',
    `${reference} cannot be pulled: ${host} limits how much this runner pulls${because}. ${words}`,
    host === DOCKER_HUB
      ? 'Log in on the runner (`docker login`): accounts may pull more. Or let the engine use a mirror (`registry-mirrors`), or keep images on the runner.'
      : `Log in on the runner (\`docker login ${host}\`) with an account that may pull more, or keep images on the runner.`,
  );
}
