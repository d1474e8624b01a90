import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import type { TestOutcome } from '../plan.ts';
import { type Reported, type Results, resultsOf, UNREADABLE } from './results.ts';

const caseSchema = z.looseObject({ '@name': z.string().default(''), '@classname': z.string().default('') });
type Case = z.infer<typeof caseSchema>;

interface Suite {
  readonly '@name': string;
  readonly testcase: readonly Case[];
  readonly testsuite: readonly Suite[];
}

/** An element without attributes and content is an empty text to the parser. */
const element = <T>(schema: z.ZodType<T>) => z.preprocess((value) => (value === '' ? {} : value), schema);
const suiteSchema: z.ZodType<Suite> = z.looseObject({
  '@name': z.string().default(''),
  testcase: z.array(element(caseSchema)).default([]),
  get testsuite() {
    return z.array(element(suiteSchema)).default([]);
  },
});
/** A report is a list of suites, or one suite. */
const reportSchema = z.union([
  z.looseObject({ testsuites: element(suiteSchema).transform((all) => ({ ...all, '@name': '' })) }),
  z
    .looseObject({ testsuite: z.tuple([element(suiteSchema)]) })
    .transform(({ testsuite: [testsuites] }) => ({ testsuites })),
]);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === 'testcase' || name === 'testsuite',
});

/**
 * JUnit's XML, as most test runners write it. An id is the names of the suites around a test, its class and its name:
 * `TwiceTest > two()`. A document with a type of its own, which could define entities, is not read.
 */
export function readJUnitXml(xml: string): Results {
  try {
    if (/<!DOCTYPE/i.test(xml) || XMLValidator.validate(xml) !== true) return UNREADABLE;
    const report = reportSchema.safeParse(parser.parse(xml)).data;
    return report === undefined ? UNREADABLE : resultsOf(inSuite(report.testsuites, []), true);
  } catch {
    // What the parser refuses: names that are none, elements nested too deep.
    return UNREADABLE;
  }
}

function inSuite(suite: Suite, around: readonly string[]): readonly Reported[] {
  const path = [...around, suite['@name']];
  return [
    ...suite.testcase.map((one): Reported => [[...path, one['@classname'], one['@name']], outcomeOf(one)]),
    ...suite.testsuite.flatMap((inner) => inSuite(inner, path)),
  ];
}

function outcomeOf(one: Case): TestOutcome {
  if ('failure' in one || 'error' in one) return 'failed';
  return 'skipped' in one || one['@status'] === 'notrun' ? 'skipped' : 'passed';
}
