export interface Target {
  name: string;
  /** Names of targets that have to be built before this one. A name with `?` at its end counts only if there is such a target. */
  needs: string[];
  /** A group is not built itself, and does not appear in the order; whoever needs it needs everything in it. */
  group?: boolean;
  /** Built already: does not appear, and what it needs is not looked at. */
  done?: boolean;
}
