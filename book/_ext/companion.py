"""The book's own directives.

``{checked_by} P4.1 P4.7``
    A small box that links the tests of these properties and the functions under
    test. A number that no test carries is a warning, and warnings fail the build.
    The sources of the tests are pages of the book.
``{lab_figure} fig-04-spiral``
    The figure of that name in the chapter's lab, with the lab's alt text, on the
    page. The content of the directive is the caption; without it the lab's is used.
``{reference_modules}``
    The list of chapters with their files, for the page "Reference code".

``{literalinclude}`` with ``:pyobject:`` shows a function without its docstring, which
stands on the function's own page, and links there.
"""

import ast
import os
import sys
import textwrap
from base64 import b64decode
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.parsers.rst import directives
from jupyter_cache import get_cache
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.addnodes import pending_xref
from sphinx.directives.code import LiteralInclude
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from coursework.layout import ROOT, chapters, properties

LOGGER = logging.getLogger(__name__)


def function_link(name, docname, text=None):
    """Return a cross-reference to the API entry of ``chapter.function``."""
    text = text or name.rpartition(".")[2]
    return pending_xref(
        "",
        nodes.literal("", text, classes=["xref", "py"]),
        refdomain="py",
        reftype="obj",
        reftarget=f"reference.{name}",
        refexplicit=True,
        refdoc=docname,
        refwarn=True,
    )


class test_link(nodes.reference):
    """A link to a line of a test's page, made relative when it is written."""


class CheckedBy(SphinxDirective):
    """Render the box for the property numbers given as arguments."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        box = nodes.container(classes=["checked-by"])
        box += nodes.paragraph("", "", nodes.strong("", "Checked by"))
        listing = nodes.bullet_list()
        for number in self.arguments[0].replace(",", " ").split():
            tests = [p for p in properties() if p.id == number]
            if not tests:
                LOGGER.warning(
                    "no test has the property %s", number, location=self.get_location()
                )
            for statement in dict.fromkeys(p.statement for p in tests):
                same = [p for p in tests if p.statement == statement]
                listing += nodes.list_item("", self.line(same))
        box += listing
        return [box]

    def line(self, tests):
        """Return a line: number and links to the tests, statement, functions."""
        text = nodes.paragraph()
        for i, p in enumerate(tests):
            self.env.note_dependency(str(ROOT / p.path))
            label = f" ({i + 1})" if i else p.id
            text += test_link("", label, page=test_page(p.path), line=p.line, refuri="")
        text += nodes.Text(f" {tests[0].statement}")
        subjects = dict.fromkeys(s for p in tests for s in p.subjects)
        for i, subject in enumerate(subjects):
            text += nodes.Text(", " if i else ": ")
            text += function_link(subject, self.env.docname)
        return text


def resolve_links(app, doctree, docname):
    """Point every test link at its page, in the way of the builder in use."""
    for node in list(doctree.findall(test_link)):
        if app.builder.format == "html":
            page = app.builder.get_relative_uri(docname, node["page"])
            uri = f"{page}#line-{node['line']}"
            node.replace_self(nodes.reference("", node.astext(), refuri=uri))
        else:
            node.replace_self(nodes.strong("", node.astext()))


def test_page(path):
    """Return the name of the page that shows a test file."""
    return path.removesuffix(".py")


def test_pages(app):
    """Yield one page for every test file that carries properties."""
    for path in sorted({p.path for p in properties()}):
        formatter = HtmlFormatter(lineanchors="line")
        body = highlight((ROOT / path).read_text("utf-8"), PythonLexer(), formatter)
        heading = f"<h1>{path}</h1>"
        context = {"title": path, "body": f"{heading}\n{body}", "parents": []}
        yield test_page(path), context, "page.html"


def resolve_face(app, env, node, contnode):
    """Point ``reference.chapter.name`` at the entry of the file that defines it."""
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py" or target.count(".") != 2:
        return None
    chapter, _, name = target.removeprefix("reference.").partition(".")
    for found in chapters():
        for file in found.files if found.name == chapter else ():
            full = f"reference.{chapter}.{file}.{name}"
            if full in env.get_domain("py").objects:
                node["reftarget"] = full
                domain = env.get_domain("py")
                return domain.resolve_xref(
                    env, node["refdoc"], app.builder, "obj", full, node, contnode
                )
    return None


class LabFigure(SphinxDirective):
    """Show a figure of the chapter's executed lab."""

    required_arguments = 1
    has_content = True
    option_spec = {"width": directives.unchanged}  # noqa: RUF012

    def run(self):
        name = self.arguments[0]
        stem = Path(self.env.docname).name
        self.env.note_dependency(str(ROOT / "chapters" / f"{stem}.ipynb"))
        cache = get_cache(self.env.mystnb_config.execution_cache_path)
        cell = find_figure(cache, ROOT / "chapters" / f"{stem}.ipynb", name)
        if cell is None:
            LOGGER.warning(
                "the lab %s has no figure %s", stem, name, location=self.get_location()
            )
            return []
        kind, data, alt, caption = cell
        folder = Path(self.env.app.outdir).parent / "lab_figures"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}.{kind}"
        file.write_bytes(b64decode(data))
        uri = os.path.relpath(file, Path(self.env.doc2path(self.env.docname)).parent)
        image = nodes.image(uri=Path(uri).as_posix(), alt=alt)
        if "width" in self.options:
            image["width"] = self.options["width"]
        figure = nodes.figure("", image, align="center")
        lines = list(self.content) or caption.splitlines()
        parsed = self.parse_text_to_nodes("\n".join(lines))
        text = parsed[0].children if parsed else [nodes.Text(caption)]
        figure += nodes.caption("", "", *text)
        self.set_source_info(figure)
        figure["names"].append(f"page-{name}")
        self.state.document.note_explicit_target(figure, figure)
        return [figure]


