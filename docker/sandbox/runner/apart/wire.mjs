// One end of the line between the tests and the solution, which run in processes of different users. Both ends are alike.
// A message is a line of JSON. Plain data crosses as data, and what was shared is brought up to date with every message, so
// that each side sees what the other changed. Functions cross as numbers that can be called, and as nothing else: no message
// can read a property, name a global or make code of a text.
const {
  apply,
  construct,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
  set,
  setPrototypeOf,
} = Reflect;
const { stringify, parse } = JSON;
const textOf = Function.prototype.toString;

/** Objects that are compared for changes at each message: those that crossed last. */
const WATCHED = 1_000;

const NAMES =
  `Object Array Map Set WeakMap WeakSet WeakRef Date RegExp Promise Number String Boolean Symbol BigInt Math JSON Reflect
  Error TypeError RangeError SyntaxError EvalError ReferenceError URIError AggregateError ArrayBuffer DataView Uint8Array Int8Array
  Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array Uint8ClampedArray BigInt64Array BigUint64Array Buffer
  URL URLSearchParams TextEncoder TextDecoder parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent structuredClone`.split(
    /\s+/,
  );
const BUILTINS = new Map();
for (const name of NAMES) {
  const value = globalThis[name];
  BUILTINS.set(name, value);
  if (typeof value === 'function' && value.prototype) BUILTINS.set(`${name}.prototype`, value.prototype);
}
BUILTINS.set('Function.prototype', Function.prototype);
const NAME_OF = new Map([...BUILTINS].map(([name, value]) => [value, name]));
const ITERATOR = getPrototypeOf(getPrototypeOf([][Symbol.iterator]()));
/** What makes code of text. None of it crosses. */
const CODE = new Set([
  // biome-ignore lint/security/noGlobalEval: named so that it is refused
  globalThis.eval,
  ...[() => {}, async () => {}, function* () {}, async function* () {}].map((f) => f.constructor),
]);
const WELL_KNOWN = new Map(
  ownKeys(Symbol)
    .filter((key) => typeof Symbol[key] === 'symbol')
    .map((key) => [Symbol[key], key]),
);

/** Keeps what is the language's as it is: a function of the tests that changes what it is given could be given `Math`. */
export function fixBuiltins() {
  for (const [name, value] of BUILTINS) if (!name.endsWith('.prototype')) Object.freeze(value);
}

export class Peer {
  #side;
  #read;
  #write;
  #next = 0;
  #byId = new Map();
  #idOf = new Map();
  #sent = new Map();
  #queue = [];
  #heap = [];
  #settled = [];
  #promises = new Map();
  #kinds = new Map();
  /** Promises of the other side that are not settled yet. */
  waiting = 0;

  /**
   * @param side a letter that no id of the other end begins with
   * @param read gives the next line, waiting for it; throws where there will be none
   */
  constructor(side, read, write) {
    this.#side = side;
    this.#read = read;
    this.#write = write;
  }

  /** Says something to the other side, and does what it asks until it answers. */
  ask(kind, what) {
    this.#send(kind, what);
    for (;;) {
      const { kind, what } = this.receive();
      if (kind === 'ret') return what;
      if (kind === 'throw') throw what;
      this.serve(kind, what);
    }
  }

