import { data, Evaluator, type ExpressionError, Lexer, Parser } from '@actions/expressions';
import { HuxleyError, messageOf } from '../../../model/error.ts';

type Data = data.ExpressionData;

/** Values an expression can name (`github`, `env`, `steps`, ...), as plain JSON. */
export type Contexts = Readonly<Record<string, unknown>>;

/** Functions beyond GitHub's built-in ones: the status functions and `hashFiles`. */
export type Functions = Readonly<Record<string, (...args: string[]) => boolean | string>>;

const CONTEXTS = [
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
];
const STATUS_FUNCTIONS = ['success', 'failure', 'cancelled', 'always'];

/** Evaluates one expression, written without `${{ }}`, to plain JSON. Throws a HuxleyError on a wrong one. */
export function evaluate(expression: string, contexts: Contexts, functions: Functions = {}): unknown {
  try {
    return toJson(run(expression, contexts, functions));
  } catch (error) {
    throw new HuxleyError(
      'workflow.expression',
      `Expression '${expression}': ${messageOf(error as ExpressionError)}`,
      'Correct the expression in the workflow file.',
    );
  }
}

/** Whether a value is true as GitHub reads it: not `false`, `0`, `''` or `null`. */
export function truthy(value: unknown): boolean {
  return value !== false && value !== 0 && value !== '' && value !== null && !Number.isNaN(value);
}

/**
 * Evaluates an `if:`. Without a status function of its own it means `success() && (...)`; the `${{ }}` around it is
 * optional.
 */
export function condition(source: string, contexts: Contexts, functions: Functions): boolean {
  const parts = split(source.trim());
  const expression =
    parts.length === 1 && parts[0]!.kind === 'expression'
      ? parts[0]!.text
      : parts.every((part) => part.kind === 'text')
        ? source.trim()
        : null;
  if (expression === null) return truthy(interpolate(source, contexts, functions));
  if (expression === '') return truthy(evaluate('success()', contexts, functions));
  return truthy(
    evaluate(hasStatusFunction(expression) ? expression : `success() && (${expression})`, contexts, functions),
  );
}

/** A template's value: typed when it is one expression and nothing else, text with everything filled in otherwise. */
export function interpolate(template: unknown, contexts: Contexts, functions: Functions = {}): unknown {
  if (typeof template !== 'string') return template;
  const parts = split(template);
  if (parts.length === 1 && parts[0]!.kind === 'expression') return evaluate(parts[0]!.text, contexts, functions);
  return parts
    .map((part) => (part.kind === 'text' ? part.text : asText(evaluate(part.text, contexts, functions))))
    .join('');
}

/** A template's value as the text GitHub makes of it: `null` is empty, objects say so. */
export function interpolateText(template: unknown, contexts: Contexts, functions: Functions = {}): string {
  return asText(interpolate(template, contexts, functions));
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return 'Array';
  return typeof value === 'object' ? 'Object' : String(value);
}

interface Part {
  readonly kind: 'text' | 'expression';
  readonly text: string;
}

/** Cuts a template at `${{` and `}}`; quoted strings inside an expression may hold either. */
function split(template: string): Part[] {
  const parts: Part[] = [];
  let rest = template;
  for (let open = rest.indexOf('${{'); open >= 0; open = rest.indexOf('${{')) {
    const end = /^(?:'(?:[^']|'')*'|[^'])*?\}\}/.exec(rest.slice(open + 3));
    if (!end) break;
    if (open > 0) parts.push({ kind: 'text', text: rest.slice(0, open) });
    parts.push({ kind: 'expression', text: end[0].slice(0, -2).trim() });
    rest = rest.slice(open + 3 + end[0].length);
  }
  if (rest !== '' || parts.length === 0) parts.push({ kind: 'text', text: rest });
  return parts;
}

function hasStatusFunction(expression: string): boolean {
  const withoutStrings = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  return STATUS_FUNCTIONS.some((name) => new RegExp(`(?<![\\w.-])${name}\\s*\\(`, 'i').test(withoutStrings));
}

function run(expression: string, contexts: Contexts, functions: Functions): Data {
  const names = [...STATUS_FUNCTIONS, 'hashFiles'];
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(
    tokens,
    CONTEXTS,
    names.map((name) => ({ name, minArgs: 0, maxArgs: name === 'hashFiles' ? 255 : 0 })),
  ).parse();
  const values = new data.Dictionary(...CONTEXTS.map((key) => ({ key, value: fromJson(contexts[key] ?? {}) })));
  const implementations = names.map((name) => {
    const call = (...args: Data[]): Data => {
      const implementation = functions[name];
      if (!implementation) throw new Error(`the function '${name}' cannot be used here`);
      return fromJson(implementation(...args.map((arg) => arg.coerceString())));
    };
    return [name.toLowerCase(), { name, minArgs: 0, maxArgs: 255, call }] as const;
  });
  return new Evaluator(tree, values, new Map(implementations)).evaluate();
}

function fromJson(value: unknown): Data {
  return JSON.parse(JSON.stringify(value), data.reviver) as Data;
}

function toJson(value: Data): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer)) as unknown;
}
