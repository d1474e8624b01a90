import { HuxleyError } from '../../../model/error.ts';
import type { LogParser } from '../status.ts';
import { cargo, goTest } from './others.ts';
import { matplotlib, pytest, pytestOptions, pytestV2, seaborn } from './pytest.ts';
import { django, sympy } from './unittest.ts';

/** Log parsers by the names that rows use. */
const PARSERS: Readonly<Record<string, LogParser>> = {
  parse_log_pytest: pytest,
  parse_log_pytest_options: pytestOptions,
  parse_log_pytest_v2: pytestV2,
  parse_log_matplotlib: matplotlib,
  parse_log_seaborn: seaborn,
  parse_log_django: django,
  parse_log_sympy: sympy,
  parse_log_gotest: goTest,
  parse_log_cargo: cargo,
  ...Object.fromEntries(
    ['astroid', 'flask', 'marshmallow', 'pvlib', 'pyvista', 'sqlfluff', 'xarray'].map((name) => [
      `parse_log_${name}`,
      pytest,
    ]),
  ),
  ...Object.fromEntries(['pydicom', 'requests', 'pylint'].map((name) => [`parse_log_${name}`, pytestOptions])),
  ...Object.fromEntries(['astropy', 'scikit', 'sphinx'].map((name) => [`parse_log_${name}`, pytestV2])),
};

/** @throws HuxleyError `suite.parser` for a name nobody has written a parser for yet. */
export function parserOf(name: string): LogParser {
  const parser = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
  if (parser) return parser;
  throw new HuxleyError(
    'suite.parser',
    `log_parser: there is no parser ${name}`,
    `Known are ${Object.keys(PARSERS).join(', ')}; hand predictions for other tasks to the official harness.`,
  );
}

/** Whether the runner behind a parser is pytest, which can report out of band. */
export function isPytest(name: string): boolean {
  return ![django, sympy, goTest, cargo].includes(parserOf(name));
}
