/** Most a self-modification may hold. A person has to be able to review it. */
export const PATCH_LIMITS = { files: 100, fileBytes: 256 * 1024, totalBytes: 512 * 1024 } as const;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bidirectional controls: they show a reviewer other code than what runs (CVE-2021-42574). */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/u;

/** Text of a file, or `null` when it is not UTF-8 text. */
export function textOf(content: Uint8Array): string | null {
  try {
    const text = decoder.decode(content);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}

/** Why a file's new content is refused, or `null`. */
export function contentProblem(content: Uint8Array): string | null {
  if (content.byteLength > PATCH_LIMITS.fileBytes)
    return `is ${content.byteLength} bytes, more than ${PATCH_LIMITS.fileBytes}`;
  const text = textOf(content);
  if (text === null) return 'is binary, not UTF-8 text';
  return BIDI.test(text) ? 'holds bidirectional control characters, which hide code from reviewers' : null;
}
