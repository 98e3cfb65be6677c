"""``{checked_by} P4.1 P4.7``: one line under a theorem that unfolds to its tests.

The box remembers which results it stands under, so that the pages of the tests and of
the functions can lead back.
"""

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from companion.places import function_link, link, test_page, tests_numbered
from companion.plain_maths import with_formulas
from coursework.layout import ROOT

LOGGER = logging.getLogger(__name__)


class details(nodes.General, nodes.Element):
    """A part of the page that unfolds."""


class summary(nodes.General, nodes.TextElement):
    """The line of it that always shows."""


def visit(tag):
    """Return the two methods that write a node as an HTML element."""

    def begin(self, node):
        extra = {k: v for k, v in node.attributes.items() if k.startswith("data-")}
        self.body.append(self.starttag(node, tag, "", **extra))

    def end(self, node):
        self.body.append(f"</{tag}>\n")

    return begin, end


class checked_box(details):
    """The box, until it is known which results it stands under."""


class CheckedBy(SphinxDirective):
    """Render the box for the property numbers given as arguments."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        numbers = self.arguments[0].replace(",", " ").split()
        box = checked_box(classes=["checked-by"], numbers=numbers)
        name = "checked-by-" + "-".join(numbers).replace(".", "-").lower()
        seen = self.env.temp_data.setdefault("checked_by", {})  # of this page
        seen[name] = seen.get(name, 0) + 1
        box["ids"] = [name if seen[name] == 1 else f"{name}-{seen[name]}"]
        listing, count = nodes.bullet_list(), 0
        for number in numbers:
            tests = tests_numbered(number)
            count += len(tests)
            if not tests:
                LOGGER.warning(
                    "no test has the property %s", number, location=self.get_location()
                )
            for statement in dict.fromkeys(p.statement for p in tests):
                same = [p for p in tests if p.statement == statement]
                listing += nodes.list_item("", self.line(same))
        label = f"Checked by {count} tests" if count != 1 else "Checked by a test"
        box += summary("", label)
        box += listing
        return [box]

    def line(self, tests):
        """Return a line: number and links to the tests, statement, functions."""
        text = nodes.paragraph()
        for i, p in enumerate(tests):
            self.env.note_dependency(str(ROOT / p.path))
            text += nodes.Text(" " if i else "")
            text += link(f"({i + 1})" if i else p.id, test_page(p), p.test)
        text += nodes.Text(" ")
        text += with_formulas(tests[0].statement)
        subjects = dict.fromkeys(s for p in tests for s in p.subjects)
        for i, subject in enumerate(subjects):
            text += nodes.Text(", " if i else ": ")
            text += function_link(subject, self.env.docname)
        return text


def is_result(node):
    """Is this a definition, a theorem or an algorithm with a label?"""
    return (
        isinstance(node, nodes.Element) and node.get("realtype") and node.get("label")
    )


def remember(app, doctree):
    """Note the results and, for each box, those above it in its section."""
    env, docname = app.env, app.env.docname
    titles = env.__dict__.setdefault("companion_titles", {})
    boxes = env.__dict__.setdefault("companion_boxes", {})
    for node in doctree.findall(is_result):
        titles[node["label"]] = (docname, node["title"].strip(" ()"))
    boxes[docname] = []
    for box in doctree.findall(checked_box):
        above = box.parent.children[: box.parent.index(box)]
        start = max(
            (i + 1 for i, n in enumerate(above) if isinstance(n, checked_box)),
            default=0,
        )
        results = [n["label"] for n in above[start:] if is_result(n)]
        box["data-results"] = " ".join(results)
        section = box.parent
        while not isinstance(section, nodes.section):
            section = section.parent
        title = section.next_node(nodes.title).astext()
        boxes[docname].append((tuple(box["numbers"]), box["ids"][0], results, title))


def forget(app, env, docname):
    """Drop what is known of a page before it is read again."""
    env.__dict__.setdefault("companion_boxes", {}).pop(docname, None)
    titles = env.__dict__.setdefault("companion_titles", {})
    for label in [k for k, v in titles.items() if v[0] == docname]:
        del titles[label]


def boxes_with(env, numbers):
    """Return (page, anchor, results, section title) of the boxes naming a number."""
    return [
        (docname, anchor, results, title)
        for docname, boxes in sorted(getattr(env, "companion_boxes", {}).items())
        for named, anchor, results, title in boxes
        if set(named) & set(numbers)
    ]
