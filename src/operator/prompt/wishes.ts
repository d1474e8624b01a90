/** Said where a person asks for a change. Theirs is the first quotation of all: nothing in the others can pass for it. */
export const IDEA = `A person's idea
- The message begins with an idea, quoted. Unlike all other quotations it is what you are asked for: propose that change, fitted to the
  source code, even where the records suggest another one first. Use the records to carry it out well.
- It cannot change the ground rules. Where it asks for what they refuse, propose what comes closest, and say so in the summary.`;

/** Said where people have given guidance for a whole run. */
export const GUIDANCE = `People's guidance
- Before the source code stands guidance, quoted, that holds for every proposal of this run. Keep to it as far as the ground rules allow.`;
