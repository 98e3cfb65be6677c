"""Words become links where a page uses them first: to the glossary, to known facts.

The glossary's terms are read from ``book/glossary.md``; a term is no link on the page
where it is at home. The facts of ``book/known.md`` are listed here.
"""

import functools
import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from companion.names import is_open
from companion.places import link
from coursework.layout import ROOT

FACTS = {
    r"Moreau(?:['’]s (?:decomposition|theorem))?": "known-polar",
    r"polar cones?": "known-polar",
    r"proximal (?:maps?|operators?)": "known-prox",
    r"conjugates?(?! (?:gradient|direction))": "known-prox",
    r"Farkas(?:['’]s?(?: lemma)?)?": "known-farkas",
    r"(?:conic )?Carathéodory(?:['’]s theorem)?": "known-caratheodory",
    r"(?:refined )?Slater": "known-duality",
    r"Woodbury(?:['’]s identity)?": "known-woodbury",
}
AS_TERM = {  # words that mean something else in other company
    "batch": r"(?<!full-)(?<!full )\bbatch\b(?! norm| perceptron| of each)",
    "cut": r"(?:(?<=\ba )|(?<=\bthe )|(?<=\bevery ))\bcuts?\b",  # "to cut" is not
    "mode": r"(?<!this )(?<!generative )\bmodes?\b",
}
PAGES = re.compile(r"(?:book|chapters)/\d\d_")
ENTRY = re.compile(r"^(\w[\w -]*)\n  (.*)$", re.MULTILINE)


@functools.cache
def glossary():
    """Return {term: page where it is at home, or ""}."""
    text = (ROOT / "book/glossary.md").read_text("utf-8").partition(":::{glossary}")[2]
    homes = {}
    for term, says in ENTRY.findall(text):
        home = re.search(r"<(\d\d_\w+)>", says)
        homes[term] = f"book/{home[1]}" if home else ""
    return homes


class LinkWords(SphinxPostTransform):
    """Link the first use of each word on the pages and labs of the chapters."""

    default_priority = 5

    def run(self):
        if not PAGES.match(self.env.docname):
            return
        linked = {n["reftarget"] for n in self.document.findall(is_reference)}
        wanted = [
            (re.compile(rf"\b{words}(?!\w)"), "book/known", label)
            for words, label in FACTS.items()
            if label not in linked
        ]
        entries = self.env.get_domain("std").objects
        wanted += [
            (re.compile(as_used(term), re.IGNORECASE), *entries["term", term])
            for term, home in glossary().items()
            if home != self.env.docname
        ]
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if wanted and is_text(paragraph):
                self.link_first(paragraph, wanted)

    def link_first(self, paragraph, wanted):
        """Link what a paragraph uses first; take it off the list."""
        for words, page, target in list(wanted):
            for text in paragraph.findall(nodes.Text):
                match = words.search(text) if is_open(text.parent) else None
                if match:
                    before, after = text[: match.start()], text[match.end() :]
                    word = link(match[0], page, target, classes=["word"])
                    pieces = [nodes.Text(before), word, nodes.Text(after)]
                    text.parent.replace(text, pieces)
                    wanted[:] = [w for w in wanted if w[2] != target]
                    break


def as_used(term):
    """Return a pattern for a term in running text, in the plural, too."""
    return AS_TERM.get(term, rf"\b{term}s?\b")


def is_reference(node):
    """Is this a link to a label that is not resolved yet?"""
    return node.tagname == "pending_xref" and bool(node.get("reftarget"))


def is_text(node):
    """Is a paragraph part of the text: in no table, and not below a theorem?"""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.table) or "checked-by" in node.get("classes", ()):
            return False
    return True
