import type Docker from 'dockerode';
import { publishedImages } from '../../environment/release.ts';
import { messageOf } from '../../model/error.ts';
import { hasImage } from '../engine.ts';
import { type PullOptions, pullerOn } from '../images/pull.ts';

/** Set on every image of ours: the reference that it has, which is a digest of all that it is made of. */
export const IDENTITY_LABEL = 'huxley.image';

/** Images of a release by name, each with its digest. */
export type Published = Readonly<Record<string, string | null>>;

/** What the release published of an image; null where there is no release, or not this image. */
export function publishedImage(name: string, published: Published = publishedImages() ?? {}): string | null {
  return published[name] ?? null;
}

/**
 * Pulls a published image and gives it the name of the one that would be built, `reference`; false, with the reason reported, where
 * it cannot be had or is made of anything else.
 */
export async function pullPublished(
  docker: Docker,
  published: string,
  reference: string,
  options: Pick<PullOptions, 'report' | 'signal' | 'token'>,
): Promise<boolean> {
  const { report, signal } = options;
  const wasThere = await hasImage(docker, published);
  try {
    if (!wasThere) await pullerOn(docker, { ...options, tries: 2 })(published);
  } catch (error) {
    signal?.throwIfAborted();
    report(`The published image is not available, so it is built here. ${messageOf(error)}`);
    return false;
  }
  const image = docker.getImage(published);
  const { Config } = await image.inspect();
  const identity = Config.Labels?.[IDENTITY_LABEL];
  if (identity === reference) {
    const [repo, tag] = reference.split(':') as [string, string];
    await image.tag({ repo, tag });
  } else
    report(
      `${published} is refused and the image built here: it is ${identity ?? 'made of unknown sources'}, and the sources here make ${reference}.`,
    );
  // With one name alone, an image is gone once that is removed.
  if (!wasThere) await image.remove();
  return identity === reference;
}
