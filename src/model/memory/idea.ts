/** What somebody asks for who may write to the repository, in their words. */
export interface Idea {
  /** Login. */
  readonly by: string;
  readonly text: string;
}

/** Characters of an idea or of one piece of guidance, at most: a line of a comment. */
export const MAX_IDEA = 1_000;
/** Pieces of guidance in force at once. */
export const MAX_GUIDANCE = 10;
