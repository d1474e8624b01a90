// Lets tests import the solution's modules from another process: every module of the tree but those of the tests.
import { AssertionError } from 'node:assert';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { reader, writer } from './pipe.mjs';
import { fixBuiltins, Peer } from './wire.mjs';

const SCHEME = 'huxley-apart:';
const modules = new Map();
const peer = new Peer(
  't',
  reader(5, () => new Error('The process of the solution has ended')),
  writer(4),
);

/** While the solution has promises open, its process is given turns; each of them brings what was settled. */
let pumping = false;
function pump() {
  if (pumping || peer.waiting === 0) return;
  pumping = true;
  setImmediate(() => {
    pumping = false;
    peer.ask('turn', 5);
    pump();
  });
}
const ask = peer.ask.bind(peer);
peer.ask = (kind, what) => {
  try {
    const answer = ask(kind, what);
    if (failed === undefined) return answer;
  } catch (error) {
    if (failed === undefined) throw error;
  } finally {
    if (kind !== 'turn') pump();
  }
  throw failed;
};

/** An assertion that failed in what the solution called: it says what was expected, so the solution never gets away with it. */
let failed;
peer.thrown = (error) => {
  if (error instanceof AssertionError) failed ??= error;
};

/** What a module exports. The names become code here, and so must be texts; the lists are copied, as what crossed can change. */
function load(path) {
  const answer = peer.ask('load', path);
  if (!Array.isArray(answer) || !answer.every((pair) => Array.isArray(pair) && typeof pair[0] === 'string'))
    throw new TypeError('a module is a list of names and values');
  return answer.map(([name, value]) => [name, value]);
}

function source(path) {
  if (!modules.has(path)) modules.set(path, load(path));
  const names = modules.get(path).map(([name]) => name);
  return [
    `const values = globalThis[Symbol.for(${JSON.stringify(SCHEME)})](${JSON.stringify(path)});`,
    ...names.map((name, i) => `const v${i} = values[${i}]; export { v${i} as ${JSON.stringify(name)} };`),
  ].join('\n');
}

/** Waits until the process of the solution is there, which holds nothing of it yet, and lets tests import from it. */
export function connect(root, tests) {
  peer.ask('hello');
  fixBuiltins();
  const tree = pathToFileURL(`${root}/`).href;
  const own = pathToFileURL(`${root}/${tests}/`).href;
  Object.defineProperty(globalThis, Symbol.for(SCHEME), {
    value: (path) => modules.get(path).map(([, value]) => value),
  });
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      if (!found.url.startsWith(tree) || found.url.startsWith(own)) return found;
      return { url: `${SCHEME}${found.url}`, format: 'module', shortCircuit: true };
    },
    load(url, context, next) {
      if (!url.startsWith(SCHEME)) return next(url, context);
      const path = fileURLToPath(url.slice(SCHEME.length));
      return { format: 'module', source: source(path), shortCircuit: true };
    },
  });
}
