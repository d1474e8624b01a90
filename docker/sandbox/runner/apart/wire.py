"""One end of the line between the tests and the solution, which run in processes of different users.

A message is a line of JSON. Plain data crosses as data, and what was shared is brought up to date with every message, so
that each side sees what the other changed. Other objects cross as handles. The tests' end is guarded: of its objects the
other side can call what was given to it, and reach public attributes of instances of the tests' own classes, no more. There,
a handle equals itself alone, and is compared with nothing but handles: the solution never learns what it is compared with.
"""
import builtins
import collections
import datetime
import decimal
import fractions
import io
import json
import operator
import pathlib
import random
import re
import types
import uuid

# Objects that are compared for changes at each message: those that crossed last.
WATCHED = 1000
MOST = 64 * 1024 * 1024

NAMED = {
    **{name: value for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)},
    **{kind.__name__: kind for kind in (int, float, str, bool, bytes, bytearray, complex, list, tuple, dict, set, frozenset, object, range)},
    **{work.__name__: work for work in (len, abs, min, max, sum, sorted, repr, round, all, any, ord, chr)},
}
NAME_OF = {id(value): name for name, value in NAMED.items()}
TEXTS = {
    decimal.Decimal: str, datetime.date: datetime.date.isoformat, datetime.datetime: datetime.datetime.isoformat,
    datetime.time: datetime.time.isoformat, uuid.UUID: str, pathlib.PosixPath: str, pathlib.PurePosixPath: str,
}
OF_TEXT = {
    "Decimal": decimal.Decimal, "date": datetime.date.fromisoformat, "datetime": datetime.datetime.fromisoformat,
    "time": datetime.time.fromisoformat, "UUID": uuid.UUID, "PosixPath": pathlib.PosixPath, "PurePosixPath": pathlib.PurePosixPath,
}
MIRRORED = {kind.__name__: kind for kind in (list, dict, set, bytearray, collections.OrderedDict, collections.Counter, collections.deque)}
# Data with a class of its own, such as a named tuple: it stays data, whatever its class says about comparing it.
DATA = (str, bytes, bool, int, float, tuple, list, dict, set, frozenset)

