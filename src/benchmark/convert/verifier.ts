import { readFileSync } from 'node:fs';
import { projectPath } from '../../environment/project.ts';

/** Parsers of ours that the verifier of converted tasks has as well. */
export const PARSERS: readonly string[] = [
  'parse_log_pytest',
  'parse_log_pytest_options',
  'parse_log_pytest_v2',
  'parse_log_matplotlib',
  'parse_log_seaborn',
  'parse_log_smith',
  'parse_log_django',
  'parse_log_sympy',
  ...['astroid', 'flask', 'marshmallow', 'pvlib', 'pyvista', 'sqlfluff', 'xarray'].map((name) => `parse_log_${name}`),
  ...['pydicom', 'requests', 'pylint', 'astropy', 'scikit', 'sphinx'].map((name) => `parse_log_${name}`),
];

/** The program that writes the reward of a converted task. */
export function gradePy(): string {
  return readFileSync(projectPath('src', 'benchmark', 'convert', 'verifier', 'grade.py'), 'utf8');
}
