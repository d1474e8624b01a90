/** HGM's special entry for conversations that outgrew the model's context. */
export const CONTEXT_OVERFLOW = `In the record below the conversation grew beyond what the model can read. Find what filled it, and propose a change that keeps
the agent working within the limit: shorter tool output, dropping or condensing old turns, going on after the error.`;
