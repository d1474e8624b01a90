# Writes the reward of a mined task: 1 where every expected test passed, and there is one, by pytest's whole report. Usage: verify.py FORMAT REPORT EXPECTED REWARD
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


whole = False
try:
    walk(tree.parse(report).getroot(), [])
    whole = True
except (OSError, tree.ParseError) as error:
    print("There is no whole report:", error, file=sys.stderr)
with open(expected, encoding="utf8") as file:
    wanted = [test for test in file.read().split("\n") if test]
missing = [test for test in wanted if not passed.get(test)]
for test in missing:
    print("did not pass:", test, file=sys.stderr)
with open(reward, "w", encoding="utf8") as file:
    file.write("1\n" if whole and wanted and not missing else "0\n")
