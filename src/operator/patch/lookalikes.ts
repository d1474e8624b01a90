/** Letters that are drawn as Latin ones, from Unicode's confusables: those that alphabets of today have. */
const PAIRS =
  'аa еe оo рp сc уy хx іi јj ѕs ԁd ԛq ԝw һh ӏl ԍg АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ҮY ԌG ' +
  'αa οo νv ρp ιi κk υu τt γy χx ϲc ϳj ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
  'օo սu ցg հh ոn քp ѵv ɑa ɡg ıi ɩi ᴏo ᴄc ᴠv ᴡw ᴢz ᴀa ʀr Ꭺ A ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏞL ᎷM ᏢP ᏚS ᎢT ᏙV ᎳW ᏃZ';
const LATIN = new Map(
  PAIRS.split(' ')
    .filter((pair) => [...pair].length === 2)
    .map((pair) => [...pair] as [string, string]),
);
/** Ordinal signs: compatible with letters, and meant as they are. */
const ORDINALS = /[ªº]/gu;

/** Text as it looks: compatible characters and look-alikes as the Latin letters they are taken for. */
export function skeleton(text: string): string {
  return Array.from(text.normalize('NFKC'), (letter) => LATIN.get(letter) ?? letter).join('');
}

/**
 * The first word that is not what it looks like: Latin letters with look-alikes among them, letters that only are compatible
 * with Latin ones (`ｅval`), or a word all of look-alikes where the Latin one is about. `undefined` where there is none.
 *
 * @param about words in the neighbourhood
 */
export function lookalikeIn(text: string, about: ReadonlySet<string>): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what it passes over
  if (/^[\x00-\x7f]*$/.test(text)) return undefined;
  for (const [word] of text.matchAll(/[\p{L}\p{M}]+/gu)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    if (/^[\x00-\x7f]*$/.test(word)) continue;
    const plain = word.replace(ORDINALS, '').normalize('NFC');
    const looks = skeleton(plain);
    if (looks === plain) continue;
    const odd = [...plain].filter((letter) => skeleton(letter) !== letter);
    const latin = /[a-z]/i.test(plain);
    const compatible = odd.some(
      (letter) => letter.normalize('NFKC') !== letter && /^[a-z]+$/i.test(letter.normalize('NFKC')),
    );
    if (latin || compatible || (/^[a-z]{3,}$/i.test(looks) && about.has(looks))) return word;
  }
  return undefined;
}

/** The words of a text that are all ASCII. */
export function latinWords(text: string): ReadonlySet<string> {
  return new Set(text.match(/[A-Za-z]{3,}/g));
}
