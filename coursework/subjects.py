"""The functions of the book, by their names."""

import ast
import difflib
import functools
import importlib

from coursework.layout import OPTIONAL, ROOT, chapter_order


def reference_function(name):
    """Return the reference function called ``chapter.function``."""
    chapter, _, function = name.partition(".")
    return getattr(importlib.import_module(f"reference.{chapter}"), function)


@functools.cache
def public_functions(chapter):
    """Return the names on a chapter's face that are functions, in reading order.

    They are found by reading, so that no chapter has to be imported for its names.
    """
    found, names = set(), []
    face = ROOT / "reference" / chapter / "__init__.py"
    for node in ast.parse(face.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            path = ROOT / f"{node.module.replace('.', '/')}.py"
            for other in ast.parse(path.read_text("utf-8")).body:
                if isinstance(other, ast.FunctionDef):
                    found.add(other.name)
        elif isinstance(node, ast.Assign):
            names = ast.literal_eval(node.value)
    return [name for name in names if name in found]


def full_name(function_name):
    """Return ``chapter.function`` for the name of a function of the book.

    Raises
    ------
    ValueError
        If no chapter of the book has such a function.
    """
    short = names_of_the_book()
    known = list(short.values())
    if function_name in known:
        return function_name
    if function_name in short:
        return short[function_name]
    if meant := near(function_name.rpartition(".")[2]):
        raise ValueError(
            f"the book has no function {function_name!r}; did you mean {short[meant]}?"
        )
    raise ValueError(
        f"the book has no function {function_name!r}; it has {', '.join(known)}"
    )


@functools.cache
def names_of_the_book():
    """Return ``chapter.function`` for each bare name of a public function.

    Not of chapters that need another package: what their functions take and return
    cannot be handed to another process, nor be exported. The others are imported, so
    that a reader's own classes can be told by their names (and a fork has them).
    """
    needed = [chapter for chapter in chapter_order() if chapter not in OPTIONAL]
    for chapter in needed:
        importlib.import_module(f"reference.{chapter}")
    return {f: f"{c}.{f}" for c in needed for f in public_functions(c)}


def near(name):
    """Return the function of the book that was probably meant, or an empty string."""
    close = difflib.get_close_matches(name, list(names_of_the_book()), 1, 0.85)
    return close[0] if close else ""
