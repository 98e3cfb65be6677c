"""Write one file with the definitions that a function, or a chapter, needs.

    python -m coursework.standalone fit_relu_lp             # writes fit_relu_lp.py
    python -m coursework.standalone relu_lp -o homework.py  # a whole chapter

The file runs from an empty folder with NumPy and SciPy alone, its examples included,
and carries its version, licence and citation in its header. Names that meet in it must
differ: a collision is an error.
"""

import argparse
import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coursework.layout import OPTIONAL, ROOT, all_files, chapter_order
from coursework.subjects import full_name
from reference import __version__

HEADER = '''\
"""{name}: a single file of the textbook companion Cuts, Duals and Kernels {version}.

Holds {count} definitions from {parts}. Needs NumPy and SciPy.

Licence: BSD-3-Clause, below. Please cite as: {citation}

{licence}"""
'''
# An import of the book, in code or in an example of a docstring.
BOOK_IMPORT = re.compile(
    r"^(?: *>>> )?from (reference[\w.]*) import (\([^)]*\)|.*)$", re.MULTILINE
)
EXAMPLES = re.compile(r"\n *Examples\n *-{8}\n(?:(?! *\"\"\").*\n)*")


@dataclass(frozen=True)
class Source:
    """One file of the reference code: what it defines, and what it imports."""

    module: str
    title: str
    definitions: dict[str, str]  # name -> its text, in the order of the file
    borrowed: dict[str, str]  # name -> the module of the book it is imported from
    imports: dict[str, str]  # name -> the import of NumPy, SciPy, standard library


@cache
def read_source(module):
    """Return what ``reference.relu_lp.programs``, say, defines and imports."""
    path = ROOT / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = path.read_text("utf-8")
    lines, tree = text.splitlines(), ast.parse(text)
    definitions, borrowed, imports = {}, {}, {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                if (getattr(node, "module", None) or "").startswith("reference"):
                    borrowed[bound] = node.module
                elif isinstance(node, ast.Import):
                    imports[bound] = f"import {ast.unparse(alias)}"
                else:
                    imports[bound] = f"from {node.module} import {ast.unparse(alias)}"
        for name in _defined(node):
            if name != "__all__":
                definitions[name] = _text(node, lines)
    title = (ast.get_docstring(tree) or module).splitlines()[0]
    return Source(module, title, definitions, borrowed, imports)


def _defined(node):
    """Return the names that a top-level statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    leaves = (leaf for t in targets if t is not None for leaf in ast.walk(t))
    return [leaf.id for leaf in leaves if isinstance(leaf, ast.Name)]


def _text(node, lines):
    """Return a statement with its decorators and the comment right above it."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return "\n".join(lines[first - 1 : node.end_lineno])


def locate(module, name):
    """Return the module that defines a name which another one has or passes on."""
    source = read_source(module)
    if name in source.definitions:
        return module
    return locate(source.borrowed[name], name)


def needs(module, name):
    """Return what a definition uses: ``(module, name)`` of the book, and imports."""
    source = read_source(module)
    tree = ast.parse(source.definitions[name])
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    mine = [(module, other) for other in source.definitions if other in used]
    mine += [(m, n) for n, m in source.borrowed.items() if n in used]
    return (
        {(locate(where, other), other) for where, other in mine},
        {line for bound, line in source.imports.items() if bound in used},
    )


def example_needs(text):
    """Return what the examples in a definition's docstring import from the book."""
    return {
        (locate(where, name.strip()), name.strip())
        for where, what in BOOK_IMPORT.findall(text)
        for name in what.strip("()").split(",")
    }


def standalone(name):
    """Return the text of a single file with a function, or a chapter, and its needs.

    Parameters
    ----------
    name : str
        ``"fit_relu_lp"``, ``"relu_lp.fit_relu_lp"`` or, for a whole chapter,
        ``"relu_lp"``. Where a chapter and a function share a name, as
        ``"analytic_center"`` do, the function is meant.

    Returns
    -------
    str
        Python source: header, imports, then the definitions in the order of the book.

    Raises
    ------
    ValueError
        If the name is unknown, or two definitions of the file would share a name.
    """
    waiting = _wanted(name)
    for module, wanted in tuple(waiting):
        waiting += example_needs(read_source(module).definitions[wanted])
    found, imports = set(), set()
    while waiting:
        item = waiting.pop()
        if item not in found:
            found.add(item)
            more, lines = needs(*item)
            waiting += more
            imports |= lines
    owner = {}
    for module, definition in found:
        if owner.setdefault(definition, module) != module:
            raise ValueError(
                f"{definition} is defined in both {owner[definition]} and {module}: "
                "rename one of them, they meet in the single-file export"
            )
    modules = ["reference.common", *(f"reference.{c}.{f}" for c, f in all_files())]
    parts = [module for module in modules if module in owner.values()]
    head = HEADER.format(
        name=name,
        version=__version__,
        count=len(found),
        parts=", ".join(part.removeprefix("reference.") for part in parts),
        citation=f"Cuts, Duals and Kernels, version {__version__} (CITATION.cff).",
        licence=(ROOT / "LICENSE").read_text("utf-8").strip() + "\n",
    )
    ordered = sorted(imports, key=lambda line: (not line.startswith("import"), line))
    bodies = [_section(part, found) for part in parts]
    return "\n".join([head, *ordered, "", "", *bodies]).rstrip() + "\n"


def _wanted(name):
    """Return the definitions that a name asks for."""
    try:
        chapter, _, function = full_name(name).partition(".")
        names = [function]
    except ValueError as unknown:
        if name in OPTIONAL:
            raise ValueError(
                f"{name} needs {OPTIONAL[name]}: copy reference/ instead of a file"
            ) from None
        if name not in chapter_order():
            raise ValueError(
                f"{unknown}; or a chapter: {', '.join(chapter_order())}"
            ) from None
        chapter, names = name, read_source(f"reference.{name}").borrowed
    return [(locate(f"reference.{chapter}", n), n) for n in names]


def _section(module, found):
    """Return the definitions taken from one file, under its title.

    What others need brings its docstring, and its examples where they can run.
    """
    source = read_source(module)
    rule = "# " + "-" * 77
    title = f"{rule}\n# {module.removeprefix('reference.')}: {source.title}\n{rule}\n"
    texts = dict.fromkeys(
        t for n, t in source.definitions.items() if (module, n) in found
    )
    kept = [
        BOOK_IMPORT.sub("", text)
        if example_needs(text) <= found
        else EXAMPLES.sub("", text)
        for text in texts
    ]
    return f"{title}\n" + "\n\n\n".join(kept) + "\n\n"


def main(arguments=None):
    """Write the file; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m coursework.standalone",
        description="Write one file with a function of the book and all that it needs.",
    )
    parser.add_argument("name", help="a function or a chapter, such as fit_relu_lp")
    parser.add_argument("-o", "--output", help="default: NAME.py in this folder")
    options = parser.parse_args(arguments)
    path = Path(options.output or f"{options.name.rpartition('.')[2]}.py")
    try:
        text = standalone(options.name)
    except ValueError as error:
        parser.exit(2, f"{error}\n")
    if path.exists():
        parser.exit(2, f"{path} exists: name another file with -o, or remove it\n")
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        parser.exit(2, f"cannot write {path}: {error.strerror}\n")
    print(f"wrote {path} ({len(text.splitlines())} lines)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
