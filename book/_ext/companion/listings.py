"""``{literalinclude}`` with ``:pyobject:``: a function as the page prints it.

Its docstring stays on the function's own page; a line above the listing says where the
code stands and where it is documented, and the code leads back to the listing.
``{reference_modules}`` lists the chapters with their modules, ``whole_module`` leads to
all of a module's code.
"""

import ast
import re
import textwrap
from pathlib import Path

from docutils import nodes
from sphinx.directives.code import LiteralInclude
from sphinx.util.docutils import SphinxDirective

from companion.places import file_definitions, function_link, link, public_names
from coursework.layout import ROOT, chapters

FORMATTING = re.compile(r"  # fmt: skip$", re.MULTILINE)  # for a tool, not a reader


class Listing(LiteralInclude):
    """A literal include that leaves the docstring out and says where it stands."""

    def run(self):
        result = super().run()
        name = self.options.get("pyobject")
        if not name:
            return result
        for block in result[0].findall(nodes.literal_block):
            text = without_docstring(block.rawsource or block.astext())
            text = FORMATTING.sub("", text)
            block.rawsource = text
            block.children = [nodes.Text(text)]
        _, path = self.env.relfn2path(self.arguments[0])
        file = Path(path).resolve().relative_to(ROOT).as_posix()
        caption = nodes.paragraph(classes=["listing-source"])
        known = next((d for d in file_definitions(file) if d.name == name), None)
        if known is None:
            caption += link(file, file.removesuffix(".py"))
            return [caption, *result]
        anchor = f"listing-{nodes.make_id(name)}"
        caption["ids"] = [anchor]
        lines = f"{file}, lines {known.first} to {known.last}"
        caption += link(lines, known.page, name)
        if known.public:
            caption += nodes.Text(" · documented at ")
            caption += function_link(name, self.env.docname)
        listings = self.env.__dict__.setdefault("companion_listings", {})
        listings.setdefault(self.env.docname, {})[name] = anchor
        return [caption, *result]


def forget(app, env, docname):
    """Drop what is known of a page before it is read again."""
    env.__dict__.setdefault("companion_listings", {}).pop(docname, None)


def listings_of(env, name):
    """Return (page, anchor) of the listings of a function."""
    known = getattr(env, "companion_listings", {})
    return [
        (page, shown[name]) for page, shown in sorted(known.items()) if name in shown
    ]


def without_docstring(source):
    """Return the source of one function or class without its docstring."""
    body = ast.parse(textwrap.dedent(source)).body[0].body
    first = body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if not is_docstring or len(body) == 1:
        return source
    lines = source.splitlines(keepends=True)
    rest = lines[first.end_lineno :]
    while rest and not rest[0].strip():
        rest.pop(0)
    return "".join(lines[: first.lineno - 1] + rest)


class ReferenceModules(SphinxDirective):
    """List the chapters with the files of each."""

    def run(self):
        listing = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
        for chapter in chapters():
            self.env.note_dependency(str(chapter.page))
            line = nodes.paragraph()
            face = page_title(chapter.page)
            line += function_link(chapter.name, self.env.docname, face, whole=True)
            for i, file in enumerate(chapter.files):
                line += nodes.Text(", " if i else ": ")
                name = f"{chapter.name}.{file}"
                line += function_link(name, self.env.docname, f"{file}.py", whole=True)
            listing += nodes.list_item("", line)
        return [listing]


class Face(SphinxDirective):
    """The public names of a chapter, in the order of its face."""

    required_arguments = 1

    def run(self):
        face = ROOT / self.arguments[0] / "__init__.py"
        listing = nodes.bullet_list()
        for name in public_names(ast.parse(face.read_text("utf-8"))):
            if not name.startswith("_"):
                line = nodes.paragraph("", "", function_link(name, self.env.docname))
                listing += nodes.list_item("", line)
        return [listing] if len(listing) else []


def page_title(page):
    """Return the first heading of a MyST page."""
    lines = page.read_text("utf-8").splitlines() if page.exists() else []
    return next((line[2:] for line in lines if line.startswith("# ")), page.stem)


class WholeModule(SphinxDirective):
    """A link to the page on which a module's code stands whole."""

    required_arguments = 1

    def run(self):
        page = self.arguments[0]
        line = nodes.paragraph(classes=["code-links"])
        line += link(f"All of {page}.py", page)
        return [line]
