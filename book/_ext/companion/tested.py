"""What `make test` found in this very tree, and with what the book was built.

``{this_build}`` writes the results and the versions on the status page, and a box
"Checked by" has a tick and a date if all its tests passed. Without results of this
tree (`tools/record.py`) the page says so, and no box has a tick.
"""

import hashlib
import json
from collections import Counter
from datetime import date

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from companion.checked_by import checked_box, summary
from companion.places import tests_numbered
from tools.book import read_record
from tools.record import versions

RECORD = read_record()


class this_build(nodes.General, nodes.Element):
    """The place of the results, until the page is written."""


class ThisBuild(SphinxDirective):
    """Say what is known of this build."""

    def run(self):
        return [this_build()]


def passed(test, outcomes):
    """Did a test pass, in each of its variants?"""
    own = [v for k, v in outcomes.items() if k.partition("[")[0] == test.node]
    return bool(own) and set(own) == {"passed"}


def day(record):
    """Return the date of a run as ``26 November 2026``."""
    when = date.fromisoformat(record["date"])
    return f"{when.day} {when:%B %Y}"


def show_results(app, doctree, docname):
    """Put ticks on the boxes, and the tables on the status page."""
    if RECORD:
        for box in doctree.findall(checked_box):
            tests = [t for number in box["numbers"] for t in tests_numbered(number)]
            if all(passed(test, RECORD["outcomes"]) for test in tests):
                line = next(box.findall(summary))
                line.insert(0, nodes.Text("✓ "))
                line += nodes.Text(f", passed on {day(RECORD)}")
    for place in list(doctree.findall(this_build)):
        place.replace_self([*results(), *packages()])


def results():
    """Return what the tests found, as nodes."""
    if not RECORD:
        return [
            nodes.paragraph(
                "",
                "",
                nodes.strong("", "The tests were not run with this build."),
                nodes.Text(" After "),
                nodes.literal("", "make test"),
                nodes.Text(" the next "),
                nodes.literal("", "make book"),
                nodes.Text(" shows their results here."),
            )
        ]
    counts = Counter()
    for node, outcome in RECORD["outcomes"].items():
        folder = node.partition("::")[0].rpartition("/")[0]
        counts[folder, outcome] += 1
    kinds = ("passed", "failed", "skipped")
    folders = sorted({folder for folder, _ in counts})
    rows = [[f, *(str(counts[f, kind]) for kind in kinds)] for f in folders]
    total = [str(sum(counts[f, kind] for f in folders)) for kind in kinds]
    line = (
        f"The tests of this very tree ran on {day(RECORD)}, in {RECORD['seconds']} s: "
        f"{', '.join(f'{n} {kind}' for n, kind in zip(total, kinds, strict=True))}."
    )
    return [nodes.paragraph("", line), table(["Folder", *kinds], rows)]


def packages():
    """Return the versions that the book was built with, and tested with, as nodes."""
    head, rows = ["Package", "built with"], [[*pair] for pair in versions().items()]
    if RECORD:
        head.append("tested with")
        for row in rows:
            row.append(RECORD["versions"].get(row[0], "–"))
    return [table(head, rows)]


def table(head, rows):
    """Return a table of texts."""

    def row(texts):
        return nodes.row(
            "", *(nodes.entry("", nodes.paragraph("", text)) for text in texts)
        )

    columns = [nodes.colspec(colwidth=1) for _ in head]
    body = nodes.tbody("", *map(row, rows))
    group = nodes.tgroup("", *columns, nodes.thead("", row(head)), body)
    group["cols"] = len(head)
    return nodes.table("", group)


def digest():
    """Return a text that changes with what is shown: pages are then written anew."""
    shown = {k: v for k, v in (RECORD or {}).items() if k != "seconds"}
    text = json.dumps([shown, versions()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def setup_tested(app):
    """Register the directive and the ticks."""
    app.add_node(this_build)
    app.add_directive("this_build", ThisBuild)
    app.add_config_value("companion_tested", digest(), "html", str)
    app.connect("doctree-resolved", show_results)
