/** Lists that a fold has to itself: nobody else sees them before it is over. */
const OWNED = new WeakSet<object>();

/** A list to be changed in place of another: a copy, unless a fold has that one to itself. */
export function editable<T>(list: readonly T[]): T[] {
  return OWNED.has(list) ? (list as T[]) : list.slice();
}

/** From now on `editable` gives the list itself. */
export function own<T>(list: readonly T[]): void {
  OWNED.add(list);
}

/** From now on it gives copies again. */
export function disown<T>(list: readonly T[]): void {
  OWNED.delete(list);
}
