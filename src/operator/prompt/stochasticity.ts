/** HGM's special entry for an agent whose success depends on luck. */
export const STOCHASTICITY = `Language models answer differently each time, so an agent that takes the first answer depends on luck. Below is only the list of
tasks and how they ended; no single failure is to be explained. Propose a change that makes the agent's success depend less on
luck: checking its own work, trying again after a failure, comparing several attempts before it settles on one.`;
