/** What a diagnosis is told of the proposals before it. */
export const PROPOSED = `Proposals made before
- The records end with a list of changes that were proposed before, for this agent, for its earlier versions and for others, and how each
  ended. The list is a quotation like all others.
- Propose something else. If one of them is right all the same, say in the summary why it would end otherwise now. What made another
  version better, and is not in this agent, may well be brought here.`;

/** What it is told in addition when its proposal was sent back, which happens once. */
export const SENT_BACK = `- You have answered before, and the proposal was sent back: it is quoted last, with the reason. The same holds for your answer now.`;
