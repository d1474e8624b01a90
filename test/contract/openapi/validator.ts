import { Ajv, type ValidateFunction } from 'ajv';
import type { Exchange } from '../../../src/local-github/http/exchange.ts';
import { type OperationContract, readExtract } from './extract.ts';
import { ALIASES, UNDESCRIBED } from './undescribed.ts';

/** Redirects and refusals any operation may answer with, whether its description says so or not. */
const COMMON = new Set([301, 307, 400, 401, 403, 404, 413, 422, 429, 500, 502, 503]);
/** Query parameters every listing takes. */
const PAGING = new Set(['page', 'per_page']);

export function newAjv(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, allowUnionTypes: true, logger: false, validateSchema: false });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/);
  ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
  ajv.addFormat('uri', (text) => URL.canParse(text) || /^\w+:/.test(text));
  ajv.addFormat('email', /@/);
  return ajv;
}

/** Checks requests and answers against GitHub's published API description. */
export class ContractValidator {
  readonly #extract = readExtract();
  readonly #ajv = newAjv();
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.#ajv.addSchema(this.#extract, 'github');
  }

  get routes(): readonly string[] {
    return Object.keys(this.#extract.operations);
  }

  /** Everything an exchange has that the description does not allow, a line each. */
  failures(exchange: Exchange): string[] {
    if (exchange.route === null || exchange.route in UNDESCRIBED) return [];
    const route = ALIASES[exchange.route] ?? exchange.route;
    const contract = this.#extract.operations[route];
    if (!contract) return [`${route}: not in the extract; run scripts/extract-openapi.ts`];
    return [
      ...this.#requestFailures(route, contract, exchange),
      ...this.#responseFailures(route, contract, exchange),
    ].map((failure) => `${route} ${exchange.status}: ${failure}`);
  }

  /** A request that was accepted has to be one GitHub describes; a bad one only has to be refused. */
  #requestFailures(route: string, contract: OperationContract, exchange: Exchange): string[] {
    if (exchange.status >= 400) return [];
    const known = new Set(contract.parameters.filter((each) => each.in === 'query').map(({ name }) => name));
    const unknown = [...exchange.query.keys()].filter((name) => !known.has(name) && !PAGING.has(name));
    const failures = unknown.map((name) => `the query parameter '${name}' is not described`);
    if (exchange.requestBody === undefined)
      return contract.request?.required ? [...failures, 'the request has no body'] : failures;
    if (contract.request === null)
      return isEmpty(exchange.requestBody) ? failures : [...failures, 'the request has a body'];
    return [...failures, ...this.#check([route, 'request', 'schema'], exchange.requestBody, 'request')];
  }

  #responseFailures(route: string, contract: OperationContract, exchange: Exchange): string[] {
    const { status, responseBody } = exchange;
    if (status === 304 || typeof responseBody === 'string' || Buffer.isBuffer(responseBody)) return [];
    const described = contract.responses[status];
    if (described === undefined)
      return COMMON.has(status) ? this.#error(responseBody) : ['the status is not described'];
    if (described === null) return responseBody === undefined || isEmpty(responseBody) ? [] : ['the answer has a body'];
    if (responseBody === undefined) return ['the answer has no body'];
    return this.#check([route, 'responses', String(status)], JSON.parse(JSON.stringify(responseBody)), 'response');
  }

  #error(body: unknown): string[] {
    const { message, documentation_url } = (body ?? {}) as Record<string, unknown>;
    return typeof message === 'string' && typeof documentation_url === 'string'
      ? []
      : ['the refusal has no message or no documentation_url'];
  }

  #check(at: readonly string[], value: unknown, what: string): string[] {
    const pointer = ['operations', ...at]
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `github#/${pointer}` });
    this.#compiled.set(pointer, validate);
    if (validate(value)) return [];
    return explain(validate, value).map((line) => `${what}${line}`);
  }
}

/** The errors of a validation with the value that was wrong, without those of union branches that repeat them. */
export function explain(validate: ValidateFunction, value: unknown): string[] {
  const lines = (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const found = instancePath
      .split('/')
      .slice(1)
      .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], value);
    return `${instancePath} ${message} ${JSON.stringify(params)} (is ${JSON.stringify(found)?.slice(0, 80)})`;
  });
  return [...new Set(lines)].slice(0, 10);
}

function isEmpty(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0;
}
