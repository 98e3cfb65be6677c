"""What a reader's function can be called with, compared with the book's.

The reader's process describes the signature, and the tests' process compares it and
holds each call against it. So a missing keyword is one line, and no counterexample.
"""

import inspect
from collections.abc import Callable
from typing import Any

Parameter = inspect.Parameter
KINDS = (
    Parameter.POSITIONAL_ONLY,
    Parameter.POSITIONAL_OR_KEYWORD,
    Parameter.VAR_POSITIONAL,
    Parameter.KEYWORD_ONLY,
    Parameter.VAR_KEYWORD,
)


def described(function: Callable) -> list[tuple[str, int, bool]] | None:
    """Return name, kind and optionality of each parameter; None where none can tell."""
    try:
        try:
            found = inspect.signature(function, follow_wrapped=False)
        except ValueError:  # a cached function is known by what it wraps
            found = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    return [
        (name, int(p.kind), p.default is not Parameter.empty)
        for name, p in found.parameters.items()
    ]


def rebuilt(description: Any) -> inspect.Signature | None:
    """Return the signature that was described, or None if what came is none."""
    try:
        return inspect.Signature(
            [
                Parameter(name, KINDS[kind], default=0 if optional else Parameter.empty)
                for name, kind, optional in description
            ]
        )
    except (TypeError, ValueError, IndexError):
        return None


def lacks(theirs: inspect.Signature, ours: inspect.Signature, name: str) -> str:
    """Say in one line what calls of the book a signature does not take, if any."""
    mine, own = theirs.parameters, ours.parameters
    keywords = [key for key, p in own.items() if p.kind is Parameter.KEYWORD_ONLY]
    missing = _missing(theirs, keywords)
    faults = [_the_keywords(missing)] if missing else []
    keywords += [key for key, p in own.items() if p.kind is Parameter.VAR_KEYWORD]
    given = [key for key in own if key not in keywords]
    places = [p for p in mine.values() if p.kind <= Parameter.POSITIONAL_OR_KEYWORD]
    kinds = {p.kind for p in mine.values()}
    if len(places) < len(given) and Parameter.VAR_POSITIONAL not in kinds:
        faults.append(f"arguments: it takes {len(places)} of {', '.join(given)}")
    if faults:
        return f"{name} lacks {' and '.join(faults)}: calls that use them fail"
    return ""


def refused(theirs: inspect.Signature, name: str, args: tuple, kwargs: dict) -> str:
    """Say in one line why a call cannot be made, or nothing if it can."""
    try:
        theirs.bind(*args, **kwargs)
    except TypeError as error:
        missing = _missing(theirs, kwargs)
        if missing:
            return f"{name} lacks {_the_keywords(missing)}, which this property uses"
        return f"{name} cannot be called with {len(args)} arguments: {error}"
    return ""


def _missing(theirs: inspect.Signature, keywords: Any) -> list[str]:
    mine = theirs.parameters
    if any(p.kind is Parameter.VAR_KEYWORD for p in mine.values()):
        return []
    named = Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY
    return [k for k in keywords if k not in mine or mine[k].kind not in named]


def _the_keywords(names: list[str]) -> str:
    return f"the keyword{'s' * (len(names) > 1)} {', '.join(names)}"