  receive() {
    const message = parse(this.#read());
    const created = message.heap.map(([id, to]) => [id, to, this.#shell(id, to)]);
    for (const [id, to, object] of created) this.#fill(id, to, object);
    for (const [id] of created) this.#note(id);
    for (const [id, ok, value] of message.settled) {
      const promise = this.#promises.get(id);
      if (promise === undefined) continue;
      this.#promises.delete(id);
      this.waiting--;
      promise[ok ? 0 : 1](this.#value(value));
    }
    return { kind: message.kind, what: this.#value(message.what) };
  }

  /** Does what the other side asks: a call. */
  serve(kind, what) {
    let answer;
    try {
      const [target, self, args, newTarget] = what;
      if (typeof target !== 'function' || CODE.has(target))
        throw new TypeError('only functions that crossed are called');
      answer = kind === 'new' ? construct(target, args, newTarget ?? target) : apply(target, self, args);
    } catch (error) {
      this.thrown(error);
      this.#send('throw', error);
      return;
    }
    this.#send('ret', answer);
  }

  /** Is told what a call of the other side threw. */
  thrown() {}

  reply(kind, what) {
    this.#send(kind, what);
  }

  get hasNews() {
    return this.#settled.length > 0;
  }

  #send(kind, what) {
    this.#heap = [];
    let value;
    try {
      value = this.#encode(what);
    } catch (error) {
      if (kind !== 'ret') throw error;
      kind = 'throw';
      value = this.#encode(error);
    }
    const settled = this.#settled.splice(0).map(([id, ok, result]) => [id, ok, this.#encode(result)]);
    this.#drain();
    for (const id of [...this.#sent.keys()].slice(-WATCHED)) this.#refresh(id);
    this.#write(stringify({ kind, what: value, settled, heap: this.#heap }));
  }

  // From here on: values to JSON.

  #encode(value) {
    switch (typeof value) {
      case 'undefined':
        return ['u'];
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ['n', Object.is(value, -0) ? '-0' : String(value)];
      case 'bigint':
        return ['i', String(value)];
      case 'symbol':
        return this.#symbol(value);
      case 'string':
      case 'boolean':
        return value;
    }
    if (value === null) return null;
    const name = NAME_OF.get(value);
    if (name !== undefined) return ['b', name];
    if (CODE.has(value)) throw new TypeError('what makes code of text does not cross');
    return ['@', this.#share(value)];
  }

  #symbol(value) {
    const known = WELL_KNOWN.get(value);
    if (known !== undefined) return ['Y', known];
    const key = Symbol.keyFor(value);
    if (key !== undefined) return ['R', key];
    return ['y', this.#idOf.get(value) ?? this.#name(value), value.description ?? null];
  }

  #name(value) {
    const id = `${this.#side}${this.#next++}`;
    this.#idOf.set(value, id);
    this.#byId.set(id, value);
    return id;
  }

  #share(value) {
    const known = this.#idOf.get(value);
    if (known !== undefined) {
      if (this.#sent.has(known)) this.#touch(known, this.#sent.get(known));
      return known;
    }
    const id = this.#name(value);
    this.#queue.push(id);
    return id;
  }

  #touch(id, text) {
    this.#sent.delete(id);
    this.#sent.set(id, text);
  }

  #drain() {
    for (let id = this.#queue.shift(); id !== undefined; id = this.#queue.shift()) {
      const to = this.#describe(this.#byId.get(id), id);
      this.#kinds.set(id, to.t);
      this.#heap.push([id, to]);
      if (to.t !== 'fn' && to.t !== 'promise' && to.t !== 'iter') this.#touch(id, stringify(to));
    }
  }

  #refresh(id) {
    const to = this.#describe(this.#byId.get(id), id);
    const text = stringify(to);
    if (text !== this.#sent.get(id)) {
      this.#sent.set(id, text);
      this.#heap.push([id, to]);
    }
    this.#drain();
  }

  /** After a message: what the object looks like from here, so that it is not sent back unchanged. */
  #note(id) {
    const object = this.#byId.get(id);
    const to = this.#describe(object, id);
    if (to.t !== 'fn' && to.t !== 'promise' && to.t !== 'iter') this.#touch(id, stringify(to));
  }

  #describe(object, id) {
    if (typeof object === 'function') return this.#describeFunction(object);
    const frozen = Object.isFrozen(object) ? 1 : 0;
    if (Array.isArray(object))
      return { t: 'array', f: frozen, v: Array.from(object, (one, i) => (i in object ? this.#encode(one) : ['h'])) };
    const proto = getPrototypeOf(object);
    if (object instanceof Promise) return this.#describePromise(object, id);
    if (proto === Map.prototype)
      return { t: 'map', v: [...object].map(([k, v]) => [this.#encode(k), this.#encode(v)]) };
    if (proto === Set.prototype) return { t: 'set', v: [...object].map((one) => this.#encode(one)) };
    if (object instanceof Date) return { t: 'date', v: this.#encode(object.getTime()) };
    if (object instanceof RegExp) return { t: 'regexp', s: object.source, g: object.flags, l: object.lastIndex };
    if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return describeBytes(object);
    if (apply(Object.prototype.isPrototypeOf, ITERATOR, [object])) return this.#describeIterator(object);
    const v = [];
    for (const key of ownKeys(object)) {
      if ((key === 'stack' || key === 'message') && object instanceof Error) continue;
      const entry = this.#describeProperty(object, key);
      if (entry) v.push(entry);
    }
    if (!(object instanceof Error)) return { t: 'object', f: frozen, p: this.#encode(proto), v };
    return { t: 'error', f: frozen, p: this.#encode(proto), m: String(object.message), v };
  }

  #describeProperty(object, key) {
    const { value, get, set: put, enumerable } = getOwnPropertyDescriptor(object, key);
    const name = typeof key === 'symbol' ? this.#symbol(key) : key;
    if (get !== undefined || put !== undefined) return [name, this.#encode(get), this.#encode(put), enumerable ? 1 : 0];
    if (key === 'constructor' && typeof value !== 'function') return undefined;
    if (typeof value === 'function' && CODE.has(value)) return undefined;
    return enumerable ? [name, this.#encode(value)] : [name, this.#encode(value), 0];
  }

  #describeFunction(fn) {
    const parent = getPrototypeOf(fn);
    const { prototype } = getOwnPropertyDescriptor(fn, 'prototype')?.value instanceof Object ? fn : {};
    const statics = ownKeys(fn).filter((key) => !['length', 'name', 'prototype', 'arguments', 'caller'].includes(key));
    const isClass = /^class\b/.test(apply(textOf, fn, []));
    return {
      t: 'fn',
      n: String(getOwnPropertyDescriptor(fn, 'name')?.value ?? ''),
      l: Number(getOwnPropertyDescriptor(fn, 'length')?.value ?? 0),
      c: isClass ? 1 : 0,
      p: isClass && parent !== Function.prototype ? this.#encode(parent) : null,
      m: isClass || (prototype !== undefined && ownKeys(prototype).length > 1) ? this.#encode(prototype) : null,
      v: statics.map((key) => this.#describeProperty(fn, key)).filter((entry) => entry !== undefined),
    };
  }

  #describePromise(promise, id) {
    if (!this.#promises.has(id) && id.startsWith(this.#side)) {
      this.#promises.set(id, null);
      promise.then(
        (value) => this.#settled.push([id, true, value]),
        (error) => this.#settled.push([id, false, error]),
      );
    }
    return { t: 'promise' };
  }

  #describeIterator(object) {
    const wrapped = (name) =>
      typeof object[name] === 'function' ? this.#encode((value) => object[name](value)) : null;
    return { t: 'iter', n: wrapped('next'), r: wrapped('return'), x: wrapped('throw') };
  }

  // From here on: JSON to values.

  #value(to) {
    if (to === null || typeof to !== 'object') return to;
    switch (to[0]) {
      case 'u':
        return undefined;
      case 'n':
        return Number(to[1]);
      case 'i':
        return BigInt(to[1]);
      case 'b':
        // As what a call works on, they would change for everybody here.
        if (to[1].endsWith('.prototype')) throw new TypeError('prototypes are no values');
        return BUILTINS.get(to[1]);
      case 'Y':
        return Symbol[to[1]];
      case 'R':
        return Symbol.for(to[1]);
      case 'y': {
        if (!this.#byId.has(to[1])) this.#adopt(to[1], Symbol(to[2] ?? undefined));
        return this.#byId.get(to[1]);
      }
      case '@': {
        if (!this.#byId.has(to[1])) throw new TypeError('a reference to nothing');
        return this.#byId.get(to[1]);
      }
    }
    throw new TypeError('no value of this kind crosses');
  }

  #prototype(to) {
    return Array.isArray(to) && to[0] === 'b' ? BUILTINS.get(to[1]) : this.#value(to);
  }

  #adopt(id, value) {
    if (typeof id !== 'string' || id.startsWith(this.#side)) throw new TypeError('an id of the wrong side');
    this.#byId.set(id, value);
    this.#idOf.set(value, id);
    return value;
  }

  #shell(id, to) {
    if (this.#byId.has(id)) return this.#byId.get(id);
    this.#kinds.set(id, to.t);
    return this.#adopt(id, this.#made(id, to));
  }

  #made(id, to) {
    switch (to.t) {
      case 'array':
        return [];
      case 'map':
        return new Map();
      case 'set':
        return new Set();
      case 'date':
        return new Date(Number.NaN);
      case 'regexp':
        return new RegExp(String(to.s), String(to.g));
      case 'bytes':
        return madeBytes(to);
      case 'error': {
        const error = new Error();
        defineProperty(error, 'stack', { value: 'an error of the solution', writable: true, configurable: true });
        return error;
      }
      case 'promise':
        this.waiting++;
        return new Promise((resolve, reject) => this.#promises.set(id, [resolve, reject]));
      case 'fn': {
        const peer = this;
        return function (...args) {
          if (new.target === undefined) return peer.ask('call', [peer.#byId.get(id), clean(this), args]);
          return peer.ask('new', [peer.#byId.get(id), undefined, args, new.target]);
        };
      }
      case 'iter':
        return Object.create(ITERATOR);
      default:
        return {};
    }
  }

  #fill(id, to, object) {
    // What an object is, it stays: no array gets a method of its own, no function of this side a property.
    if (to.t !== this.#kinds.get(id)) throw new TypeError('an object of another kind');
    if (id.startsWith(this.#side) && isPrototype(object)) return;
    switch (to.t) {
      case 'array':
        set(object, 'length', 0);
        set(object, 'length', to.v.length);
        to.v.forEach((one, i) => {
          if (!(Array.isArray(one) && one[0] === 'h')) defineProperty(object, i, data(this.#value(one), true));
        });
        break;
      case 'map':
        object.clear();
        for (const [key, value] of to.v) object.set(this.#value(key), this.#value(value));
        break;
      case 'set':
        object.clear();
        for (const one of to.v) object.add(this.#value(one));
        break;
      case 'date':
        object.setTime(this.#value(to.v));
        break;
      case 'regexp':
        object.lastIndex = Number(to.l);
        break;
      case 'bytes':
        if (object.byteLength === Buffer.byteLength(to.v, 'base64')) bytesOf(object).set(Buffer.from(to.v, 'base64'));
        break;
      case 'iter':
        for (const [name, fn] of [
          ['next', to.n],
          ['return', to.r],
          ['throw', to.x],
        ])
          if (fn !== null) defineProperty(object, name, data(this.#value(fn), false));
        break;
      case 'fn':
        if (!id.startsWith(this.#side)) this.#fillFunction(to, object);
        break;
      case 'object':
      case 'error': {
        if (!id.startsWith(this.#side)) setPrototypeOf(object, this.#prototype(to.p));
        for (const key of ownKeys(object)) if (key !== 'stack' || to.t !== 'error') deleteProperty(object, key);
        for (const entry of to.v) this.#define(object, entry);
        // A text, whatever the class of the error makes of it: a method of it would be given what is expected.
        if (to.t === 'error') defineProperty(object, 'message', data(String(to.m), false));
        break;
      }
    }
    if (to.f === 1) Object.freeze(object);
  }

  #fillFunction(to, fn) {
    defineProperty(fn, 'name', { value: String(to.n), configurable: true });
    defineProperty(fn, 'length', { value: Number(to.l), configurable: true });
    if (to.p !== null) setPrototypeOf(fn, this.#prototype(to.p));
    if (to.m !== null) fn.prototype = this.#prototype(to.m);
    for (const entry of to.v) this.#define(fn, entry);
  }

  #define(object, [name, value, put, enumerable]) {
    const key = typeof name === 'string' ? name : this.#value(name);
    const as =
      enumerable === undefined
        ? data(this.#value(value), put === undefined)
        : { get: this.#value(value), set: this.#value(put), enumerable: enumerable === 1, configurable: true };
    defineProperty(object, key, as);
  }
}

/** Whether an object is what a class or a function makes its instances from. */
function isPrototype(object) {
  const made = getOwnPropertyDescriptor(object, 'constructor')?.value;
  return typeof made === 'function' && getOwnPropertyDescriptor(made, 'prototype')?.value === object;
}

function data(value, enumerable) {
  return { value, enumerable, writable: true, configurable: true };
}

/** What a function was called on, unless that is a module or everything there is. */
function clean(self) {
  return self === globalThis || self?.[Symbol.toStringTag] === 'Module' ? undefined : self;
}

function bytesOf(object) {
  return ArrayBuffer.isView(object)
    ? new Uint8Array(object.buffer, object.byteOffset, object.byteLength)
    : new Uint8Array(object);
}

function describeBytes(object) {
  const kind = Buffer.isBuffer(object) ? 'Buffer' : Object.prototype.toString.call(object).slice(8, -1);
  return { t: 'bytes', k: kind, v: Buffer.from(bytesOf(object)).toString('base64') };
}

function madeBytes({ k: kind, v }) {
  const bytes = Buffer.from(v, 'base64');
  if (kind === 'Buffer') return bytes;
  const { buffer } = Uint8Array.from(bytes);
  const made = kind === 'ArrayBuffer' ? undefined : BUILTINS.get(kind);
  return made?.prototype && ArrayBuffer.isView(made.prototype) === false && /Array$|DataView/.test(kind)
    ? new made(buffer)
    : buffer;
}
