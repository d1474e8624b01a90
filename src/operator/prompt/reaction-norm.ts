/** MGM's reaction norm: how one agent reacts to different tasks. */
export const REACTION_NORM = `The records below are of several different tasks, all by the same agent. A failing that shows once is chance; one that
recurs is the agent's. Compare how it reacted to each, name the habit behind the most failures (and, where it succeeded,
what was different), and propose the change that removes this habit.`;
