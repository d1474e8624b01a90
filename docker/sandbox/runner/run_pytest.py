"""Runs pytest files and reports each test on descriptor 3, every line behind a nonce read from standard input.

Nothing of the tree configures it: no conftest, no ini file, no plugin but this one. pytest and what it needs are imported
before the tree is on the path. Usage: python3 -I -B run_pytest.py [--apart] FILE...
"""
import json
import os
import sys
import unittest.mock  # noqa: F401  (loaded before the tree can shadow it)

import pytest

ROOT = os.getcwd()


def reporter(nonce):
    write, dumps = os.write, json.dumps
    write(3, f"{nonce} {dumps({'begin': True})}\n".encode())
    worst = {}
    rank = {"passed": 0, "skipped": 1, "failed": 2}

    def send(record):
        write(3, f"{nonce} {dumps(record)}\n".encode())

    class Reporter:
        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_logreport(self, report):
            outcome = "skipped" if hasattr(report, "wasxfail") else report.outcome
            if rank[outcome] >= rank[worst.get(report.nodeid, "passed")]:
                worst[report.nodeid] = outcome
            if report.when == "teardown":
                send({"id": report.nodeid, "outcome": worst.pop(report.nodeid)})

        @pytest.hookimpl(tryfirst=True)
        def pytest_collectreport(self, report):
            if report.failed:
                send({"id": report.nodeid, "outcome": "failed"})

        @pytest.hookimpl(trylast=True)
        def pytest_sessionfinish(self):
            send({"end": True})

    return Reporter()


# The engine's pipes may be non-blocking.
os.set_blocking(0, True)
os.set_blocking(3, True)
files = sys.argv[1:]
if files[0] == "--apart":
    del files[0]
    sys.path.insert(0, "/opt/huxley/apart")
    import tests_python

    del sys.path[0]
    tests_python.connect(ROOT, "tests")
sys.argv[1:] = []
sys.path.insert(0, ROOT)
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
plugin = reporter(sys.stdin.readline().strip())
options = ["--noconftest", "-c", "/dev/null", "--rootdir", ROOT, "-p", "no:cacheprovider", "-p", "no:terminalreporter"]
pytest.main([*options, *files], plugins=[plugin])
