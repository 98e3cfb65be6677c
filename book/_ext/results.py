"""Numbers of committed results, put into the text when the book is built.

``{result}`adversarial_digits rows.*.-1.standard.1 | mean | .3f` ``
    walks through ``experiments/results/adversarial_digits.json`` (or the file of that
    name in ``benchmarks/results``, or ``fingerprints``, the numbers behind the labs'
    figures) and prints what it finds there.

A path is keys and indices with dots between them; a step ``*`` takes every entry of a
list, ``seed=3`` the entries that have this value (``seed=*``: any value), and ``gap?``
the gap of those entries that have one. What is left is a number or, after ``*`` or
``=``, a list, which a reducer turns into one: mean, std (with n - 1), median, min, max,
count; ``spread`` gives mean ± std. Last, a format. A path that leads nowhere fails the
build. In a table, whose columns the bars would part, write ``;`` for ``|``.
"""

import json
import re
import statistics
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxRole

ROOT = Path(__file__).resolve().parents[2]
REDUCERS = {
    "mean": statistics.fmean,
    "std": statistics.stdev,
    "median": statistics.median,
    "min": min,
    "max": max,
    "count": len,
}
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@cache
def committed(name):
    """Return the results of that name, and the file that holds them."""
    for folder in ("experiments/results", "benchmarks/results", "chapters"):
        path = ROOT / folder / f"{name}.json"
        if path.exists():
            record = json.loads(path.read_text("utf-8"))
            return record.get("results", record), path
    raise ValueError(f"no committed results are called {name}")


def walk(values, path):
    """Return the values that a path leads to."""
    found = [values]
    for step in path.split("."):
        key, equals, wanted = step.partition("=")
        if step == "*" or equals:
            if not found or isinstance(found[0], list):  # filters may follow filters
                found = [entry for value in found for entry in value]
            if equals and wanted == "*":
                found = [entry for entry in found if key in entry]
            elif equals:
                found = [entry for entry in found if str(entry[key]) == wanted]
        elif step.endswith("?"):
            found = [value[step[:-1]] for value in found if step[:-1] in value]
        else:
            found = [
                value[int(step)] if isinstance(value, list) else value[step]
                for value in found
            ]
    return found


def look_up(text):
    """Return the text that stands for ``name path | reducer | format``."""
    where, *filters = (part.strip() for part in re.split("[|;]", text))
    name, _, path = where.partition(" ")
    try:
        found = walk(committed(name)[0], path.strip())
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ValueError(f"{where!r} leads nowhere: {error!r}") from error
    layout = next((f for f in filters if f not in (*REDUCERS, "spread")), "")
    if "spread" in filters:
        middle, width = statistics.fmean(found), statistics.stdev(found)
        return f"{middle:{layout}} ± {width:{layout}}"
    reduce = [f for f in filters if f in REDUCERS]
    if reduce:
        found = [REDUCERS[reduce[0]](found)]
    if len(found) != 1 or isinstance(found[0], list | dict):
        raise ValueError(f"{where!r} is {len(found)} values: add one of {[*REDUCERS]}")
    return format(found[0], layout)


def typeset(text):
    """Return a number as a book prints it: −0.02, 5.2 · 10¹⁰."""
    text = re.sub(r"(?<!\w)-(?=\d)", "−", text)
    return re.sub(
        r"(\d)e([+-])0*(\d+)",
        lambda m: f"{m[1]} · 10{(m[2].strip('+') + m[3]).translate(RAISED)}",
        text,
    )


class Result(SphinxRole):
    """Print a committed number."""

    def run(self):
        try:
            text = typeset(look_up(self.text))
            path = committed(self.text.split()[0])[1]
            self.env.note_dependency(str(path))
            return [nodes.Text(text)], []
        except ValueError as error:
            message = self.inliner.reporter.warning(str(error), line=self.lineno)
            return [nodes.Text("?")], [message]


def setup(app):
    """Register the role."""
    app.add_role("result", Result())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
