import type { LogParser, Status } from '../instance/status.ts';
import { withoutColours } from './lines.ts';

/*
 * Runners whose logs name failures alone. Their rows are graded `fail_only`: what is not named passed, provided that the log
 * shows that tests ran at all.
 */

const oneBlank = (text: string) => text.replace(/\s+/g, ' ').trim();

function failures(names: Iterable<string>): ReadonlyMap<string, Status> {
  return new Map([...names].map((name) => [name, 'FAILED']));
}

/** The last group of every match, in the order of the patterns. */
function matched(log: string, patterns: readonly RegExp[]): string[] {
  return patterns.flatMap((pattern) => [...log.matchAll(pattern)].map((match) => match.at(-1) ?? ''));
}

/** ESLint: Mocha's numbered failures, up to the error. */
export const eslint: LogParser = (log) =>
  failures([...log.matchAll(/\s{2}\d+\)([\s\S]*?)\s+.*Error/g)].map(([, name]) => oneBlank(name!)));

/** bpmn-js: Karma in several browsers. */
export const bpmn: LogParser = (log) =>
  failures(
    matched(log, [
      /2KPhantomJS\s[\d.]+\s\(Linux\s[\d.]+\)\s(.*)FAILED\n/g,
      /2KPhantomJS\s[\d.]+\s\(Linux\sx86_64\)\s(.*)FAILED\n/g,
      /Chrome\sHeadless\s(?:.*)\s\(Linux\sx86_64\)\s(.*)FAILED\n/g,
      /HeadlessChrome\s[\d.]+\s\(Linux\s[\d.]+\)\s(.*)FAILED\n/g,
    ]),
  );

/** OpenLayers: Karma, Mocha, and its comparison of pictures. */
export const openLayers: LogParser = (log) =>
  failures(
    matched(log, [
      /Chrome\sHeadless\s[\d.]+\s\(Linux\s[\d._\S]+\)\s(.*)\sFAILED\n/g,
      /Chrome\s[\d.]+\s\(Linux\s[\d._\S]+\)\s(.*)FAILED\n/g,
      /^\s{2}\d+\)([\s\S]*?)Error:/gm,
      /^case\s(.*):\smismatch/gm,
    ]).map(oneBlank),
  );

/** Chart.js: Karma in Chrome. */
export const chartJs: LogParser = (log) =>
  failures(matched(withoutColours(log), [/Chrome\s[\d.]+[^\S\r\n]\(.+?\)[^\S\r\n](.*)FAILED$/gm]));

/** Marked: Jasmine's numbered failures. */
export const marked: LogParser = (log) => failures(matched(log, [/^\d+\)\s(.*)/gm]).map((name) => name.trim()));

/** p5.js: Mocha's numbered failures, suites and test on lines of growing indentation, among printed data. */
export const p5: LogParser = (log) => {
  const names: string[] = [];
  for (const [, text] of withoutData(withoutColours(log)).matchAll(/^\s*\d+\)([\s\S]{0,1000}?):/gm)) {
    const parts = text!.split('\n');
    const indents = parts.map((line) => line.length - line.trimStart().length);
    if (indents.every((indent, i) => indent > (indents[i - 1] ?? 0)))
      names.push(parts.map((part) => part.trim()).join(':'));
  }
  return failures(names);
};

/** A log without JSON and XML that the code under test printed. */
function withoutData(log: string): string {
  const kept: string[] = [];
  const inside = { '}': false, ']': false };
  for (const raw of log.split('\n')) {
    const line = raw.trimEnd();
    if (line.endsWith('{')) inside['}'] = true;
    else if (line.endsWith('[')) inside[']'] = true;
    else if ((line === '}' || line === ']') && inside[line]) inside[line] = false;
    else if (!inside['}'] && !inside[']'] && !/^(?:\{.*\}|\[.*\])$/.test(line)) kept.push(raw);
  }
  let text = kept.join('\n');
  for (let match = XML.exec(text); match; match = XML.exec(text)) {
    const open = `<${match[1]}>`;
    const nested = Math.max(0, match[0].split(open).length - 2);
    text = text.slice(0, match.index) + open.repeat(nested) + text.slice(match.index + match[0].length);
  }
  return text;
}

const XML = /<(\w+)>[\s\S]*?<\/\1>/;
