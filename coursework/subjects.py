"""The functions of the book, by their names."""

import difflib
import functools
import importlib

from coursework.layout import chapter_order


def reference_function(name):
    """Return the reference function called ``chapter.function``."""
    chapter, _, function = name.partition(".")
    return getattr(importlib.import_module(f"reference.{chapter}"), function)


def public_functions(chapter):
    """Return the names on a chapter's face that are functions, in reading order."""
    face = importlib.import_module(f"reference.{chapter}")
    return [
        name
        for name in face.__all__
        if callable(getattr(face, name)) and not isinstance(getattr(face, name), type)
    ]


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
    """Return ``chapter.function`` for each bare name of a public function."""
    return {f: f"{c}.{f}" for c in chapter_order() for f in public_functions(c)}


def near(name):
    """Return the function of the book that was probably meant, or an empty string."""
    close = difflib.get_close_matches(name, list(names_of_the_book()), 1, 0.75)
    return close[0] if close else ""