def find_figure(cache, lab, name):
    """Return (kind, base64 data, alt, caption) of an executed lab's figure, or None."""
    try:
        notebook = nbformat.read(lab, as_version=4)
        executed = cache.get_cache_bundle(cache.match_cache_notebook(notebook).pk).nb
    except (FileNotFoundError, KeyError):
        return None
    # Outputs come from the cache, alt text and captions from the lab as it is now.
    for cell, done in zip(notebook.cells, merged(notebook, executed), strict=True):
        render = cell["metadata"].get("mystnb", {})
        if render.get("figure", {}).get("name") != name:
            continue
        for output in done:
            for kind in ("png", "gif"):
                data = output.get("data", {}).get(f"image/{kind}")
                if data:
                    alt = render.get("image", {}).get("alt", "")
                    return kind, data, alt, render["figure"].get("caption", "")
    return None


def merged(notebook, executed):
    """Yield the cached outputs of each cell; the cache keeps only code cells."""
    outputs = (cell.outputs for cell in executed.cells if cell.cell_type == "code")
    for cell in notebook.cells:
        yield next(outputs, []) if cell.cell_type == "code" else []


def labs_first(app, env, docnames):
    """Read labs before pages, so that their figures exist when pages show them."""
    docnames.sort(key=lambda name: (not name.startswith("chapters/"), name))


class Listing(LiteralInclude):
    """A literal include that leaves the docstring out and says where it stands."""

    def run(self):
        result = super().run()
        name = self.options.get("pyobject")
        if not name:
            return result
        for block in result[0].findall(nodes.literal_block):
            text = without_docstring(block.rawsource or block.astext())
            block.rawsource = text
            block.children = [nodes.Text(text)]
        path = Path(self.arguments[0])
        chapter, file = path.parent.name, path.stem
        text = f"reference/{chapter}/{file}.py"
        source = nodes.paragraph(classes=["listing-source"])
        source += nodes.Text("From ")
        source += function_link(f"{chapter}.{file}", self.env.docname, text)
        if name in public_names(ROOT / text):
            source += nodes.Text(", documented at ")
            source += function_link(f"{chapter}.{file}.{name}", self.env.docname)
        return [source, *result]


def public_names(path):
    """Return the names in the ``__all__`` of a file of reference code."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return []


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
            line += function_link(chapter.name, self.env.docname, face)
            for i, file in enumerate(chapter.files):
                line += nodes.Text(", " if i else ": ")
                name = f"{chapter.name}.{file}"
                line += function_link(name, self.env.docname, f"{file}.py")
            listing += nodes.list_item("", line)
        return [listing]


def page_title(page):
    """Return the first heading of a MyST page."""
    lines = page.read_text("utf-8").splitlines() if page.exists() else []
    return next((line[2:] for line in lines if line.startswith("# ")), page.stem)


def setup(app):
    """Register the directives, the links and the pages of the tests."""
    app.add_node(test_link)
    app.add_directive("checked_by", CheckedBy)
    app.add_directive("lab_figure", LabFigure)
    app.add_directive("reference_modules", ReferenceModules)
    app.add_directive("literalinclude", Listing, override=True)
    app.connect("env-before-read-docs", labs_first)
    app.connect("doctree-resolved", resolve_links)
    app.connect("missing-reference", resolve_face)
    app.connect("html-collect-pages", test_pages)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
