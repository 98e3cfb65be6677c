"""From theorem to test to code by links, and back: read off the built pages.

A result is a theorem, a lemma, a proposition or a corollary with a label. The box under
it says so itself (``data-results``), links its tests and the functions under test; from
a function's entry a link leads to its lines.
"""

import re

from tests.browser.site import HTML, read_site

RESULT = re.compile(r"^(thm|lem|prop|cor)-\d\d-")


def results(folder=HTML):
    """Return the results of the book, as (page, label)."""
    return [
        (page.name, key)
        for page in read_site(folder).values()
        if re.match(r"book/\d\d_", page.name)
        for key in sorted(page.ids)
        if RESULT.match(key)
    ]


def links_by_part(folder=HTML):
    """Return {(page, id): set of (page, id)}: the links inside each identified part."""
    graph = {}
    for page in read_site(folder).values():
        for parents, _, target, anchor in page.links:
            for parent in parents:
                graph.setdefault((page.name, parent), set()).add((target, anchor))
    return graph


def one_way(folder=HTML):
    """Return the ways that are missing: to a test, to a line of code, and back."""
    pages, graph = read_site(folder), links_by_part(folder)
    boxes = {
        (name, label): (name, box)
        for name, page in pages.items()
        for box, labels in page.boxes.items()
        for label in labels
    }

    def ways(place):  # an entry's links stand beside its name
        beside = (place[0], f"about-{place[1]}")
        return graph.get(place, set()) | graph.get(beside, set())

    report = {"no test": [], "no code": [], "not back": []}
    for result in results(folder):
        linked = graph.get(boxes.get(result), set())
        tests = {t for t in linked if t[0].startswith("tests/")}
        entries = {t for t in linked if t[0].startswith("api/")}
        lines = {
            t
            for entry in entries
            for t in graph.get(entry, set())
            | graph.get((entry[0], f"about-{entry[1]}"), set())
            if t[0].startswith("reference/") and t[1]
        }
        if not tests:
            report["no test"].append("#".join(result))
        if not lines:
            report["no code"].append("#".join(result))
        for place in tests | entries | lines:
            if result not in ways(place):
                report["not back"].append(f"{'#'.join(place)} to {'#'.join(result)}")
    return report


def sections_one_way(folder=HTML):
    """Return the links between sections of pages and labs that do not lead back."""
    ways = [
        (page.name, parents, target, anchor)
        for page in read_site(folder).values()
        for parents, classes, target, anchor in page.links
        if "section-links" in classes
    ]
    return [
        f"{name} to {target}#{anchor}"
        for name, parents, target, anchor in ways
        if not any(
            back[0] == target
            and anchor in back[1]
            and back[2] == name
            and back[3] in parents
            for back in ways
        )
    ]
