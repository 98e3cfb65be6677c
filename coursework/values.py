"""What a function is given and what it returns: fitted, shown, known as special."""

import contextlib
import dataclasses
import inspect
import re
import textwrap
import typing
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest


def fitted(result: Any, hints: dict[str, Any]) -> Any:
    """Return the result, a tuple made the dataclass that it stands for.

    Raises
    ------
    TypeError
        If it is a list for an array, nothing, or a tuple of another length.
    """
    return _fit(result, hints.get("return"))


def _fit(result: Any, kind: Any) -> Any:
    if isinstance(result, list | tuple) and kind is np.ndarray:
        what = type(result).__name__
        raise TypeError(f"returned a {what} for an array: wrap it in np.array(...)")
    if (
        result is None
        and kind not in (None, type(None), Any)
        and isinstance(kind, type)
    ):
        raise TypeError(f"returned None for {kind.__name__}: is a return missing?")
    if dataclasses.is_dataclass(kind):
        fields = dataclasses.fields(kind)
        needed = [f.name for f in fields if f.default is dataclasses.MISSING]
        names = f"{kind.__name__}({', '.join(f.name for f in fields)})"
        if not isinstance(result, tuple):
            if all(hasattr(result, name) for name in needed):
                return result
            what = type(result).__name__
            raise TypeError(f"returned a {what} for {names}: give a tuple of these")
        if not len(needed) <= len(result) <= len(fields):
            raise TypeError(f"returned a tuple of {len(result)} for {names}")
        hints = typing.get_type_hints(kind)
        parts = zip(result, fields, strict=False)
        return kind(*[_fit(part, hints[f.name]) for part, f in parts])
    kinds = typing.get_args(kind) if typing.get_origin(kind) is tuple else ()
    if not isinstance(result, tuple) or len(kinds) != len(result):
        return result
    return tuple(_fit(part, k) for part, k in zip(result, kinds, strict=True))


def example_of(error: BaseException) -> str:
    """Return the arguments of Hypothesis's smallest counterexample."""
    # The heading of the note depends on the version of Hypothesis.
    heading = r"Falsifying|Failing test case"
    notes = [n for n in getattr(error, "__notes__", []) if re.match(heading, n)]
    lines = [
        line.removesuffix("  # or any other generated value")
        for note in notes
        for line in note.splitlines()[1:]
        if not re.match(r"\s*subject=|\s*#|\)$", line)
    ]
    return re.sub(r",(?=\n\S|$)", "", textwrap.dedent("\n".join(lines)))


def drawn(values: dict[str, Any]) -> str:
    """Return what Hypothesis drew, as it would say it."""
    parts = [f"{k}={v!r}" for k, v in values.items() if k != "subject"]
    return "\n".join(parts)


@contextlib.contextmanager
def expecting() -> Iterator[None]:
    """Let `pytest.raises` mark the errors that are of another kind than expected."""
    theirs: Any = pytest.raises

    @contextlib.contextmanager
    def raises(kinds: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
        with theirs(kinds, *args, **kwargs) as caught:
            try:
                yield caught
            except Exception as error:
                if not isinstance(error, kinds):
                    several = kinds if isinstance(kinds, tuple) else (kinds,)
                    vars(error)["wanted"] = " or ".join(map(_kind, several))
                raise

    pytest.raises = raises  # type: ignore[assignment]
    try:
        yield
    finally:
        pytest.raises = theirs


def _kind(kind: type) -> str:
    home = "" if kind.__module__ == "builtins" else f" (from {kind.__module__})"
    return kind.__name__ + home


def shown(function: Callable, args: tuple, kwargs: dict) -> str:
    """Return a call with its arguments in full."""
    names = list(inspect.signature(function).parameters)
    parts = [*zip(names, args, strict=False), *kwargs.items()]
    with np.printoptions(precision=17, floatmode="unique", threshold=2000):
        text = ", ".join(f"{key}={value!r}" for key, value in parts)
    return f"{function.__name__}({text})"[:20000]


def edge_of(function: Callable, args: tuple, kwargs: dict) -> str:
    """Say what is special about the data of a call, if anything is."""
    names = list(inspect.signature(function).parameters)
    X = (dict(zip(names, args, strict=False)) | kwargs).get("X")
    if not isinstance(X, np.ndarray) or X.ndim != 2 or not np.isfinite(X).all():
        return ""
    if len(X) < 2:
        return "X has one row" if len(X) else "X has no rows"
    if not X.any(axis=1).all():
        return "X has a row of zeros"
    if len(np.unique(X, axis=0)) < len(X):
        return "X has equal rows"
    if np.linalg.matrix_rank(X) < min(X.shape):
        return "the rows of X are dependent"
    return ""
