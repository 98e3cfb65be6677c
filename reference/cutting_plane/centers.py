r"""The centre of the version space: where the loop stands between two labels.

.. math::

    V = \{\theta \in B_R :\; C_i\theta \ge 0,\; \sigma_k f(x_k;\theta) \le b_k
    \text{ for all that was bought}\}

Analytic centres take a ball. Two layers have the structured one of chapter 2, never a
dense matrix; deeper networks and linear rules the dense one. Chebyshev's centre and
the centroid of chapter 1 ask for a polytope: there B is the box of the same size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from reference.analytic_center import ReluCuts, analytic_center, relu_center
from reference.common import Infeasible, NotConverged, as_vector, need_callable
from reference.cutting_plane.losses import Loss, raise_unexplained
from reference.cutting_plane.models import Model, TwoLayerModel
from reference.version_space import ball_with_room, centroid

__all__: list[str] = []

KINDS = ("analytic", "chebyshev", "centroid")
DENSE_ENTRIES = 20_000_000  # 160 MB: rows times variables of a dense body
WALK_VARIABLES = 40  # hit and run wants 64 D^2 chords


@dataclass(frozen=True, eq=False)
class Bought:
    """What was bought so far: positions in the pool, and the cuts they made.

    Cut k is signs[k] * f(x of at[k]) <= offsets[k]; `at` counts in `index`.
    """

    index: np.ndarray
    labels: np.ndarray
    at: np.ndarray
    signs: np.ndarray
    offsets: np.ndarray

    def with_label(self, i: int, y: float, cuts: Any) -> "Bought":
        """Return what is bought after one more label, and the cuts that it makes."""
        new = np.array(cuts, dtype=float).reshape(-1, 2)
        return Bought(
            np.append(self.index, i),
            np.append(self.labels, y),
            np.append(self.at, np.full(len(new), len(self.index))).astype(int),
            np.append(self.signs, new[:, 0]),
            np.append(self.offsets, new[:, 1]),
        )

    def kept(self) -> "Bought":
        """Return only those that made a cut, renumbered."""
        used, at = np.unique(self.at, return_inverse=True)
        return Bought(self.index[used], self.labels[used], at, self.signs, self.offsets)


NOTHING = Bought(
    np.empty(0, int), np.empty(0), np.empty(0, int), np.empty(0), np.empty(0)
)


@dataclass(frozen=True, eq=False)
class Point:
    """Where the loop stands.

    `theta` the lifted weights (None for a callable centre), `outputs` (n,) at the
    pool, `network`, `steps` of Newton, `solve`: v -> H^{-1} v or None, `radius`.
    """

    theta: np.ndarray | None
    outputs: np.ndarray
    network: Any
    steps: int
    solve: Callable | None
    radius: float


def find_point(
    model: Model,
    bought: Bought,
    loss: Loss,
    center: str | Callable,
    radius: float | None,
    before: Point | None,
    tol: float,
    rng: np.random.Generator,
) -> Point:
    """Return the centre of what is left, or raise Infeasible with a proof."""
    if callable(center):
        return _callable_point(model, bought, center)
    start = None if before is None else before.theta
    grows = radius is None and loss.needs_room
    size = radius or (0.0 if grows else 1.0)
    if before is not None:
        size = before.radius
    bought = bought.kept()
    if not len(bought.index):
        return lifted_point(model, np.zeros(model.shape), 0, None, size)
    X, y, names = model.X[bought.index], bought.labels, bought.index.tolist()
    tries = 1  # of labels alone R is no matter
    if grows:
        tries, size = 60, max(size, theta_unit(X, bought.offsets))
    for attempt in range(tries):
        try:
            theta, steps, solve = _center(model, bought, center, size, start, tol, rng)
            _need_inside(model, bought, theta)
        except (Infeasible, NotConverged) as error:
            if not attempt:
                loss.explain(X, y, model.paths(bought.index), names)
            if attempt == tries - 1:
                raise_unexplained(error)
            size *= 2.0  # the labels fit, in some ball
        else:
            return lifted_point(model, theta, steps, solve, size)
    raise AssertionError("the loop above returns or raises")


def _need_inside(model: Model, bought: Bought, theta: np.ndarray) -> None:
    """Raise unless every cut holds strictly: at a silent input no solver minds it."""
    rows = bought.signs * model.outputs(theta)[bought.index[bought.at]]
    if not (rows < bought.offsets).all():
        raise Infeasible("a cut goes through the centre, whatever the weights", None)


def lifted_point(
    model: Model, theta: np.ndarray, steps: int, solve: Callable | None, size: float
) -> Point:
    return Point(theta, model.outputs(theta), model.network(theta), steps, solve, size)


def _callable_point(model: Model, bought: Bought, center: Callable) -> Point:
    if not len(bought.index):
        return Point(None, np.zeros(len(model.X)), None, 0, None, np.inf)
    network = center(
        model.X[bought.index], bought.labels, model.patterns_at(bought.index)
    )
    need_callable(network, "what center returns")
    outputs = as_vector(network(model.X), "center's output", size=len(model.X))
    return Point(None, outputs, network, 0, None, np.inf)


def theta_unit(X: np.ndarray, offsets: np.ndarray) -> float:
    """Return the size of weights that take inputs to offsets, a power of two."""
    sizes = np.abs(offsets).max(initial=0.0) or 1.0, np.abs(X).max()
    return float(np.exp2(np.round(np.log2(sizes[0]) - np.log2(sizes[1]))))


def _center(
    model: Model,
    bought: Bought,
    center: str,
    radius: float,
    start: np.ndarray | None,
    tol: float,
    rng: np.random.Generator,
) -> tuple[np.ndarray, int, Callable | None]:
    """Return a centre, its Newton steps, and its solve.

    Theta is measured in units in which inputs and offsets are of size one.
    """
    X = model.X[bought.index]
    input_unit = float(np.exp2(np.round(np.log2(np.abs(X).max()))))
    unit = theta_unit(X, bought.offsets)
    b, ball = bought.offsets / (unit * input_unit), radius / unit
    near = None if start is None else start / unit
    if center == "analytic" and isinstance(model, TwoLayerModel):
        X = X / input_unit
        cuts = ReluCuts(X[bought.at], -bought.signs, b)
        found = relu_center(
            X, model.masks[:, bought.index], model.gates, cuts,
            radius=ball, start=near, tol=tol,
        )  # fmt: skip
        return unit * found.point, found.newton_steps, _in_units(found.solve, unit)
    A = dense_rows(model, bought) / input_unit
    b = np.append(np.zeros(len(A) - len(b)), b)
    if center == "analytic":
        near = None if near is None else near.ravel()
        found = analytic_center(A, b, radius=ball, start=near, tol=tol)
        theta = unit * found.point.reshape(model.shape)
        return theta, found.newton_steps, _in_units(found.solve, unit)
    theta = unit * _box_center(A, b, center, ball, rng)
    return theta.reshape(model.shape), 0, None


def _in_units(solve: Callable, unit: float) -> Callable:
    """Return v -> H^{-1} v for theta, from the one for theta / unit."""
    return lambda v: unit**2 * solve(v)


def _box_center(
    A: np.ndarray, b: np.ndarray, center: str, size: float, rng: np.random.Generator
) -> np.ndarray:
    """Return the Chebyshev centre or the centroid of the rows inside a box."""
    D = A.shape[1]
    A = np.vstack([A, np.eye(D), -np.eye(D)])
    b = np.append(b, np.full(2 * D, size))
    if center == "centroid":
        if D > WALK_VARIABLES:
            raise ValueError(
                f"center='centroid' walks in at most {WALK_VARIABLES} variables, these "
                f"patterns have {D}; use center='analytic'"
            )
        return centroid(A, b, rng=rng, samples=max(10_000, 64 * D * D)).point
    return ball_with_room(A, b).point


def dense_rows(model: Model, bought: Bought) -> np.ndarray:
    """Return A: first the cones, then the cuts, as rows of A theta <= b."""
    D = int(np.prod(model.shape))
    k, width = len(bought.index), model.paths(bought.index[:1]).shape[0]
    entries = 4 * width * k * D
    if entries > DENSE_ENTRIES:
        raise ValueError(
            f"patterns make {D} lifted variables and, with {k} labels, a dense matrix "
            f"of about {entries:.1g} entries; at most {DENSE_ENTRIES:.0g} are allowed. "
            "Take fewer patterns; two layers with center='analytic' need no matrix"
        )
    C, F = model.dense(bought.index)
    rows = bought.signs[:, None] * F[bought.at]
    return np.vstack([-C, rows])
