"""Functions under test: the reference ones, and readers' ones in their place."""

import dataclasses
import functools
import importlib
import typing

from coursework.layout import module_order


def reference_function(name):
    """Return the reference function called ``module.function``."""
    module, _, function = name.partition(".")
    return getattr(importlib.import_module(f"reference.{module}"), function)


def public_functions(module):
    """Return the names in a reference module's ``__all__`` that are functions."""
    namespace = importlib.import_module(f"reference.{module}")
    return [
        name
        for name in namespace.__all__
        if callable(getattr(namespace, name))
        and not isinstance(getattr(namespace, name), type)
    ]


def full_name(function_name):
    """Return ``module.function`` for the name of a function of the book.

    Raises
    ------
    ValueError
        If no module of the book has such a function.
    """
    if "." in function_name:
        module, _, name = function_name.partition(".")
        if module in module_order() and name in public_functions(module):
            return function_name
    else:
        for module in module_order():
            if function_name in public_functions(module):
                return f"{module}.{function_name}"
    known = [f"{m}.{f}" for m in module_order() for f in public_functions(m)]
    raise ValueError(
        f"the book has no function {function_name!r}; give one of these names as the "
        f"second argument: {', '.join(known)}"
    )


def accept_tuples(function, name):
    """Wrap a reader's function so that a tuple may stand for a dataclass.

    The reference function's return annotation names the dataclass, or a tuple of
    them; the fields of the reader's tuple are in the documented order.
    """
    hints = typing.get_type_hints(reference_function(name))
    book = importlib.import_module(f"reference.{name.partition('.')[0]}")

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        try:
            return _converted(function(*args, **kwargs), hints.get("return"))
        except Exception as error:
            # A single-file solution has an Infeasible of its own: the name counts.
            kind = getattr(book, type(error).__name__, None)
            if not isinstance(kind, type) or isinstance(error, kind):
                raise
            twin = kind(*error.args)
            vars(twin).update(vars(error))
            raise twin from error

    return wrapped


def _converted(result, kind):
    if not isinstance(result, tuple):
        return result
    if dataclasses.is_dataclass(kind):
        return kind(*result)
    kinds = typing.get_args(kind) if typing.get_origin(kind) is tuple else ()
    if len(kinds) != len(result):
        return result
    return tuple(_converted(part, k) for part, k in zip(result, kinds, strict=True))
