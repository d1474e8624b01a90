import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allShown, brief, shown, webAddress } from './shown.ts';

test('what acts or hides is written out; what people write stays', () => {
  expect(shown('\u001b[31mred\u001b[0m')).toBe('␛[31mred␛[0m');
  expect(shown('a\u202eb\u2066c\u200bd')).toBe('a⟨U+202E⟩b⟨U+2066⟩c⟨U+200B⟩d');
  expect(shown('one\r\ntwo\rthree\tfour')).toBe('one\ntwo␍three\tfour');
  expect(shown('half \ud800')).toBe('half ⟨U+D800⟩');
  for (const text of ['naïve', '日本語 العربية', '✓ 👍 ❤️', '<script>'] as const) expect(shown(text)).toBe(text);
});

test('nothing that acts or hides is left of any text, anywhere in a value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 2 }), (text, value) => {
      expect(shown(text)).not.toMatch(/[^\P{C}\n\t]/u);
      expect(shown(shown(text))).toBe(shown(text));
      const whole = allShown(JSON.parse(JSON.stringify({ deep: [{ text }, value] })) as { deep: [{ text: string }] });
      expect(whole.deep[0].text).toBe(shown(text));
      expect(Object.entries(allShown(JSON.parse(JSON.stringify({ [text]: [text] }))))).toEqual([
        [shown(text), [shown(text)]],
      ]);
    }),
  );
});

test('only addresses of the web are any', () => {
  expect(webAddress('https://github.example/octo/agent/')).toBe('https://github.example/octo/agent');
  for (const url of ['javascript:alert(1)', 'data:text/html,x', 'https://a:b@c.example', '//x.example', '', null])
    expect(webAddress(url)).toBeNull();
});

test('in brief', () => {
  expect(brief('  one\n two ', 20)).toBe('one two');
  expect(brief('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
});
