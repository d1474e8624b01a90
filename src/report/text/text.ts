/*
 * A stranger's text (a model's, an agent's, a file's) for places where it must do nothing but be read. Everything begins with
 * `visible`, which keeps what it knows and drops the rest.
 */

/** What is kept of a text: letters and marks, numbers, punctuation, symbols, blanks, tabs and line feeds. */
const KEPT = /[\p{L}\p{M}\p{N}\p{P}\p{S}\n\t ]/u;
/** Of those, what nobody sees: fillers, joiners, variation selectors, tags; and the blank braille pattern. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2800]/u;
/** A terminal's sequences, whole, so that nothing of them is left to be read: CSI, OSC and other strings, two-byte ones. */
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;

/**
 * The text with nothing in it but what shows: no escapes, controls, direction marks, joiners, fillers, tags, private or
 * unassigned code points, half surrogates, and at most two marks on a letter. Lines end in LF alone.
 */
export function visible(text: string): string {
  let kept = '';
  let marks = 0;
  const lines = text
    .toWellFormed()
    .replace(SEQUENCE, '')
    .replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, '\n');
  for (const char of lines) {
    if (/\p{Zs}/u.test(char)) kept += ' ';
    else if (KEPT.test(char) && !UNSEEN.test(char) && char !== '\ufffd') {
      marks = /\p{M}/u.test(char) ? marks + 1 : 0;
      if (marks <= 2) kept += char;
    }
  }
  return kept;
}

/** On one line, cut to `limit` code points with an ellipsis. */
export function oneLine(text: string, limit: number): string {
  const line = [...visible(text).replace(/\s+/g, ' ').trim()];
  return line.length > limit ? `${line.slice(0, limit - 1).join('')}…` : line.join('');
}

/** For a terminal: one line that moves no cursor and sets no colour. */
export function terminalLine(text: string, limit = 200): string {
  return oneLine(text, limit);
}

/** For a log that GitHub's runner, or another, reads for commands: one line without `::`, `##[`, `##vso[`. */
export function logLine(text: string, limit = 2_000): string {
  return defuseLog(oneLine(text, limit));
}

/** The same with its lines kept. */
export function logText(text: string, limit = 60_000): string {
  const whole = visible(text);
  return defuseLog(whole.length > limit ? `${whole.slice(0, limit)}…` : whole);
}

function defuseLog(text: string): string {
  // One character at a time: what is left over must not make another command.
  return text
    .replace(/:(?=:)/g, ': ')
    .replace(/#(?=#)/g, '# ')
    .replace(/#(?=\[|vso\[)/gi, '# ');
}

/**
 * For a title, a commit's subject or a trailer: one line that GitHub takes for nothing but words. No mention, no reference to an
 * issue or a pull request that could close one, no address, nothing that skips or asks for checks, no command.
 */
export function titleText(text: string, limit = 120): string {
  return calm(oneLine(text, limit));
}

/** For a commit's body: indented paragraphs, in which no line is a trailer, and nothing does what a title may not. */
export function bodyText(text: string, limit = 4_000): string {
  return calm(visible(text).slice(0, limit))
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : `    ${line.trimEnd()}`))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

/** Replacements that can only take meaning away; what one leaves, none of the others can make whole again. */
function calm(text: string): string {
  return (
    text
      // `[skip ci]` and every cousin, of whatever service: brackets are what they share.
      .replace(/[[\]［］【】〔〕⟦⟧]/g, (bracket) => ('[［【〔⟦'.includes(bracket) ? '(' : ')'))
      .replace(/\*{2,}/g, '*')
      .replace(/no_ci/gi, 'no ci')
      .replace(/(skip|request)[-_]+(?=check|ci|action|build|deploy)/gi, '$1 ')
      // Addresses, with which `Fixes` closes as with a number.
      .replace(/([a-z0-9])?:[/\\\\]{2,}/gi, '$1: ')
      .replace(/www\.(?=\S)/gi, 'www ')
      .replace(/[@＠﹫]/g, '(at)')
      // `#1`, `owner/repo#1`, `GH-1`.
      .replace(/[#＃﹟](?=\s*\d)/g, 'no. ')
      .replace(/GH-+(?=\d)/gi, 'GH ')
      // `Co-authored-by: x`, `Signed-off-by: x` and other people's names under it; our own trailers.
      .replace(/((?:[a-z]+-)+by|huxley-[a-z]+|change-id)\s*[:：]+/gi, '$1 -')
      .replace(/\/(?=huxley)/gi, '/ ')
  );
}
