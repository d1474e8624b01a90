from fractions import Fraction


def _name(text: str) -> str:
    name = " ".join(text.split())
    if name == "":
        raise ValueError("a name is empty")
    return name


def _hours(value) -> Fraction:
    hours = Fraction(value)
    if hours <= 0 or (hours * 4).denominator != 1:
        raise ValueError(f"not a number of quarter hours: {value}")
    return hours


def _order(text: str) -> tuple[str, str]:
    return text.lower(), text


def _write(hours: Fraction) -> str:
    return f"{float(hours):.2f}".rstrip("0").rstrip(".") + " h"


def report(rows: list[tuple]) -> str:
    projects: dict[str, dict[str, Fraction]] = {}
    for person, project, hours in rows:
        people = projects.setdefault(_name(project), {})
        name = _name(person)
        people[name] = people.get(name, Fraction(0)) + _hours(hours)
    other: dict[str, Fraction] = {}
    blocks = []
    for project in sorted(projects, key=_order):
        people = projects[project]
        if sum(people.values()) >= 2 and project.lower() != "other":
            blocks.append((project, people))
            continue
        for name, hours in people.items():
            other[name] = other.get(name, Fraction(0)) + hours
    if other:
        blocks.append(("other", other))
    text = ""
    total = Fraction(0)
    for project, people in blocks:
        total += sum(people.values())
        text += f"{project}: {_write(sum(people.values()))}\n"
        for name in sorted(people, key=lambda name: (-people[name], *_order(name))):
            text += f"  {name}: {_write(people[name])}\n"
        text += "\n"
    return f"{text}total: {_write(total)}\n"
