"""Find the functions of the book in a reader's file or notebook.

The file is run, as `import` would run it, with its folder on the path; a notebook
gives its code cells, one after the other. All of this happens in the reader's process
(`coursework.remote`).
"""

import ast
import functools
import importlib
import inspect
import json
import linecache
import re
import sys
import tokenize
import types
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from coursework.subjects import names_of_the_book, near
from coursework.wire import place

RUN_ANYWAY = ("%%time", "%%timeit", "%%capture", "%%prun")
# Lines of a notebook that are no Python: magics and commands of the shell (with the
# lines that go on after a backslash), the same assigned to a name, questions for help.
MAGIC = re.compile(
    r"(?m)^([ \t]*)(?:(\w[\w, ]*=) *[%!]|[%!?]|[\w.]+\?\??[ \t]*$)(?:.*\\\n)*.*$"
)


class LoadError(Exception):
    """One line that says where and why a file could not be run."""


def functions_of(path: str | Path) -> tuple[dict[str, Callable], dict[str, str]]:
    """Return a file's functions of the book, and its near misses.

    The functions are any callables that bear a name of the book: cached functions,
    partials, objects, what a helper module defines. The book's own do not count.

    Raises
    ------
    LoadError
        If the file cannot be run; one line, with the reader's line.
    """
    book = names_of_the_book()
    path = Path(path).resolve()
    sys.path.insert(0, str(path.parent))
    module = types.ModuleType("homework")
    module.__file__ = str(path)
    sys.modules["homework"] = module  # dataclasses and pickle look there
    try:
        # What a notebook, or a script made of one, has without an import:
        vars(module).update(display=print, get_ipython=MagicMock())
        for name, source in _sources(path):
            linecache.cache[name] = len(source), None, source.splitlines(True), name
            exec(compile(source, name, "exec"), vars(module))
    except BaseException as error:
        raise LoadError(_line(error, path)) from None
    found, misses = {}, {}
    for name, value in vars(module).items():
        if not callable(value) or isinstance(value, type) or _foreign(value):
            continue
        if name in book:
            found[book[name]] = value
        elif not name.startswith("_") and (meant := near(name)):
            misses[name] = meant
    return found, {a: b for a, b in misses.items() if book[b] not in found}


def load_file(path: str) -> tuple[dict[str, Callable], Any]:
    """Return a file's functions of the book; their names and the near misses."""
    found, misses = functions_of(path)
    return found, (list(found), misses)


def uses_of_the_book(path: str | Path) -> set[str]:
    """Return the names that a file takes from the book's own code, by reading it."""
    nodes = [n for _, text in _sources(Path(path)) for n in ast.walk(ast.parse(text))]
    froms = [n for n in nodes if isinstance(n, ast.ImportFrom)]
    names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    ours = [n for n in froms if (n.module or "").partition(".")[0] == "reference"]
    found = {a.name for n in ours for a in n.names}
    if ours or any(name.partition(".")[0] == "reference" for name in names):
        found |= {n.attr for n in nodes if isinstance(n, ast.Attribute)}
    return found


def load_named(
    module: str, path: str, inner: str, name: str
) -> tuple[dict[str, Callable], Any]:
    """Return one function by its place, under its name in the book."""
    if module == "__main__":
        functions_of(path)
        module = "homework"
    return {name: attrgetter(inner)(importlib.import_module(module))}, None


def loader_of(function: Callable, name: str, fork: bool) -> Callable[[], Any]:
    """Return what brings a function into another process.

    Raises
    ------
    ValueError
        If there is no fork, and the function is in no file.
    """
    if fork:
        return lambda: ({name: function}, None)
    path = getattr(
        getattr(inspect.unwrap(function), "__code__", None), "co_filename", ""
    )
    inner = getattr(function, "__qualname__", "<>")
    if not Path(path).is_file() or "<" in inner:
        raise ValueError(
            f"on {sys.platform} the checker needs {name} in a file: save it as work/"
            "homework.py, and run python -m coursework.check work/homework.py"
        )
    return functools.partial(load_named, function.__module__, path, inner, name)


def _sources(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each piece: the file, or a notebook's cells."""
    if path.suffix != ".ipynb":
        with tokenize.open(path) as file:
            yield str(path), file.read()
        return
    cells = json.loads(path.read_text("utf-8-sig"))["cells"]
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    for k, source in enumerate(code, 1):
        text = "".join(source)
        first = text.lstrip().partition("\n")[0].split()
        if first and first[0].startswith("%%") and first[0] not in RUN_ANYWAY:
            continue  # a cell of another language
        yield f"{path.name}, cell {k}", _without_magic(text)


def _without_magic(text: str) -> str:
    """Return a cell as Python, line by line; one that is Python stays as it is."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return MAGIC.sub(_nothing, text)
    return text


def _nothing(line: re.Match) -> str:
    does = f"{line[2]} None" if line[2] else "pass"
    return line[1] + does + "\n" * line[0].count("\n")


def _foreign(value: Any) -> bool:
    """Whether a callable is the book's, or a library's, and only used here."""
    while isinstance(value, functools.partial):
        value = value.func
    root = (getattr(value, "__module__", None) or "").partition(".")[0]
    return root in {"reference", "numpy", "scipy", "coursework"}


def _line(error: BaseException, path: Path) -> str:
    """Say on one line what went wrong, and where."""
    where = place(error) or f"in {path.name}"
    if isinstance(error, SyntaxError) and error.lineno:
        where = f"in line {error.lineno} of {Path(error.filename or path).name}"
        return f"{where}: {type(error).__name__}: {error.msg}"
    odd = isinstance(error, json.JSONDecodeError | KeyError | TypeError)
    if odd and path.suffix == ".ipynb" and not place(error):
        return f"{path.name} is not a notebook: {error}"
    what = " ".join([f"{type(error).__name__}:", *str(error).split()])
    return f"{where}: {what.removesuffix(':')}"[:500]
