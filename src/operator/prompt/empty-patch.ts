/** HGM's special entry for tasks that ended without any change. */
export const EMPTY_PATCH = `In the records below the agent ended its work without having changed a single file, so it could only fail. Find out what let it
stop empty-handed (giving up, losing an edit, running out of turns or time, a misunderstood tool), and propose a change that
makes it notice and go on.`;
