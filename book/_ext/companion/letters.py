"""Indices, powers and names of code in the documentation: D_i, R^d, x_i^T h, max_iter.

Documentation strings are plain text for a terminal. On the pages made from them an
index stands below the line, a power above it, and names of code look like code.
Formulas and code that are marked as such stay as they are.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from companion.names import is_open

INDEX = r"_(?:\{(?P<long>[^{}]*)\}|(?P<short>[A-Za-z0-9]+|\+))"
POWER = r"\^(?:\((?P<sum>[^()]*)\)|\{(?P<group>[^{}]*)\}|(?P<one>[-−]?\w+))"
SCRIPTED = re.compile(rf"(?P<base>[^\W_]+|[)\]])(?:{INDEX})?(?:{POWER})?")
SIGNS = {" -> ": " → ", " >= ": " ≥ ", " <= ": " ≤ ", "sqrt(": "√("}
WANTED = re.compile("[_^]|" + "|".join(map(re.escape, SIGNS)))
NAME = re.compile(r"(?<![\w.\"'/])[A-Za-z]{2,}\d*(?:_[A-Za-z]\w+)+(?![\w\"'/])")

OTHER = ("desc_", "doctest", "title_reference")  # names of functions, examples
DOTTED = re.compile(r"\w+(?:\.\w+)+")


def is_index(base, index):
    """Is this a letter with an index, or a word with one letter, not a name of code?"""
    letters = len(base) == 1 or not base.isascii()  # ηλ_min
    return (letters and len(index) <= 4) or len(index) == 1


def scripted(text):
    """Return text as nodes, with indices and powers where they belong."""
    found, end = [], 0
    for match in SCRIPTED.finditer(text):
        index = match["long"] or match["short"]
        power = match["sum"] or match["group"] or match["one"]
        if (index and not is_index(match["base"], index)) or not (index or power):
            continue
        if text[match.start() - 1 : match.start()] == "_":
            continue
        found.append(nodes.Text(text[end : match.end("base")]))
        if index:
            found.append(nodes.subscript("", index))
        if power:
            found.append(nodes.superscript("", power.replace("-", "−")))
        end = match.end()
    return [*found, nodes.Text(text[end:])] if found else [nodes.Text(text)]


def typeset(text, names=True):
    """Return text as nodes: names of code as code, the rest `scripted`."""
    for keys, sign in SIGNS.items():
        text = text.replace(keys, sign)
    found, end = [], 0
    for match in NAME.finditer(text) if names else ():
        found += scripted(text[end : match.start()])
        found.append(nodes.literal("", match[0]))
        end = match.end()
    return found + scripted(text[end:])


class SetLetters(SphinxPostTransform):
    """Typeset the running text of the documentation."""

    default_priority = 4

    def run(self):
        if not self.env.docname.startswith("api/"):
            return
        for name in list(self.document.findall(nodes.title_reference)):
            if DOTTED.fullmatch(name.astext()):  # the others become links: ``polish``
                name.replace_self(nodes.literal("", name.astext()))
        for text in list(self.document.findall(nodes.Text)):
            if not WANTED.search(text) or not is_open(text.parent):
                continue
            kind, above = text.parent.tagname, text.parent.parent.tagname
            if above == "term" or kind.startswith(OTHER):  # names of parameters, …
                continue
            pieces = typeset(str(text), names=kind not in ("classifier", "term"))
            text.parent.replace(text, pieces)
