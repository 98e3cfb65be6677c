"""Names in running text become links: code, numbers of properties, chapters."""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from companion.places import definitions, function_link, link, test_page, tests_numbered
from coursework.layout import chapters, properties

CALL = re.compile(
    r"^(?:reference(?:\.\w+)*\.)?([A-Za-z_]\w*(?:\.[a-z_]+)?)(?:\(.*\))?$"
)
CALLED = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?=\()")
TEST = re.compile(r"^(?:pytest (tests/\w+/test_\w+)\.py|(test_\w+))$")
TEXT = re.compile(r"\b(?:[PI]\d+\.\d+|[Cc]hapter \d+)\b")
CLOSED = (nodes.reference, nodes.title, nodes.literal, nodes.literal_block, nodes.math)
HEADS = ("pending_xref", "page_link", "solution_title", "exercise_title", "summary")
CLOSED += (nodes.math_block, nodes.raw, nodes.comment)


def public(name):
    """Return the definition of a public name; of the class, for ``Run.counts``."""
    known = definitions().get(name) or definitions().get(name.partition(".")[0])
    if known and known.public and (known.name == name or name[0].isupper()):
        return known
    return None


def test_place(page, name):
    """Return (page, anchor) of a file of tests, or of one test, if it is shown."""
    for test in properties():
        if test_page(test) == page or test.test == name:
            return test_page(test), name or ""
    return None


def is_open(node, headings=False):
    """Is the node in running text: in no link, no heading, no code, no formula?

    With `headings` those of sections are running text, too.
    """
    if headings and isinstance(node, nodes.title):
        return isinstance(node.parent, nodes.section)
    while node is not None:
        if isinstance(node, CLOSED) or node.tagname in HEADS:
            return False
        node = node.parent
    return True


class LinkNames(SphinxPostTransform):
    """Turn the names on the pages of the book into links."""

    default_priority = 4

    def run(self):
        docname = self.env.docname
        if not docname.startswith(("book/", "chapters/")):
            return
        for literal in list(self.document.findall(nodes.literal)):
            if is_open(literal.parent):
                literal.replace_self(self.linked(literal, docname))
        for text in list(self.document.findall(nodes.Text)):
            if TEXT.search(text) and is_open(text.parent, headings=True):
                text.parent.replace(text, list(self.pieces(str(text))))

    def linked(self, literal, docname):
        """Return a link for code that is one name, or code with links in it."""
        text = literal.astext()
        match, test = CALL.match(text), TEST.match(text)
        if test and (place := test_place(test[1], test[2])):
            target = link("", *place)
            target += literal.deepcopy()
            return target
        known = public(match[1]) if match else None
        if known:
            return function_link(known.name, docname, text)
        code, end = nodes.literal("", "", classes=literal["classes"]), 0
        for call in CALLED.finditer(text):
            if known := public(call[0]):
                target = function_link(known.name, docname)
                target[0] = nodes.inline("", call[0])
                code += [nodes.Text(text[end : call.start()]), target]
                end = call.end()
        code += nodes.Text(text[end:])
        return code

    def pieces(self, text):
        """Yield the text with its numbers of properties and its chapters as links."""
        end = 0
        for match in TEXT.finditer(text):
            target = self.target(match[0])
            if target:
                yield nodes.Text(text[end : match.start()])
                yield target
                end = match.end()
        yield nodes.Text(text[end:])

    def target(self, words):
        """Return a link for ``P4.2`` or ``chapter 4``, or None."""
        if words[0] in "PI" and (tests := tests_numbered(words)):
            return link(words, test_page(tests[0]), tests[0].test)
        number = words.rpartition(" ")[2]
        found = [c for c in chapters() if str(c.number) == number]
        if words[0] in "Cc" and found and f"book/{found[0].stem}" != self.env.docname:
            return link(words, f"book/{found[0].stem}")
        return None
