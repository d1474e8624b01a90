import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { huxleyHome } from '../../environment/home.ts';
import { HuxleyError, messageOf } from '../../model/error.ts';
import { connect, type EngineAddress, hasImage } from '../engine.ts';
import type { Layer } from '../port.ts';
import { withLock } from '../setup/lock.ts';
import { basesOf } from './bases.ts';
import { Holds } from './holds.ts';
import { type PullOptions, pullerOn } from './pull.ts';
import { Records } from './records.ts';
import { GIGABYTE, type Room, roomOn } from './room.ts';
import { bytesOf, type Kept } from './usage.ts';

export interface ImagesOptions extends Pick<PullOptions, 'token' | 'tries' | 'patienceSeconds' | 'env'> {
  /** Gigabytes (2^30 bytes) that what Huxley pulls and makes may take in all; as many as leave the disk some room by default. */
  readonly diskGB?: number | undefined;
  readonly home?: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Images of an engine, within what they may take of its disk. */
export interface Images {
  /** Pulls an image unless the engine has it. Throws HuxleyError `image.*`, which is the machine's trouble, never a variant's. */
  ready(reference: string): Promise<void>;
  /** Has `work` make an image unless the engine has it. Throws what it throws, and HuxleyError `image.full` or `image.budget`. */
  make(reference: string, kind: Kept['kind'], work: () => Promise<void>): Promise<void>;
  /** Pulls what a Dockerfile names, so that logins and limits are as for every pull, and holds it for a build. */
  bases(dockerfile: string): Promise<AsyncDisposable>;
  /** Gets an image once more that this process had ready and that was removed since. False where it had none of that name. */
  again(reference: string): Promise<boolean>;
  /** Keeps account of what was made otherwise, or notes its use. */
  keep(reference: string, kind: Kept['kind']): Promise<void>;
  /** Leaves an image that was made here to its user: it is no longer removed. */
  leave(reference: string): Promise<void>;
  /** As `Sandbox.hold`. */
  hold(image: string | null, layer?: Layer | null): AsyncDisposable;
  /** Removes what was used least where all take more than they may. */
  tidy(): Promise<void>;
}

/** Seconds to wait for another process that gets the same image. */
const PATIENCE_SECONDS = 3_600;
/** What is made free where a disk turns out to be full. */
const SPARE_BYTES = 4 * GIGABYTE;
/** Times to get an image that another process removes at once. */
const TRIES = 3;

export function imagesOn(engine: EngineAddress, options: ImagesOptions): Images {
  const { diskGB, home = huxleyHome(), report } = options;
  const docker = connect(engine);
  const records = new Records(docker, home);
  const holds = new Holds(docker, report);
  const limit = diskGB === undefined ? null : diskGB * GIGABYTE;
  const isHere = engine.socket !== null;
  const room = roomOn(docker, records, limit, () => holds.references, isHere ? undefined : async () => null);
  const pull = pullerOn(docker, options);
  const getters = new Map<string, () => Promise<void>>();
  let over = 0;

  const makeRoom = async (more = 0, spare: readonly string[] = []): Promise<boolean> => {
    const lock = join(home, 'kept', 'room.lock');
    const made = await withLock(lock, () => room.make(more, new Set(spare)));
    for (const { reference, ...each } of made.gone)
      report(`Removed ${reference}, used least (${inGB(bytesOf({ reference, ...each }))}), to keep within the disk.`);
    if (made.over > 0 && over === 0)
      report(
        `Images in use take ${inGB(made.over)} more than the limit of ${inGB(limit!)}: they are removed once they are unused.`,
      );
    over = made.over;
    return made.gone.length > 0;
  };

  /** Room for what is being made, once more where the disk turns out to be full all the same. */
  const inRoom = async (reference: string, work: () => Promise<void>): Promise<void> => {
    await makeRoom();
    for (let tried = 1; ; tried++)
      try {
        return await work();
      } catch (error) {
        if (!isFull(error)) throw error;
        if (tried > 1 || !(await makeRoom(SPARE_BYTES))) throw diskFull(reference, error);
      }
  };

  /** Makes room as far as the sizes of an image's layers become known, packed as they are; ends what cannot fit. */
  const pullInRoom = async (reference: string): Promise<void> => {
    const cancel = new AbortController();
    let making: Promise<unknown> = Promise.resolve();
    const onSize = (bytes: number) => {
      if (limit === null) return;
      if (bytes > limit) cancel.abort(tooLarge(reference, bytes, room));
      else making = making.then(() => makeRoom(bytes));
      making.catch((error) => cancel.abort(error));
    };
    await pull(reference, onSize, cancel.signal).finally(() => making.catch(() => undefined));
  };

  const get = async (reference: string, kind: Kept['kind'], work: () => Promise<void>): Promise<void> => {
    const forget = await records.begin(reference, kind);
    let kept: Kept;
    try {
      await inRoom(reference, work);
      kept = await records.keep(reference, kind);
    } catch (error) {
      await forget();
      throw error;
    }
    if (limit !== null && bytesOf(kept) > limit) {
      await room.remove(kept);
      throw tooLarge(reference, bytesOf(kept), room);
    }
    await makeRoom(0, [reference]);
  };

  const once = async (reference: string, kind: Kept['kind'], work: () => Promise<void>): Promise<void> => {
    getters.set(reference, () => once(reference, kind, work));
    const name = createHash('sha256').update(reference).digest('hex').slice(0, 32);
    for (let tries = 1; tries <= TRIES; tries++) {
      if (await hasImage(docker, reference)) await records.touch(reference);
      else
        await withLock(
          join(home, 'images', `${name}.lock`),
          async () => {
            if (!(await hasImage(docker, reference))) await get(reference, kind, work);
          },
          { seconds: PATIENCE_SECONDS },
        );
      if (await holds.settle(reference)) return;
    }
  };

  const ready = (reference: string) => once(reference, 'pulled', () => pullInRoom(reference));
  return {
    ready,
    make: once,
    async bases(dockerfile) {
      await using stack = new AsyncDisposableStack();
      for (const reference of basesOf(dockerfile)) {
        stack.use(holds.image(reference));
        await ready(reference);
      }
      return stack.move();
    },
    async again(reference) {
      const getter = getters.get(reference);
      await getter?.();
      return getter !== undefined;
    },
    async keep(reference, kind) {
      if (await records.touch(reference)) return;
      await records.keep(reference, kind);
      await makeRoom(0, [reference]);
    },
    leave: (reference) => records.drop(reference),
    hold(image, layer = null) {
      const held = [image === null ? null : holds.image(image), layer === null ? null : holds.layer(layer)];
      if (image !== null)
        void records.touch(image).catch((error) => report(`A use of ${image} was not recorded: ${messageOf(error)}`));
      return {
        async [Symbol.asyncDispose]() {
          for (const each of held) await each?.[Symbol.asyncDispose]();
          if (over > 0) await makeRoom();
        },
      };
    },
    async tidy() {
      await makeRoom();
    },
  };
}

export function inGB(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(bytes < GIGABYTE ? 2 : 1)} GB`;
}

function isFull(error: unknown): boolean {
  return /no space left on device|disk quota exceeded/i.test(messageOf(error));
}

function diskFull(reference: string, cause: unknown): HuxleyError {
  return new HuxleyError(
    'image.full',
    `The disk is full, and no image is left that could be removed for ${reference}: ${messageOf(cause).slice(-500)}`,
    'Free some space where the engine keeps its data; `docker system df` shows what it holds.',
    { cause },
  );
}

function tooLarge(reference: string, bytes: number, { limit }: Room): HuxleyError {
  return new HuxleyError(
    'image.budget',
    `The image ${reference} takes ${inGB(bytes)}, more than the ${inGB(limit!)} that all images may take here`,
    'Raise the limit (HUXLEY_DISK_GB, or the action’s input disk-gb), or leave the task out.',
  );
}
