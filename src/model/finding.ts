/** What a preflight looks at. */
export const FINDINGS = ['tasks', 'root', 'image', 'models', 'check'] as const;
export type FindingAbout = (typeof FINDINGS)[number];
