"""Write one file that holds a module of the book and the modules it needs.

    python -m coursework.standalone relu_lp                # writes relu_lp.py here
    python -m coursework.standalone relu_lp -o homework.py

The file runs from an empty folder with NumPy and SciPy alone, and carries its
version, licence and citation in its header. Names that meet in it must differ: a
collision is an error.
"""

import argparse
import ast
import re
import sys
from pathlib import Path

from coursework.layout import ROOT, module_order
from reference import __version__

HEADER = '''\
"""{module}: a single file of the textbook companion Cuts, Duals and Kernels {version}.

Holds, in order: {parts}. Needs NumPy and SciPy.

Licence: BSD-3-Clause, below. Please cite as: {citation}

{licence}"""
'''


def needed_modules(module):
    """Return the reference modules that one needs, itself included, in book order."""
    order = ["common", *module_order()]
    if module not in order:
        raise ValueError(
            f"the book has no module {module!r}; it has {', '.join(module_order())}"
        )
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_imports(_source(name)))
    return sorted(found, key=order.index)


def _source(module):
    return (ROOT / "reference" / f"{module}.py").read_text("utf-8")


def _imports(source):
    """Return the reference modules that a module or its examples import from."""
    return re.findall(r"^ *(?:>>> )?from reference\.(\w+) import", source, re.MULTILINE)


def standalone(module):
    """Return the text of a single file with the module and all that it needs.

    Parameters
    ----------
    module : str
        A reference module, such as ``"relu_lp"``.

    Returns
    -------
    str
        Python source: header, imports, then the modules in the order of the book.

    Raises
    ------
    ValueError
        If the module is unknown, or two modules define one top-level name.
    """
    parts = needed_modules(module)
    imports, bodies, owner = {}, [], {}
    for part in parts:
        source = _source(part)
        lines = source.splitlines(keepends=True)
        drop = set()
        for node in ast.parse(source).body:
            span = range(node.lineno - 1, node.end_lineno)
            if isinstance(node, ast.Import | ast.ImportFrom):
                drop.update(span)
                if getattr(node, "module", None) is None or not node.module.startswith(
                    "reference"
                ):
                    imports[ast.unparse(node)] = None
                continue
            for name in _names(node):
                if name == "__all__":
                    drop.update(span)
                elif owner.setdefault(name, part) != part:
                    raise ValueError(
                        f"{name} is defined in both {owner[name]} and {part}: "
                        "rename one of them, they meet in the single-file export"
                    )
        # The examples run here too, without the imports that the file replaces.
        kept = "".join(
            line
            for i, line in enumerate(lines)
            if i not in drop and not line.lstrip().startswith(">>> from reference.")
        )
        rule = "# " + "-" * 77
        title = f"{rule}\n# {part}\n{rule}\n"
        bodies.append(f"{title}\n{_module_docstring_as_comment(kept)}\n")
    head = HEADER.format(
        module=module,
        version=__version__,
        parts=", ".join(parts),
        citation=f"Cuts, Duals and Kernels, version {__version__} (CITATION.cff).",
        licence=(ROOT / "LICENSE").read_text("utf-8").strip() + "\n",
    )
    ordered = sorted(imports, key=lambda line: (not line.startswith("import"), line))
    return "\n".join([head, *ordered, "", "", *bodies]).rstrip() + "\n"


def _names(node):
    """Yield the names that a top-level statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    for target in getattr(node, "targets", [getattr(node, "target", None)]):
        for leaf in ast.walk(target) if target is not None else ():
            if isinstance(leaf, ast.Name):
                yield leaf.id


def _module_docstring_as_comment(source):
    """Turn the module docstring into comments: a file has one docstring."""
    first = ast.parse(source).body[0]
    lines = source.splitlines()
    text = ast.get_docstring(ast.parse(source), clean=False)
    if text is None:
        return source.strip() + "\n"
    comment = [f"# {line}".rstrip() for line in text.strip().splitlines()]
    rest = "\n".join(lines[first.end_lineno :]).strip()
    return "\n".join([*comment, "", "", rest, ""])


def main(arguments=None):
    """Write the file; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m coursework.standalone",
        description="Write one file with a module of the book and all that it needs.",
    )
    parser.add_argument("module", help="such as relu_lp")
    parser.add_argument("-o", "--output", help="default: MODULE.py in this folder")
    options = parser.parse_args(arguments)
    path = Path(options.output or f"{options.module}.py")
    try:
        text = standalone(options.module)
    except ValueError as error:
        parser.exit(2, f"{error}\n")
    if path.exists():
        parser.exit(2, f"{path} exists: name another file with -o, or remove it\n")
    path.write_text(text, "utf-8")
    print(f"wrote {path} ({len(text.splitlines())} lines)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
