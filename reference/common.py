"""What every chapter shares: bias column, unit vectors, named errors, input checks.

The checks turn arguments into float64 arrays and raise a `ValueError` that
names the argument, what it got and what it needs. They never modify their
argument and never change a value silently.
"""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = [
    "Infeasible",
    "NotConverged",
    "Unbounded",
    "as_array",
    "as_budget",
    "as_choice",
    "as_classes",
    "as_integer",
    "as_labels",
    "as_masks",
    "as_matrix",
    "as_real",
    "as_rng",
    "as_vector",
    "need_callable",
    "need_limits",
    "need_nonzero_rows",
    "need_parts",
    "unit_vectors",
    "with_bias",
]


class Infeasible(ValueError):
    """No point satisfies the constraints; `certificate` proves it."""

    def __init__(self, message: str, certificate: Any = None) -> None:
        super().__init__(message)
        self.certificate = certificate


class NotConverged(RuntimeError):
    """A solver stopped short of its tolerance; `state` is its last iterate."""

    def __init__(self, message: str, state: Any = None) -> None:
        super().__init__(message)
        self.state = state


class Unbounded(ValueError):
    """The set runs to infinity; `ray` is a direction in which it does."""

    def __init__(self, message: str, ray: Any = None) -> None:
        super().__init__(message)
        self.ray = ray


def with_bias(X: ArrayLike) -> np.ndarray:
    """Return X with a column of ones appended, so that a bias is a weight.

    Parameters
    ----------
    X : array_like, shape (n, d)

    Returns
    -------
    ndarray, shape (n, d + 1)

    Examples
    --------
    >>> from reference.common import with_bias
    >>> with_bias([[2.0], [3.0]])
    array([[2., 1.],
           [3., 1.]])
    """
    X = as_matrix(X)
    return np.column_stack([X, np.ones(len(X))])


def unit_vectors(rows: np.ndarray) -> np.ndarray:
    """Return the rows, none of them zero, at length 1."""
    rows = rows / np.abs(rows).max(axis=1, keepdims=True)  # squares of tiny numbers
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)  # would be zero


