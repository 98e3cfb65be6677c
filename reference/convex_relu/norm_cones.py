r"""The algebra of norm cones that both interior points of this book share.

With bounds t_b a sum of norms becomes linear,

.. math::

    \min \; \lambda \sum_b t_b \quad \text{s.t.} \quad
    x_b = (t_b, w_b) \in Q = \{(t, w) : \|w\|_2 \le t\} .

The multiplier of x_b is :math:`z_b = (\lambda, \zeta_b) \in Q`, and at the optimum the
cone's product of the two is zero. The scaling W of Nesterov and Todd, symmetric with
:math:`W^{-1} x = W z`, maps both to one point deep inside the cone: there products are
linearised and steps are measured.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.linalg import LinAlgError

__all__ = ["NormCones", "scale_cones"]

State = TypeVar("State", bound=tuple)  # named: x, z, s, q and what else moves along


@dataclass(frozen=True, eq=False)
class NormCones:
    """Points x = (t, w) and z = (λ, ζ) in norm cones (..., d + 1), and their scaling.

    A pair of changes Δx, Δz is one array (2, ..., d + 1).
    """

    x: np.ndarray
    z: np.ndarray
    middle: np.ndarray  # W⁻¹ x = W z
    axes: np.ndarray  # J v and v: W = η (2 v v' - J), W⁻¹ = (2 J v v' J - J) / η
    sizes: np.ndarray  # 1 / η and η
    tilt: np.ndarray  # g, what w takes from the row of t
    give: np.ndarray  # η² / k, how far t gives way
    curvature: np.ndarray  # N (..., d, d), the matrix that w keeps

    def pull(self, target: np.ndarray) -> np.ndarray:
        """Return what a target for z + Δz + W⁻² Δx adds to the right side of w."""
        return target[..., 1:] - self.tilt * (target[..., :1] - self.z[..., :1])

    def changes(self, dw: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return Δx and Δz for a change of w (eq:convex-eliminate); Δλ is zero."""
        pair = np.zeros((2, *self.x.shape))
        lack = target[..., :1] - self.z[..., :1]
        pair[0, ..., :1] = self.give * lack - _dot(self.tilt, dw)
        pair[0, ..., 1:] = dw
        after = self.pull(target) - (self.curvature @ dw[..., None])[..., 0]
        pair[1, ..., 1:] = after - self.z[..., 1:]
        return pair

    def scaled(self, pair: np.ndarray) -> np.ndarray:
        """Return W⁻¹ Δx and W Δz."""
        return _reflect(self.axes, self.sizes, pair)

    def corrected(self, scaled: np.ndarray, mu: float) -> np.ndarray:
        """Return the target that aims at mu and cancels the product of changes."""
        second = _divide(self.middle, _product(*scaled))  # (eq:convex-corrector)
        inverse = _mirror(self.x) / _lorentz(self.x)
        return mu * inverse - _reflect(self.axes[0], self.sizes[0], second)

    def longest(self, scaled: np.ndarray) -> float:
        """Return the largest step with x and z in their cones: roots of a parabola."""
        a, c = _lorentz(scaled), _lorentz(self.middle)
        b = _dot(_mirror(self.middle), scaled)
        bend = b * b - a * c
        leaves = (bend >= 0) & ((b < 0) | (a < 0))
        down = np.sqrt(np.maximum(bend, 0.0)) - b
        return 1.0 / float((down / c)[leaves].max(initial=1e-300))


