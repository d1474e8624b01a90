import { HuxleyError } from '../../../model/error.ts';
import type { Instance } from '../instance/instance.ts';
import { asPython } from '../instance/log-text.ts';
import type { LogParser, StatusMap } from '../instance/status.ts';
import { cargo, doctest, googletest, goTest, jq, micropython, multiGo, multiGoParents, redis } from './compiled.ts';
import { bpmn, chartJs, eslint, marked, openLayers, p5 } from './failures-only.ts';
import { ant, gradle, maven } from './java.ts';
import { calypso, grommet, immutable, jest, jestFiles, jestJson, vitest } from './jest.ts';
import { fusionNext, highlightJs, karma, lighthouse, prism, quarto, tap } from './mocha.ts';
import { cucumber, jekyll, minitest, phpunit, rspec, rubyUnit } from './php-ruby.ts';
import { matplotlib, pytest, pytestOptions, pytestV2, pytestVerbose, pytestWorkers, seaborn } from './pytest.ts';
import { django, sympy } from './unittest.ts';

/** What some parsers must know beside the log. */
type About = Pick<Instance, 'id' | 'version'>;
type Parser = (log: string, about: About) => StatusMap;

const PYTEST: Readonly<Record<string, Parser>> = {
  parse_log_pytest: pytest,
  parse_log_pytest_options: pytestOptions,
  parse_log_pytest_v2: pytestV2,
  parse_log_matplotlib: matplotlib,
  parse_log_seaborn: seaborn,
  parse_log_smith: pytestVerbose,
  parse_log_smith_autograd: pytestWorkers,
  ...named(['astroid', 'flask', 'marshmallow', 'pvlib', 'pyvista', 'sqlfluff', 'xarray'], pytest),
  ...named(['pydicom', 'requests', 'pylint'], pytestOptions),
  ...named(['astropy', 'scikit', 'sphinx'], pytestV2),
};

/** Log parsers by language, and by the names that rows use. */
const PARSERS: Readonly<Record<string, Readonly<Record<string, Parser>>>> = {
  python: { ...PYTEST, parse_log_django: django, parse_log_sympy: sympy },
  javascript: {
    parse_log_bpmn_js: bpmn,
    parse_log_calypso: calypso,
    parse_log_chart_js: chartJs,
    parse_log_eslint: eslint,
    parse_log_grommet: grommet,
    parse_log_highlightjs: highlightJs,
    parse_log_immutable_js: immutable,
    parse_log_jest: jest,
    parse_log_jest_json: jestJson,
    parse_log_karma: karma,
    parse_log_lighthouse: lighthouse,
    parse_log_marked: marked,
    parse_log_next: fusionNext,
    parse_log_openlayers: openLayers,
    parse_log_p5js: p5,
    parse_log_prismjs: prism,
    parse_log_quarto_cli: quarto,
    parse_log_tap: tap,
    parse_log_vitest: vitest,
    ...named(['carbon', 'react_pdf'], jestFiles),
  },
  c: {
    parse_log_doctest: doctest,
    parse_log_googletest: googletest,
    parse_log_jq: jq,
    parse_log_micropython_test: micropython,
    parse_log_redis: redis,
  },
  go: { parse_log_gotest: goTest, parse_log_multi_go: multiGo, parse_log_multi_go_parents: multiGoParents },
  java: { parse_log_ant: ant, parse_log_gradle_custom: gradle, parse_log_maven: maven },
  php: { parse_log_phpunit: phpunit },
  ruby: {
    parse_log_cucumber: cucumber,
    parse_log_jekyll: jekyll,
    parse_log_minitest: minitest,
    parse_log_rspec_transformed_json: rspec,
    parse_log_ruby_unit: rubyUnit,
  },
  rust: { parse_log_cargo: cargo },
};

function named(names: readonly string[], parser: Parser): Record<string, Parser> {
  return Object.fromEntries(names.map((name) => [`parse_log_${name}`, parser]));
}

const LANGUAGE_OF = new Map(
  Object.entries(PARSERS).flatMap(([language, parsers]) => Object.keys(parsers).map((name) => [name, language])),
);

/**
 * The parser of an instance's log.
 * @throws HuxleyError `suite.parser` for a name nobody has written a parser for yet.
 */
export function parserOf({ logParser, ...about }: About & Pick<Instance, 'logParser'>): LogParser {
  const parser = PARSERS[languageOf(logParser)]![logParser]!;
  return asPython((log) => parser(log, about));
}

/**
 * The language of the tests behind a parser.
 * @throws HuxleyError `suite.parser`, as `parserOf`
 */
export function languageOf(logParser: string): string {
  const language = LANGUAGE_OF.get(logParser);
  if (language !== undefined) return language;
  throw new HuxleyError(
    'suite.parser',
    `log_parser: there is no parser ${logParser}`,
    `Known are ${[...LANGUAGE_OF.keys()].join(', ')}; hand predictions for other tasks to the official harness.`,
  );
}

/** Whether the runner behind a parser is pytest, which can report out of band. */
export function isPytest(logParser: string): boolean {
  return Object.hasOwn(PYTEST, logParser);
}
