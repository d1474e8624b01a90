"""Builds a Polyglot exercise, runs its tests and reports each on descriptor 3, every line behind a nonce from standard input.

The nonce stays in this process, which no other of its user may look into. What the tests print or write is theirs to forge;
that is what the must-fail canary is for. Usage: python3 -I -B run_polyglot.py LANGUAGE FILE...
"""
import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

PR_SET_DUMPABLE = 4
ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)

TREE = os.getcwd()
BUILD = "/tmp/build"
GO = "/usr/lib/go-1.23/bin/go"
JAVA = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/lib/go-1.23/bin", "HOME": "/tmp", "LANG": "C.UTF-8", "TMPDIR": "/tmp"}


def run(command, env=None, cwd=BUILD):
    """Runs a command; its exit code and output. Its descriptors are its own."""
    print("$", *command, file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=cwd, env={**ENV, **(env or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    sys.stderr.buffer.write(done.stdout[-200_000:])
    return done.returncode, done.stdout.decode("utf-8", "replace")


def copy_tree():
    shutil.copytree(TREE, BUILD)
    for folder, _, names in os.walk(BUILD):
        os.chmod(folder, 0o755)
        for name in names:
            os.chmod(os.path.join(folder, name), 0o644)


def junit(path):
    for case in ET.parse(path).getroot().iter("testcase"):
        bad = case.find("failure") is not None or case.find("error") is not None
        outcome = "failed" if bad else "skipped" if case.find("skipped") is not None else "passed"
        yield f"{case.get('classname')} > {case.get('name')}", outcome


def cpp(tests):
    names = sorted(os.listdir(BUILD))
    sources = [name for name in names if name.endswith(".cpp") and name not in tests]
    headers = [name for name in names if name.endswith((".h", ".hpp"))]
    flags = "-std=c++17 -pthread -DEXERCISM_TEST_SUITE -DEXERCISM_RUN_ALL_TESTS -I/opt/catch".split()
    # A compiled header is used only where it comes first, before the solution's own: these must do without what it brings.
    steps = [
        *(["g++", *flags, "-fsyntax-only", "-x", "c++", header] for header in headers),
        *(["g++", *flags, "-c", source, "-o", f"/tmp/{index}.o"] for index, source in enumerate(sources)),
        ["g++", *flags, "-include", "catch2/catch.hpp", *tests, *(f"/tmp/{index}.o" for index in range(len(sources))),
         "/opt/catch/main.o", "-lboost_date_time", "-o", "/tmp/run"],
    ]
    if all(run(step)[0] == 0 for step in steps):
        run(["/tmp/run", "--reporter", "xml", "--out", "/tmp/report.xml"])
        for case in ET.parse("/tmp/report.xml").getroot().iter("TestCase"):
            result = case.find("OverallResult")
            yield case.get("name"), "passed" if result is not None and result.get("success") == "true" else "failed"


def go(tests):
    shutil.copytree("/opt/go-cache", "/tmp/go-cache")
    env = {"GOCACHE": "/tmp/go-cache", "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOTELEMETRY": "off"}
    code, _ = run([GO, "test", "-c", "-vet=off", "-o", "/tmp/run", "."], env)
    if code == 0:
        _, text = run([GO, "tool", "test2json", "/tmp/run", "-test.v=test2json"], env)
        for line in text.splitlines():
            event = json.loads(line)
            if "Test" in event and event["Action"] in ("pass", "fail", "skip"):
                yield event["Test"], {"pass": "passed", "fail": "failed", "skip": "skipped"}[event["Action"]]


def java(tests):
    with open("/opt/java/classpath", encoding="utf-8") as file:
        jars = file.read()
    sources = [os.path.join(folder, name) for folder, _, names in os.walk("src") for name in names if name.endswith(".java")]
    code, _ = run(["javac", *(f"-J{flag}" for flag in JAVA), "-J-XX:SharedArchiveFile=/opt/java/javac.jsa", "-proc:none", "-encoding", "UTF-8", "-cp", jars, "-d", "/tmp/classes", *sources])
    if code == 0:
        run(["java", *JAVA, "-XX:SharedArchiveFile=/opt/java/junit.jsa", "-cp", jars, "org.junit.platform.console.ConsoleLauncher",
             "--class-path", "/tmp/classes", "--scan-classpath", "/tmp/classes", "--reports-dir", "/tmp/reports", "--details", "none", "--disable-banner",
             "--config", "junit.jupiter.conditions.deactivate=org.junit.*DisabledCondition"])
        yield from junit("/tmp/reports/TEST-junit-jupiter.xml")


def javascript(tests):
    for test in tests:
        with open(test, encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r"\b(?:xtest|xit|test\.skip|it\.skip)\(", "test(", text)
        text = re.sub(r"\b(?:xdescribe|describe\.skip)\(", "describe(", text)
        with open(test, "w", encoding="utf-8") as file:
            file.write(text)
    config = {"rootDir": BUILD, "testMatch": [f"{BUILD}/{test}" for test in tests], "cacheDirectory": "/tmp/jest", "testEnvironment": "node",
              "transform": {"\\.[jt]sx?$": ["/node_modules/babel-jest", {"babelrc": False, "configFile": False,
                            "presets": ["/node_modules/@exercism/babel-preset-javascript"]}]}}
    # How long tests may take is for the deadline of the whole run to say, which knows how busy the machine is.
    run(["node", "/node_modules/jest/bin/jest.js", "--ci", "--runInBand", "--watchman=false", "--testTimeout=100000", "--json", "--outputFile=/tmp/report.json",
         "--config", json.dumps(config)])
    with open("/tmp/report.json", encoding="utf-8") as file:
        report = json.load(file)
    for suite in report["testResults"]:
        for case in suite["assertionResults"]:
            yield " > ".join([*case["ancestorTitles"], case["title"]]), "passed" if case["status"] == "passed" else (
                "failed" if case["status"] == "failed" else "skipped")


def rust(tests):
    with open("Cargo.toml", encoding="utf-8") as file:
        text = file.read()
    # Debian has one version of each crate.
    head, marker, rest = text.partition("[dependencies]")
    dependencies, next_section, tail = rest.partition("\n[")
    dependencies = re.sub(r'^([\w-]+)\s*=\s*"[^"]*"', r'\1 = "*"', dependencies, flags=re.MULTILINE)
    dependencies = re.sub(r'version\s*=\s*"[^"]*"', 'version = "*"', dependencies)
    with open("Cargo.toml", "w", encoding="utf-8") as file:
        file.write(head + marker + dependencies + next_section + tail)
    os.makedirs(".cargo", exist_ok=True)
    with open(".cargo/config.toml", "w", encoding="utf-8") as file:
        file.write('[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n')
    names = [os.path.splitext(os.path.basename(test))[0] for test in tests]
    only = [argument for name in names for argument in ("--test", name)]
    env = {"CARGO_TARGET_DIR": "/tmp/target", "CARGO_HOME": "/tmp/cargo", "CARGO_INCREMENTAL": "0", "CARGO_PROFILE_DEV_DEBUG": "0",
           "CARGO_PROFILE_TEST_DEBUG": "0"}
    code, _ = run(["cargo", "test", "--offline", "--no-run", *only], env)
    if code == 0:
        for name in names:
            _, text = run(["cargo", "test", "--offline", "-q", "--test", name, "--", "--include-ignored", "--test-threads=1", "--format=pretty"], env)
            for test, outcome in re.findall(r"^test (\S+)(?: - should panic)? \.\.\. (?:.*?)(ok|FAILED|ignored)$", text, re.MULTILINE | re.DOTALL):
                yield f"{name}::{test}", {"ok": "passed", "FAILED": "failed", "ignored": "skipped"}[outcome]


LANGUAGES = {"cpp": cpp, "go": go, "java": java, "javascript": javascript, "rust": rust}


def main():
    # The engine's pipes may be non-blocking.
    os.set_blocking(0, True)
    os.set_blocking(3, True)
    nonce = sys.stdin.readline().strip()

    def report(record):
        os.write(3, f"{nonce} {json.dumps(record)}\n".encode())

    copy_tree()
    os.chdir(BUILD)
    report({"begin": True})
    try:
        results = list(LANGUAGES[sys.argv[1]](sys.argv[2:]))
    except (OSError, ET.ParseError, ValueError, KeyError) as error:
        print(f"no readable report: {error!r}", file=sys.stderr)
        results = []
    # Titles may repeat in these two; elsewhere a test that is reported twice is a forgery, and is left to be judged as one.
    repeats = sys.argv[1] in ("java", "javascript")
    seen = {}
    for test, outcome in results:
        seen[test] = seen.get(test, 0) + 1
        report({"id": f"{test} #{seen[test]}" if repeats and seen[test] > 1 else test, "outcome": outcome})
    report({"end": True})


os.set_inheritable(3, False)
main()
