# Writes the reward of a mined task: 1 where every expected test passed, by pytest's report. Usage: verify.py FORMAT REPORT EXPECTED REWARD
import sys
import xml.etree.ElementTree as tree

_, _, report, expected, reward = sys.argv
passed = {}


def note(names, ok):
    clean = [" ".join(name.split()) for name in names]
    path = [name for at, name in enumerate(clean) if name and (at == 0 or name != clean[at - 1])]
    test = " > ".join(path)
    passed[test] = ok and test not in passed


def walk(element, suites):
    if element.tag == "testsuite":
        suites = [*suites, element.get("name", "")]
    for child in element:
        if child.tag == "testcase":
            ok = not any(child.find(tag) is not None for tag in ("failure", "error", "skipped"))
            note([*suites, child.get("classname", ""), child.get("name", "")], ok)
        else:
            walk(child, suites)


try:
    walk(tree.parse(report).getroot(), [])
except (OSError, tree.ParseError) as error:
    print("There is no whole report:", error, file=sys.stderr)
with open(expected, encoding="utf8") as file:
    missing = [test for test in file.read().split("\n") if test and not passed.get(test)]
for test in missing:
    print("did not pass:", test, file=sys.stderr)
with open(reward, "w", encoding="utf8") as file:
    file.write("0\n" if missing else "1\n")
