import { createHash } from 'node:crypto';

/**
 * Quotes untrusted text as data. The fence carries a digest of the text, so that no text can hold its own closing fence;
 * control characters other than line feed and tab become visible escapes.
 */
export function quote(label: string, text: string): string {
  const clean = text.replaceAll('\r\n', '\n').replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, (c) => {
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  const fence = createHash('sha256').update(clean).digest('hex').slice(0, 16);
  return `<data id="${fence}" what="${label.replace(/[^\w .,:/@()-]/g, '_')}">\n${clean}\n</data ${fence}>`;
}
