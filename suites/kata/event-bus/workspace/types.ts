export type Listener = (payload: unknown) => void;

export interface EventBus {
  /**
   * Calls the listener on every event of that name; the name `*` stands for all events. The same listener may be added
   * several times and is then called several times. Returns a function that takes away this one addition; calling
   * it again does nothing.
   */
  on(name: string, listener: Listener): () => void;
  /** The same, but at most for one event: the addition is gone before the listener is called. */
  once(name: string, listener: Listener): () => void;
  /**
   * Calls the listeners that were there when it began and are still there when their turn comes, the named ones first,
   * then those of `*`, each group in order of addition. A listener that throws does not keep the others from being
   * called; afterwards the first error is thrown. Returns how many listeners were called.
   * Emitting `*` itself is a mistake and throws a TypeError.
   */
  emit(name: string, payload: unknown): number;
}
