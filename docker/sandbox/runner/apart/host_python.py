"""Holds the solution, as a user who can neither read the tests nor look into the process that runs them.

It imports what it is asked to and calls what it is asked to; what it answers is data and handles.
"""
import importlib
import os
import sys

sys.path.insert(0, "/opt/huxley/apart")
import wire  # noqa: E402

sys.path[0] = os.getcwd()
modules = {}


class Host(wire.Peer):
    def answer(self, kind, what):
        if kind == "hello":
            return "hello"
        if kind == "load":
            modules[what[0]] = importlib.import_module(what[0])
            return hasattr(modules[what[0]], "__path__")
        if kind == "module":
            verb, module, *rest = what
            if verb == "get" and rest == ["__all__"] and not hasattr(modules[module], "__all__"):
                return [name for name in vars(modules[module]) if not name.startswith("_")]
            return {"get": getattr, "set": setattr, "del": delattr}[verb](modules[module], *rest)
        return super().answer(kind, what)


host = Host("s", os.fdopen(4, "rb"), os.fdopen(5, "wb"), guard=False)
while True:
    try:
        request = host.receive()
    except EOFError:
        break
    host.serve(*request)
