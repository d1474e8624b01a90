const STOP_WORDS = new Set(
  'a an the this that these those its it their of to in on at for with by from into and or so as is are be been was were will would should can could must may do does make let have has'.split(
    ' ',
  ),
);

/**
 * A title or a sentence by what it says: the same for two that differ in case, blanks, punctuation, the order of words, words that say
 * nothing by themselves, or endings of English words. Equal keys are taken for the same idea.
 */
export function ideaKey(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return [...new Set((telling.length > 0 ? telling : words).map(stem))].sort().join(' ');
}

/** Without the commonest endings of English: `retries`, `retried` and `retrying` are `retri`, `adds` and `adding` are `ad`. */
function stem(word: string): string {
  if (!/^[a-z]{3,}$/.test(word)) return word;
  const bare = word.replace(/(?:(?<=i|ss|sh|ch|x)es|(?<!s)s|(?<=..)ing|(?<!e)ed)$/, '');
  const told = bare.length > 1 && /[aeiouy]/.test(bare) ? bare : word;
  return told
    .replace(/([^aeiouls])\1$/, '$1')
    .replace(/e$/, '')
    .replace(/y$/, 'i');
}
