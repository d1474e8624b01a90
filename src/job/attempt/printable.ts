/** Text of any origin without what journals and terminals choke on: control characters and halves of characters. */
export function printable(text: string): string {
  return text.toWellFormed().replace(/(?![\n\t])\p{Cc}/gu, ' ');
}
