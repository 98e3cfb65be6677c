"""What became of the properties: a verdict on each, and a report on a function."""

import re
import sys
import textwrap
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Verdict:
    """What became of one test of a property; `problem` says why it failed."""

    property: str
    statement: str
    passed: bool
    seconds: float = 0.0
    example: str = ""
    problem: str = ""
    test: str = ""
    edge: str = ""  # what is special about the example, if it is


@dataclass(frozen=True)
class Report:
    """The verdicts on one function; true when every required property holds."""

    function: str
    verdicts: list[Verdict] = field(default_factory=list)
    strict: bool = False
    note: str = ""
    warning: str = ""  # how the function cannot be called

    @property
    def passed(self) -> bool:
        # P-properties are the mathematics; I-properties, the errors on bad input,
        # count only when asked for.
        required = [v for v in self.verdicts if self.strict or v.property[0] != "I"]
        return bool(self.verdicts) and all(v.passed for v in required)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        lines = [self.function, *(["  " + self.warning] if self.warning else [])]
        cases: dict[tuple[str, str], list[Verdict]] = {}
        for v in self.verdicts:
            cases.setdefault((v.property, v.statement), []).append(v)
        counts = {"properties hold": [0, 0], "properties on bad input": [0, 0]}
        for (number, statement), group in cases.items():
            optional = number[0] == "I" and not self.strict
            failed = [v for v in group if not v.passed]
            mark = "note" if failed and optional else "FAIL" if failed else "pass"
            seconds = sum(v.seconds for v in group)
            lines.append(f"  {number:<6} {mark}  {statement}  ({seconds:.1f} s)")
            if failed:
                lines.append(textwrap.indent(_details(failed, len(group)), " " * 14))
            count = counts[["properties hold", "properties on bad input"][optional]]
            count[0] += not failed
            count[1] += 1
        parts = [f"{a} of {b} {what}" for what, (a, b) in counts.items() if b]
        lines.append("  " + "; ".join(parts))
        if self.note:
            lines.append("  " + self.note)
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        return "\n".join(lines).encode(encoding, "backslashreplace").decode(encoding)

    __repr__ = __str__


def _details(failed: list[Verdict], cases: int) -> str:
    """Show one failure and why: the smallest example, no edge case if that is known."""
    first = min(failed, key=lambda v: (bool(v.edge), not v.example, len(v.example)))
    lines = [first.problem, first.example]  # the reason before the numbers
    if cases > 1:
        case = re.search(r"\[.*\]$", first.test)
        more = f"{len(failed)} of {cases} cases fail; this one is "
        lines.insert(0, more + (case[0] if case else first.test))
    if first.edge:
        lines.append(f"an edge case: {first.edge}")
    return "\n".join(filter(None, lines))