COMPARING = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
REACHING = (
    "__len__", "__iter__", "__next__", "__contains__", "__getitem__", "__setitem__", "__delitem__", "__call__", "__bool__", "__str__", "__repr__",
    "__enter__", "__exit__", "__int__", "__float__", "__index__", "__neg__", "__pos__", "__abs__", "__invert__", "__reversed__", "__round__",
    *(f"__{side}{name}__" for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift", "matmul") for side in ("", "r", "i")),
)
ARITHMETIC = tuple(name for name in REACHING if re.fullmatch("__[ri]?(add|sub|mul|truediv|floordiv|mod|pow|and|or|xor|lshift|rshift|matmul)__", name))
SPECIAL = (*COMPARING, *REACHING, "__hash__")
# What makes data of an object.
YIELDING = ("__len__", "__bool__", "__int__", "__float__", "__index__", "__abs__", "__round__", "__str__", "__repr__")
# Instances that tests hand over beside those of their own classes.
OPEN = (random.Random, io.StringIO, io.BytesIO, types.SimpleNamespace)


class Meta(type):
    """The class of stand-ins for the other side's classes."""

    def __call__(cls, *args, **kwargs):
        link = cls.__dict__.get("_link")
        return super().__call__(*args, **kwargs) if link is None else link.call(cls, args, kwargs)

    def __getattr__(cls, name):
        link = cls.__dict__.get("_link")
        if link is None or (name.startswith("__") and name not in ("__members__", "__doc__")):
            raise AttributeError(name)
        return link.ask("get", [cls, name])

    def __iter__(cls):
        return iter(cls._link.ask("list", [cls]))


class Handle:
    """A stand-in for an object of the other side."""

    def __getattr__(self, name):
        return type(self)._link.ask("get", [self, name])

    def __setattr__(self, name, value):
        type(self)._link.ask("set", [self, name, value])

    def __delattr__(self, name):
        type(self)._link.ask("del", [self, name])


class Peer:
    def __init__(self, side, source, sink, guard):
        """`side` is a letter that no id of the other end begins with; `guard` marks the end of the tests."""
        self.side, self.source, self.sink, self.guard = side, source, sink, guard
        self.next = 0
        self.by_id, self.id_of, self.watched, self.incoming, self.queue, self.heap = {}, {}, {}, {}, [], []
        # What each object that crossed is; classes that crossed as the class of something, and no more; what data was added to.
        self.kinds, self.shown, self.mixed = {}, set(), set()

    # Messages.

    def ask(self, kind, what):
        """Says something to the other side, and does what it asks until it answers."""
        self.send(kind, what)
        while True:
            kind, what = self.receive()
            if kind == "ret":
                return what
            if kind == "raise":
                raise what
            self.serve(kind, what)

    def call(self, target, args, kwargs):
        return self.ask("call", [target, list(args), kwargs])

    def receive(self):
        line = self.source.readline(MOST)
        if not line.endswith(b"\n"):
            raise EOFError("The process of the solution has ended")
        message = json.loads(line)
        self.incoming = dict(message["heap"])
        made = [(key, to, self.shell(key, to)) for key, to in message["heap"]]
        for key, to, thing in made:
            if to["t"] != self.kinds[key]:
                raise TypeError("an object of another kind")
            self.fill(key, to, thing)
        for key, to, thing in made:
            if to["t"] in MIRRORED:
                self.note(key)
        return message["kind"], self.value(message["what"])

    def serve(self, kind, what):
        try:
            self.send("ret", self.answer(kind, what))
        except BaseException as error:
            if not self.guard and isinstance(error, (SystemExit, KeyboardInterrupt)):
                raise
            self.send("raise", error)

    def answer(self, kind, what):
        target, *rest = what
        if kind == "call":
            args, kwargs = rest
            if self.guard and isinstance(target, type(Peer.call)) and target.__module__ == __name__:
                raise TypeError("not callable from here")
            if self.guard and id(target) in self.shown:
                raise TypeError("this class was not given to be called")
            return target(*args, **kwargs)
        if self.guard and not self.is_open(target):
            raise AttributeError("the tests do not show that")
        if kind in ("get", "set", "del"):
            if self.guard and rest[0].startswith("_"):
                raise AttributeError(rest[0])
            return {"get": getattr, "set": setattr, "del": delattr}[kind](target, *rest)
        if kind == "op" and rest[0] in COMPARING + REACHING:
            return getattr(type(target), rest[0])(target, *rest[1])
        if kind == "hash":
            return hash(target)
        if kind == "list" and not self.guard:
            return list(target)
        raise TypeError(f"no such request: {kind}")

    def is_open(self, thing):
        kind = type(thing)
        return isinstance(thing, Handle) or kind in OPEN or (self.is_tests(kind) and not isinstance(thing, type))

    def send(self, kind, what):
        self.heap = []
        value = self.encode(what)
        self.drain()
        for key in list(self.watched)[-WATCHED:]:
            now = seen(self.by_id[key])
            if len(now) != len(self.watched[key]) or not all(map(operator.is_, now, self.watched[key])):
                self.watched[key] = now
                self.heap.append([key, self.describe(self.by_id[key])])
                self.drain()
        self.sink.write(json.dumps({"kind": kind, "what": value, "heap": self.heap}).encode() + b"\n")
        self.sink.flush()

    # Values to JSON.

    def encode(self, value):
        kind = type(value)
        if value is None or kind in (bool, int, float, str):
            return value
        if id(value) in NAME_OF and NAMED[NAME_OF[id(value)]] is value:
            return ["b", NAME_OF[id(value)]]
        if kind is tuple:
            return ["t", [self.encode(one) for one in value]]
        if kind is frozenset:
            return ["f", [self.encode(one) for one in value]]
        if kind is bytes:
            return ["y", value.hex()]
        if kind is complex:
            return ["c", value.real, value.imag]
        if kind is fractions.Fraction:
            return ["q", value.numerator, value.denominator]
        if kind is datetime.timedelta:
            return ["d", value.days, value.seconds, value.microseconds]
        if kind is range:
            return ["r", value.start, value.stop, value.step]
        if kind is slice:
            return ["l", self.encode(value.start), self.encode(value.stop), self.encode(value.step)]
        if kind is re.Pattern and isinstance(value.pattern, str):
            return ["p", value.pattern, value.flags]
        if value is Ellipsis or value is NotImplemented:
            return ["o", repr(value)]
        if kind in TEXTS:
            return ["x", kind.__name__, TEXTS[kind](value)]
        return ["@", self.share(value)]

    def class_of(self, kind):
        if id(kind) not in self.id_of and not self.is_own(kind):
            self.share(kind)
            self.shown.add(id(kind))
        return ["@", self.id_of[id(kind)]] if id(kind) in self.shown else self.encode(kind)

    def is_own(self, kind):
        """Whether a class may be called by the other side because something of it crossed."""
        return not self.guard or id(kind) in NAME_OF or isinstance(kind, Meta) or self.is_tests(kind)

    def is_tests(self, kind):
        return False

    def share(self, value):
        known = self.id_of.get(id(value))
        if known is None:
            if isinstance(value, types.ModuleType):
                raise TypeError("modules do not cross")
            known = self.adopt(f"{self.side}{self.next}", value)
            self.next += 1
            self.queue.append(known)
        elif known in self.watched:
            self.watched[known] = self.watched.pop(known)
        return known

    def adopt(self, key, value):
        # Kept, so that the number of an object stays its own.
        self.by_id[key] = value
        self.id_of[id(value)] = key
        return key

    def note(self, key):
        self.watched.pop(key, None)
        self.watched[key] = seen(self.by_id[key])

    def drain(self):
        while self.queue:
            key = self.queue.pop(0)
            to = self.describe(self.by_id[key])
            self.kinds[key] = to["t"]
            self.heap.append([key, to])
            if to["t"] in MIRRORED:
                self.note(key)

    def describe(self, thing):
        kind = type(thing)
        if kind is collections.defaultdict:
            return {"t": "dict", "v": [[self.encode(key), self.encode(one)] for key, one in thing.items()]}
        if kind.__name__ in MIRRORED and MIRRORED[kind.__name__] is kind:
            if isinstance(thing, dict):
                return {"t": kind.__name__, "v": [[self.encode(key), self.encode(one)] for key, one in thing.items()]}
            return {"t": kind.__name__, "v": [self.encode(one) for one in thing]}
        if isinstance(thing, type):
            return self.describe_class(thing)
        if isinstance(thing, BaseException):
            shown = {name: one for name, one in vars(thing).items() if not name.startswith("_")}
            return {"t": "error", "c": self.class_of(kind), "a": [self.encode(one) for one in thing.args], "s": str(thing),
                    "v": [[name, self.encode(one)] for name, one in shown.items()]}
        base = next((base for base in DATA if isinstance(thing, base)), None)
        if base is not None:
            return {"t": "data", "c": self.class_of(kind), "k": base.__name__, "v": self.encode(plain(base, thing))}
        return {"t": "handle", "c": self.class_of(kind)}

    def describe_class(self, kind):
        own = [name for name in COMPARING + REACHING + ("__hash__",) if getattr(kind, name, None) is not getattr(object, name, None)]
        bases = [base for base in kind.__bases__ if base is not object] if kind.__flags__ & (1 << 9) else []
        return {"t": "class", "n": kind.__name__, "f": getattr(kind, "_fields", ()) if issubclass(kind, tuple) else (), "b": [self.class_of(base) for base in bases if base.__module__ != "abc"],
                "o": [name for name in own if getattr(kind, name, None) is not None], "z": [name for name in own if getattr(kind, name, None) is None]}

    # JSON to values.

    def value(self, to):
        if not isinstance(to, list):
            return to
        tag, *rest = to
        if tag == "b":
            return NAMED[rest[0]]
        if tag in ("t", "f"):
            return (tuple if tag == "t" else frozenset)(self.value(one) for one in rest[0])
        if tag == "y":
            return bytes.fromhex(rest[0])
        if tag == "c":
            return complex(*rest)
        if tag == "q":
            return fractions.Fraction(*rest)
        if tag == "d":
            return datetime.timedelta(*rest)
        if tag == "r":
            return range(*rest)
        if tag == "l":
            return slice(*(self.value(one) for one in rest))
        if tag == "p":
            return re.compile(*rest)
        if tag == "o":
            return {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}[rest[0]]
        if tag == "x":
            return OF_TEXT[rest[0]](rest[1])
        if tag == "@":
            if rest[0] not in self.by_id:
                self.shell(rest[0], self.incoming[rest[0]])
            return self.by_id[rest[0]]
        raise TypeError("no value of this kind crosses")

    def shell(self, key, to):
        if key in self.by_id:
            return self.by_id[key]
        if not isinstance(key, str) or key.startswith(self.side):
            raise TypeError("an id of the wrong side")
        thing = self.made(key, to)
        self.kinds[key] = to["t"]
        self.adopt(key, thing)
        return thing

    def made(self, key, to):
        if to["t"] in MIRRORED:
            return MIRRORED[to["t"]]()
        if to["t"] == "class":
            return self.made_class(to)
        kind = self.value(to["c"])
        if to["t"] == "error":
            if not (isinstance(kind, type) and issubclass(kind, BaseException)):
                raise TypeError("no error")
            return kind.__new__(kind, *[self.value(one) for one in to["a"]])
        if to["t"] == "data" and to["k"] in ("tuple", "str", "bytes", "int", "float", "bool", "frozenset"):
            base = {"bool": int}.get(to["k"], NAMED[to["k"]])
            return base.__new__(kind, self.value(to["v"])) if issubclass(kind, base) else base(self.value(to["v"]))
        return kind.__new__(kind)

    def made_class(self, to):
        bases = tuple(self.value(base) for base in to["b"])
        # In the order a class of these would be made in; what cannot be made so is made of nothing.
        body = {"_link": self, "__module__": "solution" if self.guard else "tests", "__slots__": ()}
        handle = not any(issubclass(base, (*DATA, BaseException)) for base in bases)
        if not handle:
            del body["__slots__"]
        for name in to["o"]:
            work = self.forwarding(name) if handle and name in SPECIAL else None
            if work is not None:
                body[name] = work
        for name in to["z"]:
            if handle and name in SPECIAL:
                body[name] = None
        # Data is compared, added to and looked into as data.
        base = next((base for base in DATA if any(issubclass(each, base) for each in bases)), None)
        if base is not None:
            body.update((name, getattr(base, name)) for name in SPECIAL if hasattr(base, name))
        if base is tuple:
            body.update((name, property(operator.itemgetter(at))) for at, name in enumerate(to["f"]) if not name.startswith("_"))
        if handle:
            bases = (*(base for base in bases if base is not object and issubclass(base, Handle)), *(() if any(issubclass(base, Handle) for base in bases) else (Handle,)))
            body.setdefault("__hash__", object.__hash__)
        try:
            return Meta(to["n"], bases, body)
        except TypeError:
            return Meta(to["n"], (Handle,), body)

    def forwarding(self, name):
        """How a stand-in does what its class defines."""
        link = self
        if name == "__hash__":
            return None if self.guard else lambda self: link.ask("hash", [self])
        if name in COMPARING:
            if not self.guard:
                return lambda self, other: link.ask("op", [self, name, [other]])
            if name in ("__eq__", "__ne__"):
                same = operator.is_ if name == "__eq__" else operator.is_not
                return lambda self, other: same(self, other)
            return lambda self, other: link.ask("op", [self, name, [other]]) if isinstance(other, Handle) else NotImplemented
        if name == "__call__":
            return lambda self, *args, **kwargs: link.call(self, args, kwargs)
        if name == "__exit__":
            return lambda self, kind, error, trace: link.ask("op", [self, name, [kind, error, None]])
        if self.guard and name in ARITHMETIC:
            return lambda self, *args: link.mix(self, name, args)
        if self.guard and name in YIELDING:
            return lambda self, *args: link.yielded(self, name, args)
        return lambda self, *args: link.ask("op", [self, name, list(args)])

    def mix(self, thing, name, args):
        """What is made of a handle and data stays a handle and gives no data: `abs(answer - 1.5)` would tell what is expected."""
        made = self.ask("op", [thing, name, list(args)])
        if all(isinstance(one, Handle) for one in args) and id(thing) not in self.mixed:
            return made
        if made is not NotImplemented and not isinstance(made, Handle):
            raise TypeError("objects of the solution are not added to data")
        self.mixed.add(id(made))
        return made

    def yielded(self, thing, name, args):
        if id(thing) in self.mixed:
            raise TypeError("objects of the solution are not added to data")
        return self.ask("op", [thing, name, list(args)])

    def fill(self, key, to, thing):
        kind = to["t"]
        if kind in ("dict", "OrderedDict", "Counter"):
            dict.clear(thing)
            for name, one in to["v"]:
                dict.__setitem__(thing, self.value(name), self.value(one))
        elif kind in ("list", "bytearray"):
            thing[:] = [self.value(one) for one in to["v"]]
        elif kind in ("set", "deque"):
            thing.clear()
            (thing.update if kind == "set" else thing.extend)(self.value(one) for one in to["v"])
        elif kind == "data" and to["k"] in ("list", "dict", "set"):
            base = NAMED[to["k"]]
            getattr(base, {"list": "extend", "dict": "update", "set": "update"}[to["k"]])(thing, self.value(to["v"]))
        elif kind == "error" and not key.startswith(self.side):
            thing.args = tuple(self.value(one) for one in to["a"])
            for name, one in to["v"]:
                if not name.startswith("_"):
                    object.__setattr__(thing, name, self.value(one))
            if isinstance(type(thing), Meta):
                object.__setattr__(thing, "_text", str(to["s"]))
                if "__str__" not in type(thing).__dict__:
                    type(thing).__str__ = lambda self: self.__dict__.get("_text", "")


def seen(thing):
    """What is in a mirrored object, to see later whether that has changed."""
    return (*dict.keys(thing), *dict.values(thing)) if isinstance(thing, dict) else tuple(thing)


def plain(base, thing):
    """The data of an object whose class adds to a class of data."""
    if base is bool or base is int:
        return int.__index__(thing)
    if base is str:
        return str.__str__(thing)
    if base is dict:
        return dict(dict.items(thing))
    return base(base.__iter__(thing)) if base in (tuple, list, set, frozenset) else base.__new__(base, thing)