def scale_cones(x: np.ndarray, z: np.ndarray) -> NormCones:
    r"""Return the scaling of points and multipliers inside norm cones.

    .. math::

        W = \eta\, (2 v v^\top - J), \quad W^{-1} x = W z, \quad
        J = \operatorname{diag}(1, -1, \dots, -1) .

    Parameters
    ----------
    x, z : ndarray, shape (..., d + 1)
        Strictly inside the cones: the first entry exceeds the norm of the others.

    Returns
    -------
    NormCones

    Raises
    ------
    LinAlgError
        If a point is not strictly inside its cone.

    Notes
    -----
    Implements (eq:convex-scaling) and (eq:convex-block-hessian); O(d²) a block. No
    input checks: an inner loop. W⁻² has entries that cancel in Δz; eliminating t by
    hand keeps their digits.

    References
    ----------
    Nesterov and Todd (1997).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import scale_cones
    >>> cones = scale_cones(np.array([2.0, 0.0]), np.array([0.5, 0.0]))
    >>> cones.middle, cones.curvature  # W = 2: W⁻¹ x = W z = 1
    (array([1., 0.]), array([[0.25]]))
    """
    depth_x, depth_z = _lorentz(x), _lorentz(z)
    if not min(depth_x.min(), depth_z.min()) > 0:
        raise LinAlgError("a norm cone is left by rounding")
    depth_x, depth_z = np.sqrt(depth_x), np.sqrt(depth_z)
    eta, x_unit, z_unit = np.sqrt(depth_x / depth_z), x / depth_x, z / depth_z
    omega = z_unit + _mirror(x_unit)  # W⁻² = (2 ω ω' - J) / η²
    omega /= np.sqrt(2.0 + 2.0 * _dot(x_unit, z_unit))
    v = _mirror(omega)
    v[..., 0] += 1.0
    v /= np.sqrt(2.0 * v[..., :1])
    k, rest = 2.0 * omega[..., :1] ** 2 - 1.0, omega[..., 1:]
    bend = (-2.0 / k)[..., None] * rest[..., :, None] * rest[..., None, :]
    bend += np.eye(rest.shape[-1])
    middle = _reflect(v, eta, z)
    return NormCones(
        x, z, middle, np.stack([_mirror(v), v]), np.stack([1.0 / eta, eta]),
        2.0 * omega[..., :1] * rest / k, eta**2 / k, bend / eta[..., None] ** 2,
    )  # fmt: skip


def predict_and_correct(
    state: State,
    newton: Callable[[NormCones, np.ndarray], Callable],
    rate: Callable[..., float] = lambda *rest: 0.0,
) -> State:
    """Return the state after one step of Mehrotra's predictor and corrector.

    The state is a named tuple of the points x and z in norm cones, the slacks s, their
    multipliers q (all positive) and whatever else moves. `newton` takes the scaling and
    q / s, and returns the solver of its system: from targets of q and z to the changes
    of w, of s and of the rest. No step is longer than 0.99 / ``rate(*rest)``.
    """
    x, z, s, q, *_ = state
    cones, theta = scale_cones(x, z), q / s
    solve = newton(cones, theta)

    def step(target_q: np.ndarray, target_z: np.ndarray) -> tuple:
        dw, ds, *rest = solve(target_q, target_z)
        dq = target_q - q - theta * ds
        pair = cones.changes(dw, target_z)
        scaled = cones.scaled(pair)
        fastest = max(np.max(-ds / s, initial=1e-300), np.max(-dq / q, initial=1e-300))
        longest = min(1.0 / max(fastest, rate(*rest)), cones.longest(scaled))
        return (*pair, ds, dq, *rest), scaled, longest

    # Predictor: all products to zero. Corrector: to sigma times their mean, without
    # the products of changes that the predictor left over.
    (_, _, ds, dq, *_), scaled, longest = step(np.zeros_like(q), np.zeros_like(z))
    sigma = (1.0 - min(1.0, longest)) ** 3
    mu = sigma * (np.vdot(s, q) + np.vdot(x, z)) / (s.size + x[..., 0].size)
    changes, _, longest = step((mu - ds * dq) / s, cones.corrected(scaled, mu))
    length = min(1.0, 0.99 * longest)
    pairs = zip(state, changes, strict=True)
    return type(state)(*(old + length * change for old, change in pairs))


def _dot(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.vecdot(x, y)[..., None]


def _mirror(x: np.ndarray) -> np.ndarray:
    """Return J x."""
    x = -x
    x[..., 0] *= -1.0
    return x


def _reflect(v: np.ndarray, eta: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return η (2 v v' - J) x."""
    return eta * (2.0 * _dot(v, x) * v - _mirror(x))


def _lorentz(x: np.ndarray) -> np.ndarray:
    """Return x' J x (..., 1), positive inside the cone."""
    return x[..., :1] ** 2 - _dot(x[..., 1:], x[..., 1:])


def _product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the cone's product (x'y, x_0 y_1 + y_0 x_1)."""
    out = x[..., :1] * y + y[..., :1] * x
    out[..., :1] = _dot(x, y)
    return out


def _divide(x: np.ndarray, product: np.ndarray) -> np.ndarray:
    """Return the y whose cone product with x is given."""
    first = _dot(_mirror(x), product) / _lorentz(x)
    out = (product - first * x) / x[..., :1]
    out[..., :1] = first
    return out
