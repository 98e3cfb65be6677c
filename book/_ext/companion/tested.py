"""What `make test` found in this very tree, and with what the book was built.

``{this_build} tests`` writes the results on the status page, ``labs`` the times of the
labs, ``versions`` the packages; and a box "Checked by" has a tick and a date if all its
tests passed. Without results of this tree (`tools/record.py`) the page says so, and no
box has a tick.
"""

import hashlib
import json
from collections import Counter
from datetime import date

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.util.docutils import SphinxDirective

from companion.checked_by import checked_box, summary
from companion.places import link, page_title, test_files, tests_numbered
from coursework.layout import chapters, toc_pages
from tools.book import read_record
from tools.record import versions

RECORD = read_record()
KINDS = ("passed", "failed", "skipped")


class this_build(nodes.General, nodes.Element):
    """The place of the results, until the page is written."""


class ThisBuild(SphinxDirective):
    """Say what is known of this build: its tests, its labs, its versions."""

    required_arguments = 1

    def run(self):
        # for MyST-NB: written again when a lab was executed
        place = self.env, self.env.docname
        NbMetadataCollector.set_doc_data(*place, "has_exec_table", True)
        return [this_build(part=self.arguments[0])]


def passed(test, outcomes):
    """Did a test pass, in each of its variants?"""
    own = [v for k, v in outcomes.items() if k.partition("[")[0] == test.node]
    return bool(own) and set(own) == {"passed"}


def day(when):
    """Return a date as ``26 November 2026``."""
    return f"{when.day} {when:%B %Y}"


def show_results(app, doctree, docname):
    """Put ticks on the boxes, and the tables on the status page."""
    if RECORD:
        when = day(date.fromisoformat(RECORD["date"]))
        for box in doctree.findall(checked_box):
            tests = [t for number in box["numbers"] for t in tests_numbered(number)]
            if all(passed(test, RECORD["outcomes"]) for test in tests):
                line = next(box.findall(summary))
                line.insert(0, nodes.Text("✓ "))
                line += nodes.Text(f", passed on {when}")
    parts = {"tests": results, "labs": labs, "versions": packages}
    for place in list(doctree.findall(this_build)):
        place.replace_self(parts[place["part"]](app.env))


def results(env):
    """Return what the tests found, as nodes: chapter by chapter, then the rest."""
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
    counts, names = Counter(), {c.name: c for c in chapters()}
    for node, outcome in RECORD["outcomes"].items():
        room = [*node.partition("::")[0].split("/"), ""][1]
        counts[room if room in names else "", outcome] += 1
    rows = []
    for name in (*names, ""):
        where = "Tools, data and what is shared"
        if name:
            chapter = names[name]
            page = f"book/{chapter.stem}"
            where = link(f"{chapter.number}. {page_title(page, env)}", page)
        rows.append([where, *(f"{counts[name, kind]:,}" for kind in KINDS)])
    total = Counter(RECORD["outcomes"].values())
    when = day(date.fromisoformat(RECORD["date"]))
    line = (
        f"The tests of this very tree ran on {when}, in {RECORD['seconds']} s: "
        f"{', '.join(f'{total[kind]:,} {kind}' for kind in KINDS)}."
    )
    without = [
        c.number for c in chapters() if not any(counts[c.name, k] for k in KINDS)
    ]
    if without:
        line += f" Not run: those of chapters {', '.join(map(str, without))}."
    head = ["Chapter", *KINDS]
    return [nodes.paragraph("", line), table(head, rows), *named("failed", "skipped")]


def named(*kinds):
    """Return lists of the tests with these outcomes, those that are shown as links."""
    found = []
    for kind in kinds:
        tests = [n for n, outcome in RECORD["outcomes"].items() if outcome == kind]
        listing = nodes.bullet_list()
        for node in tests:
            file, _, test = node.partition("::")
            shown = nodes.literal("", node)
            if file in test_files():
                place = file.removesuffix(".py"), test.partition("[")[0]
                shown = link("", *place)
                shown += nodes.literal("", node)
            line = nodes.paragraph("", "", shown, classes=["test-name"])
            listing += nodes.list_item("", line)
        if tests:
            found += [nodes.paragraph("", f"{kind.capitalize()}:"), listing]
    return found


def labs(env):
    """Return when each lab was executed, and for how long, as nodes."""
    rows, total = [], 0.0
    for page in (p for p in toc_pages() if p.startswith("chapters/")):
        data = NbMetadataCollector.get_exec_data(env, page)
        if data:
            total += data["runtime"] or 0.0
            when = day(date.fromtimestamp(data["mtime"]))
            seconds = f"{data['runtime'] or 0.0:.0f}"
            rows.append([link(page_title(page, env), page), when, seconds])
    line = f"{len(rows)} labs were executed, in {total:.0f} s of their own."
    return [nodes.paragraph("", line), table(["Lab", "executed", "seconds"], rows)]


def packages(env):
    """Return the versions that the book was built with, and tested with, as nodes."""
    head, rows = ["Package", "built with"], [[*pair] for pair in versions().items()]
    if RECORD:
        head.append("tested with")
        for row in rows:
            row.append(RECORD["versions"].get(row[0], "–"))
    return [table(head, rows)]


def table(head, rows):
    """Return a table of texts and links."""

    def row(cells):
        cells = (nodes.Text(c) if isinstance(c, str) else c for c in cells)
        return nodes.row(
            "", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells)
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
