/** MGM's cross-lineage hybridization: what the solver has and the failing one lacks. */
export const HYBRIDIZATION = `The records below are of one and the same task, by two agents of different lineages: ours failed it, the other solved it. How the
other's source code differs from ours is shown too. Find the step where they part, and which part of the other's code made
the difference. Propose how to bring that ability into our agent, fitted to our code: the ability, not the other's whole code.`;
