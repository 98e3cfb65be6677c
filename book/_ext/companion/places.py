"""Where a function, a label or a result of the book stands, and its address."""

import ast
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref

from coursework.layout import ROOT, Property, chapters, properties

SHARED = "tests/test_common.py"  # the tests of what every chapter shares


@dataclass(frozen=True)
class Definition:
    """A function, class or method in a file: its lines, decorators included."""

    name: str
    file: str
    first: int
    last: int
    public: bool

    @property
    def page(self):
        return self.file.removesuffix(".py")

    @property
    def target(self):
        """The dotted name under which the API pages know it."""
        return f"{self.page.replace('/', '.')}.{self.name}"


@functools.cache
def file_definitions(file):
    """Return the definitions of one Python file, top level and methods, in order."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    public = set(public_names(tree))
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = []
    for node in (n for n in tree.body if isinstance(n, kinds)):
        inner = node.body if isinstance(node, ast.ClassDef) else []
        for item in [node, *(m for m in inner if isinstance(m, kinds))]:
            name = node.name if item is node else f"{node.name}.{item.name}"
            first = min([item.lineno, *(d.lineno for d in item.decorator_list)])
            documented = item is node or ast.get_docstring(item)
            hidden = item.name.startswith("_") or not documented
            shown = node.name in public and not hidden
            found.append(Definition(name, file, first, item.end_lineno, shown))
    return found


def public_names(tree):
    """Return the names in the ``__all__`` of a parsed module."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return []


def code_files():
    """Return the files of the reference code, as paths in the repository."""
    files = (ROOT / "reference").rglob("*.py")
    return sorted(f.relative_to(ROOT).as_posix() for f in files)


@functools.cache
def test_files():
    """Return the files of the tests that are shown, as paths in the repository."""
    own = [f"tests/{c.name}/test_{file}.py" for c in chapters() for file in c.files]
    return (*sorted(own), SHARED)


@functools.cache
def all_definitions():
    """Return the definitions of the reference code, file by file."""
    return tuple(d for file in code_files() for d in file_definitions(file))


@functools.cache
def definitions():
    """Return {name: definition}; the names of public functions are unique."""
    return {d.name: d for d in sorted(all_definitions(), key=lambda d: d.public)}


def test_page(test):
    """Return the name of the page on which the test of a property stands."""
    return test.path.removesuffix(".py")


@functools.cache
def all_tests():
    """Return the tests of properties, and those of what every chapter shares.

    The latter carry no number; their subjects are the names that they use.
    """
    shared = {d.name for d in all_definitions() if d.page == "reference/common"}
    more = []
    for item in file_definitions(SHARED):
        subjects = (f"common.{n}" for n in words(item) if n in shared)
        title = item.name.removeprefix("test_").replace("_", " ")
        if item.name.startswith("test_"):
            place = SHARED, item.name, item.first
            more.append(Property("", title, *place, tuple(subjects)))
    return (*properties(), *more)


@functools.cache
def words(item):
    """Return the names in the text of a definition, once each."""
    lines = (ROOT / item.file).read_text("utf-8").splitlines()
    text = "\n".join(lines[item.first - 1 : item.last])
    return tuple(dict.fromkeys(re.findall(r"\b[A-Za-z]\w+\b", text)))


def tests_of(name):
    """Return the tests that ask for the function `name`."""
    return [
        p for p in all_tests() if name in (s.rpartition(".")[2] for s in p.subjects)
    ]


def tests_numbered(number):
    """Return the tests that carry the number of a property."""
    return [p for p in properties() if p.id == number]


def home(item, env):
    """Return (text, page, anchor) of where the book tells of a file's functions."""
    folder = item.file.split("/")[1]
    page = next((f"book/{c.stem}" for c in chapters() if c.name == folder), None)
    if page:
        return page_title(page, env), page, ""
    title = "What every chapter shares"
    return title, "book/reference_code", nodes.make_id(title)


# ------------------------------------------------------------------- links, unresolved


def function_link(name, docname, text=None, whole=False):
    """Return a cross-reference to the entry of a function, or of a `whole` module."""
    short = name.rpartition(".")[2]
    known = None if whole else definitions().get(name) or definitions().get(short)
    target = known.target if known else f"reference.{name}"
    return pending_xref(
        "",
        nodes.literal("", text or short, classes=["xref", "py"]),
        refdomain="py",
        reftype="obj",
        reftarget=target,
        refexplicit=True,
        refdoc=docname,
        refwarn=True,
    )


def resolve_face(app, env, node, contnode):
    """Point ``reference.chapter.name`` at the entry of the file that defines it."""
    target = node.get("reftarget", "")
    known = definitions().get(target.rpartition(".")[2])
    if node.get("refdomain") != "py" or known is None or known.target == target:
        return None
    if not known.target.startswith(target.rpartition(".")[0]):
        return None
    return env.get_domain("py").resolve_xref(
        env, node["refdoc"], app.builder, "obj", known.target, node, contnode
    )


class page_link(nodes.reference):
    """A link to a page by its name, made relative when the page is written."""


def link(text, page, anchor="", **attributes):
    """Return a link to `page`, a name without suffix, and an anchor on it."""
    return page_link("", text, page=page, anchor=anchor, refuri="", **attributes)


def resolve_links(app, doctree, docname):
    """Make every page link relative to the page that it stands on."""
    for node in list(doctree.findall(page_link)):
        if app.builder.format != "html":
            node.replace_self(nodes.inline("", "", *node.children))
            continue
        uri = app.builder.get_relative_uri(docname, node["page"])
        anchor = f"#{node['anchor']}" if node["anchor"] else ""
        target = nodes.reference("", "", *node.children, internal=True)
        target["refuri"] = f"{uri}{anchor}"
        target["classes"] += node["classes"]
        node.replace_self(target)


# ------------------------------------------------------------- equations and results


def equation(env, label):
    """Return (page, anchor, "(4.2)") of an equation's label, or None."""
    found = env.get_domain("math").equations.get(f"eq:{label.removeprefix('eq:')}")
    if not found:
        return None
    docname, anchor = (
        found[0],
        nodes.make_id(f"equation-eq:{label.removeprefix('eq:')}"),
    )
    numbers = env.toc_fignumbers.get(docname, {}).get("displaymath", {}).get(anchor, ())
    return docname, anchor, f"({'.'.join(map(str, numbers))})"


def result(env, label):
    """Return (page, anchor, "Theorem 4.2", title) of a theorem's label, or None."""
    entry = getattr(env, "proof_list", {}).get(label)
    if not entry:
        return None
    kinds = env.toc_fignumbers.get(entry["docname"], {})
    numbers = kinds.get(entry["countertype"], {}).get(label, ())
    name = f"{entry['realtype'].title()} {'.'.join(map(str, numbers))}"
    title = getattr(env, "companion_titles", {}).get(label, ("", ""))[1]
    return entry["docname"], label, name, title


def page_title(docname, env):
    """Return the title of a page, as text."""
    return env.titles[docname].astext() if docname in env.titles else Path(docname).name