def _as_entries(
    values: Any, name: str, kinds: str, what: str, shape: tuple[int | str, ...] | None
) -> np.ndarray:
    """Return values as an array of these kinds and lengths; a letter is any length."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # ragged nested lists
        raise ValueError(f"{name} must be an array: {error}") from error
    if array.dtype.kind not in kinds:
        odd = (type(v).__name__ for v in array.flat if not isinstance(v, int | float))
        raise ValueError(
            f"{name} must hold {what}, got {next(odd, array.dtype)}; "
            "convert it before the call"
        )
    if shape is not None and not _has_shape(array, shape):
        wanted = str(shape).replace("'", "")
        raise ValueError(f"{name} needs shape {wanted}, got {array.shape}")
    return array


def _has_shape(array: np.ndarray, shape: tuple[int | str, ...]) -> bool:
    pairs = zip(array.shape, shape, strict=False)
    fits = (got == length or isinstance(length, str) for got, length in pairs)
    return array.ndim == len(shape) and all(fits)


def _need_entries(X: np.ndarray, name: str) -> np.ndarray:
    if not X.size:
        raise ValueError(f"{name} needs at least one row and column, got {X.shape}")
    return X


def as_array(
    values: ArrayLike, name: str, shape: tuple[int | str, ...] | None = None
) -> np.ndarray:
    """Return values as a new finite float64 array of this shape, or of any.

    A letter in the shape stands for any length.
    """
    array = _as_entries(values, name, "biuf", "real numbers", shape)
    array = array.astype(np.float64)
    if np.ma.is_masked(values):
        array[np.ma.getmask(values)] = np.nan  # missing
    if not np.isfinite(array).all():
        where = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
        at = f" at index {where}" if where else ""
        raise ValueError(f"{name} must be finite, got {array[where]}{at}")
    return array


def as_matrix(
    X: ArrayLike,
    name: str = "X",
    *,
    rows: int | None = None,
    columns: int | None = None,
) -> np.ndarray:
    """Return X as a new finite float64 array of shape (n, d), n and d >= 1."""
    return _need_entries(as_array(X, name, (rows or "n", columns or "d")), name)


def need_nonzero_rows(X: np.ndarray, name: str = "X") -> None:
    """Raise if a row of X is zero: it has no direction."""
    for row in np.flatnonzero(~X.any(axis=1)):
        raise ValueError(
            f"{name} must not have zero rows, got one at index {row}: no weights give "
            "it a sign; append a bias column with reference.common.with_bias"
        )


def as_vector(y: ArrayLike, name: str = "y", *, size: int | None = None) -> np.ndarray:
    """Return y as a new finite float64 array of shape (n,)."""
    return as_array(y, name, ("n" if size is None else size,))


def as_labels(y: ArrayLike, name: str = "y", *, size: int | None = None) -> np.ndarray:
    """Return y as a new float64 array of +1 and -1."""
    y = as_vector(y, name, size=size)
    wrong = y[np.abs(y) != 1]
    if len(wrong):
        raise ValueError(f"{name} must hold labels +1 and -1 only, got {wrong[0]!s}")
    return y


def as_classes(
    y: ArrayLike,
    name: str = "y",
    *,
    size: int | None = None,
    num_classes: int | None = None,
) -> np.ndarray:
    """Return y as a new integer array of classes 0..C-1 (any C without one)."""
    y = as_vector(y, name, size=size)
    wrong = y[(y < 0) | (y != np.floor(y)) | (y >= (num_classes or np.inf))]
    if len(wrong):
        most = "" if num_classes is None else str(num_classes - 1)
        raise ValueError(f"{name} must hold classes 0..{most}, got {wrong[0]:g}")
    return y.astype(np.intp)


def as_masks(
    masks: ArrayLike, name: str = "masks", *, columns: int | None = None
) -> np.ndarray:
    """Return activation masks as a Boolean array of shape (P, n), P >= 1."""
    masks = _as_entries(masks, name, "b", "Booleans", ("P", columns or "n"))
    return _need_entries(masks, name)


def as_real(
    value: Any,
    name: str,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    open_low: bool = False,
) -> float:
    """Return value as a finite float within [low, high] (or (low, high])."""
    number = float(as_array(value, name, ()))
    if number < low or number > high or (open_low and number == low):
        left = "(" if open_low else "["
        raise ValueError(f"{name} must lie in {left}{low:g}, {high:g}], got {number:g}")
    return number


def as_integer(
    value: Any, name: str, *, low: int | None = None, high: int | None = None
) -> int:
    """Return value as an int within [low, high]."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"{name} must be an integer, got {value!r}")
    if low is not None and value < low:
        raise ValueError(f"{name} must be at least {low}, got {value}")
    if high is not None and value > high:
        raise ValueError(f"{name} must be at most {high}, got {value}")
    return int(value)


def as_budget(budget: int, size: int) -> int:
    """Return budget as an int between 1 and the size of the pool."""
    return as_integer(budget, "budget", low=1, high=size)


def as_choice(value: Any, name: str, choices: Collection[str]) -> str:
    """Return value if it is one of these words."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
    return value


def as_rng(rng: Any, name: str = "rng") -> np.random.Generator:
    """Return rng if it is a NumPy generator; nothing else is one."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"{name} must be like np.random.default_rng(0), got {rng!r}")
    return rng


def need_callable(value: Any, name: str, *, optional: bool = False) -> None:
    """Raise unless value can be called; None will do where it is optional."""
    if not callable(value) and not (optional and value is None):
        raise ValueError(f"{name} must be callable, got {value!r}")


def need_limits(
    tol: float, max_iter: int = 1, callback: Callable[..., Any] | None = None
) -> None:
    """Raise unless tol > 0 and max_iter >= 1 can end a solver, and a callback call."""
    as_real(tol, "tol", low=0.0, open_low=True)
    as_integer(max_iter, "max_iter", low=1)
    need_callable(callback, "callback", optional=True)


def need_parts(value: Any, name: str, kind: str, *parts: str) -> None:
    """Raise unless value has the attributes that an instance of `kind` has."""
    if not all(hasattr(value, part) for part in parts):
        raise ValueError(f"{name} must be {kind}, got {type(value).__name__}")
