import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from './html.ts';
import { markdown } from './markdown.ts';

test('what a report is made of: tables, lists, folds, code, emphasis, links', () => {
  const text = `**v12 beats the root**
next line with \`a < b\`

| | root | **v12** |
|---|:-:|--:|
| Search \\| tasks | 22/60 | 19/26 |

- one
  - nested
- two

<details><summary>Why</summary>

1. **[docs](https://example.com/_a_?b=1&c=2)** at https://example.com

</details>

\`\`\`js
if (a < b) <b>
\`\`\`
<!-- huxley:variant -->`;
  expect(markdown(text).text).toMatchInlineSnapshot(`
    "<p><strong>v12 beats the root</strong><br>
    next line with <code>a &lt; b</code></p>

    <table><tr><th></th><th class="center">root</th><th class="right"><strong>v12</strong></th></tr><tr><td>Search | tasks</td><td class="center">22/60</td><td class="right">19/26</td></tr></table>

    <ul><li>one<ul><li>nested</li></ul></li><li>two</li></ul>

    <details><summary>Why</summary>

    <ol><li><strong><a href="https://example.com/_a_?b=1&amp;c=2" rel="nofollow noopener">docs</a></strong> at <a href="https://example.com" rel="nofollow noopener">https://example.com</a></li></ol>

    </details>

    <pre><code>if (a &lt; b) &lt;b&gt;</code></pre>
    "
  `);
});

test('what reports escape is shown as it was meant, and references lead somewhere', () => {
  const place = { repository: 'ada/agent' };
  expect(
    markdown('promise \\(0.47\\), &lt;b&gt;x&lt;/b&gt; &amp; v6 (#7), \\#1, ada#2', place).text,
  ).toMatchInlineSnapshot(
    `"<p>promise (0.47), &lt;b&gt;x&lt;/b&gt; &amp; v6 (<a href="/ada/agent/issues/7">#7</a>), #1, ada#2</p>"`,
  );
  expect(markdown('one\ntwo', { file: true }).text).toBe('<p>one\ntwo</p>');
});

test('a tree in mermaid is a picture; anything else stays its text', () => {
  const tree = (more: string) =>
    markdown(`\`\`\`mermaid\ngraph TD\n  v0["v0<br/>7/32"]\n  v1["<b>"]:::best\n  v0 --> v1\n${more}\n\`\`\``).text;
  expect(tree('  classDef best stroke-width:3px')).toMatchInlineSnapshot(
    `"<svg class="graph" viewBox="0 0 104 132" width="104" height="132" role="img"><path d="M52 53C52 69 52 63 52 79"/><g class=""><rect x="6" y="13" width="92" height="40" rx="6"/><text x="52" y="29.5">v0</text><text x="52" y="44.5">7/32</text></g><g class="best"><rect x="6" y="79" width="92" height="40" rx="6"/><text x="52" y="103">&lt;b&gt;</text></g></svg>"`,
  );
  expect(tree('  click v0 "https://example.com"')).toContain('<pre><code>graph TD');
  expect(tree('  v1 --> v0')).toContain('<pre><code>graph TD');
});

test('HTML, scripts and odd links stay text', () => {
  const text = markdown('<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) `<b>`').text;
  expect(text).not.toMatch(/<(script|img|b>)|href/);
});

test('no text whatsoever brings a tag of its own into a page', () => {
  const allowed =
    /^\/?(p|br|h[2-6]|hr|ul|ol|li|pre|code|strong|em|table|tr|th|td|blockquote|details|summary|a|sub|sup|b|kbd)$/;
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          '<',
          '>',
          '"',
          "'",
          '&',
          '`',
          '[',
          '](',
          ')',
          '|',
          '-',
          '\\n',
          '*',
          'script',
          'onload=',
          'https://e/',
          '_',
          '(/',
          '<details>',
          '</details>',
          ' ',
          '# ',
          '> ',
          'a',
        ),
      ),
      (parts) => {
        const text = markdown(parts.join('').replaceAll('\\n', '\n')).text;
        for (const [, name, attributes = ''] of text.matchAll(/<(\/?[^\s>]*)([^>]*)>/g)) {
          expect(name).toMatch(allowed);
          expect(attributes).toMatch(/^( open| class="(right|center)"| href="[^"<>]*" rel="nofollow noopener")?$/);
        }
      },
    ),
  );
});

test('a table of one row and a line of dashes is a table', () => {
  expect(markdown('|\n-').text).toBe('<table><tr><th></th></tr></table>');
});

test('templates escape what is filled in', () => {
  expect(html`<a title="${'"><script>'}">${['<', html`<b>${'&'}</b>`, null, 0]}</a>`.text).toBe(
    '<a title="&quot;&gt;&lt;script&gt;">&lt;<b>&amp;</b>0</a>',
  );
});

test('whatever is nested as deeply as it may be: a page comes of it, in time, with nothing lost', () => {
  const deep = 20_000;
  for (const text of [
    `${'>'.repeat(deep)}end`,
    `${'> '.repeat(deep)}end`,
    Array.from({ length: 2_000 }, (_, i) => `${'  '.repeat(i)}- end`).join('\n'),
    `${'<details>\n'.repeat(deep)}end`,
    `${'<details><summary>x</summary>\n\n'.repeat(2_000)}end${'\n</details>'.repeat(2_000)}`,
    `${'['.repeat(deep)}end${'](/x)'.repeat(deep)}`,
    `${'**'.repeat(deep)}end`,
    `x ${'`'.repeat(deep)}end`,
    `\`\`\`mermaid\ngraph TD\n${Array.from({ length: deep }, (_, i) => `n${i}["end"]\nn${i} --> n${i + 1}`).join('\n')}\nn${deep}["end"]\n\`\`\``,
  ]) {
    const begun = performance.now();
    expect(markdown(text).text).toContain('end');
    expect(performance.now() - begun).toBeLessThan(20_000);
  }
});
