/** An image, or the layer of a build, that Huxley pulled or made. */
export interface Kept {
  /** As the engine knows it, e.g. `python:3.12-slim`. */
  readonly reference: string;
  /** `own`: what everything else rests on, the images of Huxley's own folders and their bases. They go last. */
  readonly kind: 'pulled' | 'built' | 'own' | 'layer';
  /** The engine's id of what was kept by this reference. Another one is somebody else's. */
  readonly id: string;
  /** Layers from the base up, by the digest of their content. */
  readonly layers: readonly string[];
  /** Bytes of each layer. */
  readonly sizes: readonly number[];
  /** Last use, in milliseconds since 1970. */
  readonly at: number;
}

/** An entry of an image's history as the engine tells it. */
export interface HistoryEntry {
  readonly CreatedBy: string;
  readonly Size: number;
}

/** Instructions that make no layer, by Docker's builders old and new. */
const METADATA =
  /^(\/bin\/sh -c )?(#\(nop\)\s+)?(ARG|CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME)\b/;

/**
 * Bytes of each of an image's layers. The engine tells sizes by entries of the history, some of which have no layer. Where they
 * cannot be told apart, layers without bytes are taken to come first, so that less counts as shared than may be.
 *
 * @param history from the base up
 */
export function layerSizes(history: readonly HistoryEntry[], layers: number): readonly number[] {
  const sizes = history.filter(({ Size, CreatedBy }) => Size > 0 || !METADATA.test(CreatedBy)).map(({ Size }) => Size);
  if (sizes.length === layers) return sizes;
  const filled = history.map(({ Size }) => Size).filter((size) => size > 0);
  return [...new Array<number>(Math.max(0, layers - filled.length)).fill(0), ...filled];
}

/** Bytes of what an engine holds for one alone: of a layer its volumes, too, which hold the same once more. */
export function bytesOf({ sizes, kind }: Kept): number {
  const sum = sizes.reduce((total, size) => total + size, 0);
  return kind === 'layer' ? 2 * sum : sum;
}

function commonLayers(a: Kept, b: Kept): number {
  const most = Math.min(a.layers.length, b.layers.length);
  let common = 0;
  while (common < most && a.layers[common] === b.layers[common]) common++;
  return common;
}

function sharedBytes(a: Kept, b: Kept): number {
  const common = commonLayers(a, b);
  const sum = ({ sizes }: Kept) => sizes.slice(0, common).reduce((total, size) => total + size, 0);
  return common === 0 ? 0 : Math.min(sum(a), sum(b));
}

/** Bytes of all together, what several share counted once. */
export function bytesTogether(kept: readonly Kept[]): number {
  return kept.reduce((total, each, index) => {
    const shared = kept.slice(0, index).reduce((most, other) => Math.max(most, sharedBytes(each, other)), 0);
    return total + bytesOf(each) - shared;
  }, 0);
}

/**
 * The order in which images go: by last use, what Huxley itself rests on last. A base was used when what is built on it was, and goes
 * after it: alone it frees nothing.
 */
export function inOrderOfUse(kept: readonly Kept[]): readonly Kept[] {
  const isOn = (other: Kept, base: Kept) =>
    other.layers.length > base.layers.length && commonLayers(other, base) === base.layers.length;
  const used = kept.map((each) => ({
    each,
    last: kept.reduce((at, other) => (isOn(other, each) ? Math.max(at, other.at) : at), each.at),
  }));
  const rank = ({ kind }: Kept) => (kind === 'own' ? 1 : 0);
  return used
    .sort((a, b) => rank(a.each) - rank(b.each) || a.last - b.last || b.each.layers.length - a.each.layers.length)
    .map(({ each }) => each);
}

/**
 * What has to go so that the rest takes no more than `most` bytes, in order; what is in use stays, also where the rest then takes more.
 */
export function* leastUsed(kept: readonly Kept[], most: number, inUse: (kept: Kept) => boolean): Generator<Kept> {
  let rest = kept;
  for (const each of inOrderOfUse(kept)) {
    if (bytesTogether(rest) <= most) return;
    if (inUse(each)) continue;
    yield each;
    rest = rest.filter((other) => other !== each);
  }
}
