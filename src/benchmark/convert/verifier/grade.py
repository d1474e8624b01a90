"""Writes the reward of a task that Huxley converted. Usage: grade.py EXIT_CODE

/tests/config.json says how: by the log of a test run, by the records of Huxley's own runners, or by one number.
"""
import json
import os
import re
import sys
import types

LOGS = "/logs/verifier"
WORDS = ("FAILED", "PASSED", "SKIPPED", "ERROR", "XFAIL")
TIMES = (
    re.compile(r"\s*\[\s*\d+(?:\.\d+)?\s*(?:ms|s)\s*\]\s*$", re.I),
    re.compile(r"\s+in\s+\d+(?:\.\d+)?\s+(?:msec|sec)\b", re.I),
    re.compile(r"\s*\(\s*\d+(?:\.\d+)?\s*(?:ms|s)\s*\)\s*$", re.I),
)
RAN = re.compile(r"[1-9]\d* passing|Tests:\s+[1-9]\d*|^# tests [1-9]\d*|': ok$", re.M)


def text(name):
    with open(os.path.join(LOGS, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def summary(log, rename=lambda name: name, mend=lambda line: line):
    """Lines of `pytest -rA`."""
    found = {}
    for line in map(mend, log.split("\n")):
        if line.startswith(WORDS):
            words = (line.replace(" - ", " ") if line.startswith("FAILED") else line).split()
            if len(words) > 1 and not (words[0] == "SKIPPED" and re.match(r"\[\d+\]$", words[1])):
                found[rename(words[1])] = words[0]
    return found


def option(name):
    match = re.match(r"(.*?)\[(.*)\]", name)
    if not match:
        return name
    given = match[2]
    if given.startswith("/") and not given.startswith("//") and "*" not in given:
        given = "/" + given.split("/")[-1]
    return "%s[%s]" % (match[1], given)


def pytest_v2(log):
    found = {}
    for raw in log.split("\n"):
        line = re.sub(r"[\x01-\x1f]", "", re.sub(r"\[\d+m", "", raw))
        if line.startswith(WORDS):
            status, *name = (line.split(" - ")[0] if line.startswith("FAILED") else line).split()
            if name and not (status == "SKIPPED" and re.match(r"\[\d+\]$", name[0])):
                found[" ".join(name)] = status
        elif line.endswith(WORDS):
            words = line.split()
            if len(words) > 1 and words[-1] in WORDS:
                found[" ".join(words[:-1])] = words[-1]
    return found


def seaborn(log):
    found = {}
    for line in log.split("\n"):
        words = line.split()
        if len(words) < 2:
            continue
        if line.startswith("FAILED"):
            found[words[1]] = "FAILED"
        elif " PASSED " in line:
            if words[1] == "PASSED":
                found[words[0]] = "PASSED"
        elif line.startswith("PASSED"):
            found[words[1]] = "PASSED"
    return found


def verbose(log):
    lines = (re.match(r"(\S+)\s+(FAILED|PASSED|SKIPPED|ERROR|XFAIL)", line) for line in log.split("\n"))
    return {line[1]: line[2] for line in lines if line}


def django(log):
    found, previous = {}, None
    for line in map(str.strip, log.split("\n")):
        if "--version is equivalent to version" in line:
            found["--version is equivalent to version"] = "PASSED"
        if " ... " in line:
            previous = line.split(" ... ")[0]
        ok = re.search(r" \.\.\.(?: ok| OK|  OK)$", line)
        if ok:
            name = line[: ok.start()]
            if name.startswith("Applying sites.0002_alter_domain_unique...test_no_migrations"):
                name = name.split("...", 1)[1].strip()
            found[name] = "PASSED"
        if " ... skipped" in line:
            found[line.split(" ... skipped")[0]] = "SKIPPED"
        for end, status in ((" ... FAIL", "FAILED"), (" ... ERROR", "ERROR")):
            if line.endswith(end):
                found[line[: -len(end)]] = status
        named = re.match(r"(FAIL|ERROR):\s*(\S+)", line)
        if named:
            found[named[2]] = "FAILED" if named[1] == "FAIL" else "ERROR"
        if line.startswith("ok") and previous is not None:
            found[previous] = "PASSED"
    for torn in (
        r"^(.*?)\s\.\.\.\sTesting against Django installed in ((?s:.*?)) silenced\)\.\nok$",
        r"^(.*?)\s\.\.\.\sInternal Server Error: \/(.*)\/\nok$",
        r"^(.*?)\s\.\.\.\sSystem check identified no issues \(0 silenced\)\nok$",
    ):
        for match in re.finditer(torn, log, re.M):
            found[match[1]] = "PASSED"
    return found


def sympy(log):
    found = {"%s.py:%s" % match.groups(): "FAILED" for match in re.finditer(r"_* (.*)\.py:(.*) _*", log)}
    for line in map(str.strip, log.split("\n")):
        match = re.match(r"(test_\S*).* (E|F|ok)$", line)
        if match:
            found[match[1]] = {"E": "ERROR", "F": "FAILED", "ok": "PASSED"}[match[2]]
    return found


MOUSE = lambda line: line.replace("MouseButton.LEFT", "1").replace("MouseButton.RIGHT", "3")
PARSERS = {
    "parse_log_pytest": summary,
    "parse_log_pytest_options": lambda log: summary(log, option),
    "parse_log_pytest_v2": pytest_v2,
    "parse_log_matplotlib": lambda log: summary(log, mend=MOUSE),
    "parse_log_seaborn": seaborn,
    "parse_log_smith": verbose,
    "parse_log_django": django,
    "parse_log_sympy": sympy,
}
for same, names in {
    "parse_log_pytest": "astroid flask marshmallow pvlib pyvista sqlfluff xarray",
    "parse_log_pytest_options": "pydicom requests pylint",
    "parse_log_pytest_v2": "astropy scikit sphinx",
}.items():
    PARSERS.update({"parse_log_" + name: PARSERS[same] for name in names.split()})


def by_program(kind, function, log, errors):
    """What the benchmark's own program, beside this one, reads in the log."""
    with open("/tests/parser.py", encoding="utf-8") as file:
        source = compile(file.read(), "parser.py", "exec")
    if kind == "pro":
        for name, content in (("stdout", log), ("stderr", errors)):
            with open("/tmp/huxley-" + name, "w", encoding="utf-8") as file:
                file.write(content)
        sys.argv = ["parser.py", "/tmp/huxley-stdout", "/tmp/huxley-stderr", "/tmp/huxley-output.json"]
        exec(source, {"__name__": "__main__"})
        with open("/tmp/huxley-output.json", encoding="utf-8") as file:
            found = [(test["name"], test["status"]) for test in json.load(file)["tests"]]
    else:
        import enum

        words = {name: name for name in ("PASSED", "FAILED", "SKIPPED", "ERROR")}
        constants = types.ModuleType("swe_constants")
        constants.TestStatus = enum.Enum("TestStatus", words, type=str)
        for name in ("lib", "lib.agent", "agent"):
            sys.modules[name] = types.ModuleType(name)
        for name in ("lib.agent.swe_constants", "agent.swe_constants"):
            sys.modules[name] = constants
        scope = {"__name__": "parser"}
        exec(source, scope)
        parser = scope["parser"] if kind == "live" else scope.get("NAME_TO_PARSER", {}).get(function) or scope[function]
        found = parser(log).items()
    statuses = {}
    for name, outcome in found:
        word = str(getattr(outcome, "value", outcome)).upper()
        kin = [status for part, status in (("PASS", "PASSED"), ("FAIL", "FAILED"), ("SKIP", "SKIPPED")) if part in word]
        if word in WORDS or kin:
            statuses[str(name)] = word if word in WORDS else kin[0]
    return statuses


def untimed(name):
    for time in TIMES:
        name = time.sub("", name)
    return name.strip()


def resolve(name, statuses):
    """The outcome of a test whose name may have been cut inside its parameters."""
    if name in statuses or name.count("[") <= name.count("]"):
        return statuses.get(name)
    matches = [status for key, status in statuses.items() if key.startswith(name)]
    return matches[0] if len({status in ("PASSED", "XFAIL") for status in matches}) == 1 else None


def by_log(config, code):
    log = text("stdout.txt").split("\n", 1)[-1]
    errors = text("stderr.txt")
    program = config.get("program")
    if program:
        whole = log if program["kind"] == "pro" or not config.get("apart") else log + errors
        statuses = by_program(program["kind"], program.get("name"), whole, errors)
    else:
        statuses = PARSERS[config["parser"]](log + errors if config.get("apart") else log)
    if config.get("untimed"):
        statuses = {untimed(name): status for name, status in statuses.items()}
    failures = any(status in ("FAILED", "ERROR") for status in statuses.values())
    if not statuses and not RAN.search(log) or code != 0 and statuses and not failures:
        return 0
    rule = config["rule"]

    def good(name, old):
        if rule == "fail_only":
            return statuses.get(name) != "FAILED"
        if rule == "exact":
            return statuses.get(name) == "PASSED"
        if rule == "smith":
            return statuses.get(name) not in ("FAILED", "ERROR")
        if rule == "live":
            return statuses.get(name) == "PASSED" or old and statuses.get(name) in (None, "SKIPPED")
        return resolve(name, statuses) in (("PASSED", "XFAIL", "SKIPPED") if old else ("PASSED", "XFAIL"))

    mended = all(good(name, False) for name in config["failToPass"])
    return int(mended and all(good(name, True) for name in config["passToPass"]))


def by_records(config):
    nonce = os.environ["HUXLEY_NONCE"] + " "
    outcomes, began, complete = {}, False, False
    for line in text("records.txt").splitlines():
        if not line.startswith(nonce) or complete:
            return 0
        record = json.loads(line[len(nonce) :])
        if "id" in record:
            outcomes[record["id"]] = "failed" if record["id"] in outcomes else record["outcome"]
        began, complete = began or "begin" in record, "end" in record
    expected = config["expected"]
    passed = sum(outcomes.get(name) == "passed" for name in expected)
    return passed / len(expected) if began and complete else 0


def by_score(config, code):
    try:
        value = float(text("score.txt").strip().split("\n")[-1])
    except (OSError, ValueError):
        return 0
    score = min(1, max(0, (value - config["worst"]) / (config["best"] - config["worst"])))
    return 0 if code != 0 else 1 if score >= config["pass"] else min(score, 0.999)


def main():
    code = int(sys.argv[1])
    with open("/tests/config.json", encoding="utf-8") as file:
        config = json.load(file)
    kind = config["kind"]
    reward = by_log(config, code) if kind == "log" else by_records(config) if kind == "records" else by_score(config, code)
    with open(os.path.join(LOGS, "reward.txt"), "w") as file:
        file.write("%s\n" % reward)


if __name__ == "__main__":
    main()
