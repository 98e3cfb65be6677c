r"""A block interior point for the convex program of a two-layer ReLU network.

With the activation patterns D_1, ..., D_P of the data X and signs
:math:`\xi_b = \pm 1`, one block b per pattern and sign, the program is

.. math::

    \min_{w_b, t_b} \; \tfrac12 \Big\| \sum_b \xi_b D_b X w_b - y \Big\|_2^2
    + \lambda \sum_b t_b
    \quad \text{s.t.} \quad \|w_b\|_2 \le t_b, \quad (2 D_b - I) X w_b \ge 0 .

Its 2 P n linear inequalities and 2 P norm cones make a dense solver hopeless, but
they live inside blocks of d variables, and the blocks meet only in the n fitted values:
d x d factors and one n x n factor are all the linear algebra there is.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from reference.common import (
    NotConverged,
    as_integer,
    as_masks,
    as_matrix,
    as_real,
    as_vector,
)
from reference.convex_relu.certificate import scaled_residual_gap, unit_rows

__all__ = [
    "ConeSolution",
    "Progress",
    "cone_interior_point",
]


@dataclass(frozen=True, eq=False)
class Progress:
    """What a solver tells its callback; weights are (signs, P, d)."""

    iteration: int
    objective: float
    gap: float
    cone_slack: float
    weights: np.ndarray


@dataclass(frozen=True, eq=False)
class ConeSolution:
    """Weights (signs, P, d), multipliers (..., non-zero rows at length 1), proof."""

    weights: np.ndarray
    multipliers: np.ndarray
    objective: float
    gap: float
    iterations: int


def cone_interior_point(
    X, y, masks, reg, *, gated=False, tol=1e-8, max_iter=150, callback=None
) -> ConeSolution:
    r"""Return the optimal blocks of the convex ReLU program, with a certificate.

    .. math::

        \min \; \tfrac12 \Big\| \sum_b \xi_b D_b X w_b - y \Big\|_2^2
        + \lambda \sum_b \|w_b\|_2
        \quad \text{s.t.} \quad (2 D_b - I) X w_b \ge 0 .

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Not all zero.
    masks : ndarray of bool, shape (P, n)
    reg : float
        λ > 0, for a loss that is a sum; multiply by n for a mean.
    gated : bool
        Without the cones, and with one sign: the blocks of a gated network.
    tol : float
        Stop at a duality gap of at most ``tol * ||y||² / 2``.
    max_iter : int
    callback : callable, optional
        Called with each `Progress`.

    Returns
    -------
    ConeSolution

    Raises
    ------
    NotConverged
        No certificate within `max_iter` systems: `tol` or `reg` is near rounding
        error, or a cone has no interior.

    Notes
    -----
    Implements (eq:convex-newton) to (eq:convex-woodbury): Mehrotra's
    predictor–corrector with Nesterov–Todd scaling. A system costs
    O(n² P d + P n d² + n³) and memory O(P n + P d² + n²).

    References
    ----------
    Nesterov and Todd (1997); Mehrotra (1992).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import cone_interior_point
    >>> X, masks = np.array([[1.0], [-1.0]]), np.array([[True, False], [False, True]])
    >>> solution = cone_interior_point(X, [2.0, -3.0], masks, 0.5)
    >>> solution.weights[..., 0].round(6) + 0.0  # u for (x)_+, -(-x)_+: shrunk by λ
    array([[ 1.5,  0. ],
           [ 0. , -2.5]])
    """
    X = as_matrix(X)
    n, d = X.shape
    y = as_vector(y, size=n)
    masks = as_masks(masks, columns=n)
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    tol = as_real(tol, "tol", low=0.0, open_low=True)
    max_iter = as_integer(max_iter, "max_iter", low=1)
    scale = 0.5 * float(y @ y)
    if scale == 0.0:
        raise ValueError("y must not be all zero: the optimum is then zero, gap zero")
    xi, P = np.array([1.0] if gated else [1.0, -1.0])[:, None, None], len(masks)
    rows, live = (X[:0], np.zeros(n, dtype=bool)) if gated else unit_rows(X)
    side = np.where(masks[:, live], 1.0, -1.0)
    D = masks.astype(float)
    upper = np.triu_indices(d)
    products = rows[:, upper[0]] * rows[:, upper[1]]
    place = np.zeros((d, d), dtype=int)  # symmetric d x d from its upper triangle
    place[upper] = place.T[upper] = np.arange(len(upper[0]))
    J = np.append(1.0, -np.ones(d))

    def fit(w):  # never form [D_1 X, D_2 X, ...]
        return np.einsum("pn,pn->n", D, (xi * w).sum(0) @ X.T)

    def adjoint(v):
        return xi * ((D * v) @ X)

    def certify(w):
        r = y - fit(w)
        norms = np.linalg.norm(adjoint(r) + (side * rho) @ rows, axis=-1)
        penalty = np.linalg.norm(w, axis=-1).sum()
        gap = scaled_residual_gap(y, r, penalty, reg, norms.max())
        value = 0.5 * float(r @ r) + reg * penalty
        return norms, ConeSolution(w, rho, value, gap, iteration)

    def advance(x, z, s, rho):
        """Return the next iterate: one predictor and one corrector step."""
        b, v, u = _nesterov_todd(x, z, J)
        pull, delta = adjoint(y - fit(x[..., 1:])), side * (x[..., 1:] @ rows.T) - s
        delta = np.minimum(delta, delta / 0.9)  # aim beyond: a step of 0.9 enters
        # Eliminating t (its multiplier is always λ) by hand keeps the digits that the
        # large entries of W⁻² would cancel.
        k = 2.0 * u[..., :1] ** 2 - 1.0
        u, g = u[..., 1:], 2.0 * u[..., :1] * u[..., 1:] / k
        N = np.eye(d) - (2.0 / k)[..., None] * u[..., :, None] * u[..., None, :]
        N /= b[..., None] ** 2
        H = N + ((rho / s) @ products)[..., place]  # (eq:convex-block-hessian)
        ridge = 1e-14 * np.abs(H).max(axis=(-2, -1), keepdims=True)
        half = np.linalg.inv(np.linalg.cholesky(H + ridge * np.eye(d)))
        gram = cho_factor(_woodbury_gram(X, D, half))

        def solve(right):  # (eq:convex-woodbury)
            dw = _apply(half, right)
            return dw - _apply(half, adjoint(cho_solve(gram, fit(dw))))

        def newton(f, h):  # (eq:convex-eliminate), (eq:convex-newton)
            # Δs = S Δw + δ, Δρ = f - ρ/s Δs, Δ(λ, z) = h - W⁻² Δ(t, w)
            h0, h1 = h[..., :1], h[..., 1:]
            right = pull + z[..., 1:] + h1 - g * h0
            right += (side * (rho + f - rho / s * delta)) @ rows
            dw = solve(right)
            rest = right - adjoint(fit(dw)) - (H @ dw[..., None])[..., 0]
            dw = dw + solve(rest)  # one refinement: Woodbury cancels where H is tiny
            ds = side * (dw @ rows.T) + delta
            dt = h0 * b**2 / k - (g * dw).sum(-1, keepdims=True)
            dz = h1 - g * h0 - (N @ dw[..., None])[..., 0]
            dx = np.concatenate([dt, dw], axis=-1)
            dz = np.concatenate([np.zeros_like(dt), dz], axis=-1)
            return dx, dz, ds, f - rho / s * ds

        def longest(dx, dz, ds, drho):
            # Norm cones after scaling, where W⁻¹ x = W z is far from the boundary.
            scaled = np.stack([_scale(b, v, J, dx, -1), _scale(b, v, J, dz, 1)])
            lines = min(_step_to_zero(s, ds), _step_to_zero(rho, drho))
            return min(lines, _step_to_cone(np.stack([middle, middle]), scaled)), scaled

        # Predictor: aim at complementarity zero. Corrector: aim at sigma times its
        # mean, and cancel the products of changes that the predictor left out.
        middle = _scale(b, v, J, z, 1)
        dx, dz, ds, drho = newton(-rho, -z)
        length, scaled = longest(dx, dz, ds, drho)
        sigma = (1.0 - min(1.0, length)) ** 3
        mu = sigma * ((s * rho).sum() + (x * z).sum()) / (s.size + x[..., 0].size)
        second = _arrow_solve(middle, _arrow(*scaled))
        target = mu * J * x / _lorentz(x)[..., None]
        h = target - z - _scale(b, v, J, second, -1)
        step = newton((mu - ds * drho) / s - rho, h)
        length = min(1.0, 0.99 * longest(*step)[0])
        pairs = zip((x, z, s, rho), step, strict=True)
        return [old + length * change for old, change in pairs]

    # s: cone slacks, rho: their multipliers; x = (t, w) and z = (λ, z_1): norm cones.
    size = scale / (len(xi) * P * reg)
    x, z = np.zeros((2, len(xi), P, d + 1))
    x[..., 0], z[..., 0] = size, reg
    s = np.full((len(xi), P, len(rows)), size)
    rho = np.full_like(s, reg)
    best, last = None, np.inf
    for iteration in range(1, max_iter + 1):
        w = x[..., 1:]
        slack = side * (w @ rows.T)
        worst = slack.min(initial=np.inf)
        norms, now = certify(w)
        if callback is not None:
            callback(Progress(iteration, now.objective, now.gap, worst, w.copy()))
        if worst >= 0 and now.gap <= tol * scale:
            best = min(best or now, now, key=lambda end: end.gap)
        # A block is zero at the optimum if its dual norm stays below λ: leave such
        # blocks out, and stop as soon as the rest has a certificate.
        sizes = np.linalg.norm(w, axis=-1)
        unit = max(sizes.max(), 1e-6 * scale / reg)
        active = sizes > (1.0 - norms / reg) * unit
        clean = certify(np.where(active[..., None], w, 0.0))[1]
        if slack[active].min(initial=np.inf) >= 0 and clean.gap <= tol * scale:
            best = clean
        # Stop, too, where rounding stops the progress or a cleaner end is not in sight.
        if best is not None and (
            best is clean or now.gap <= 1e-3 * tol * scale or now.gap > 0.5 * last
        ):
            break
        last = now.gap
        try:
            x, z, s, rho = advance(x, z, s, rho)
        except LinAlgError:  # rounding has the last word
            break
    if best is not None:
        return best
    raise NotConverged(
        f"interior point stopped after {iteration} systems with gap {now.gap:.2e} "
        f"(wanted {tol * scale:.2e}) and cone slack {worst:.2e}; tol or reg is near "
        "rounding error, or a pattern's cone has no interior",
        now,
    )


def _woodbury_gram(X, D, half):
    """Return I + Z H⁻¹ Z' (n, n); the two signs share D_i X, one QR merges them."""
    P, n = D.shape
    gram = np.eye(n)
    stacked = np.concatenate(list(half), axis=1)  # (P, signs * d, d): H⁻¹ = half' half
    root = np.linalg.qr(stacked, mode="r").swapaxes(-1, -2)
    for part in np.array_split(np.arange(P), 1 + n * P * X.shape[1] // 4_000_000):
        Y = ((X @ root[part]) * D[part, :, None]).transpose(1, 0, 2).reshape(n, -1)
        gram += Y @ Y.T
    return gram


def _apply(half, right):
    return (half.swapaxes(-1, -2) @ (half @ right[..., None]))[..., 0]


def _step_to_zero(s, ds):
    rate = (-ds / s).max(initial=0.0)
    return 1.0 / rate if rate > 0 else np.inf


# The algebra of norm cones {(t, w) : |w| <= t}, for arrays (..., d + 1).
def _lorentz(x):
    return x[..., 0] ** 2 - (x[..., 1:] ** 2).sum(-1)


def _step_to_cone(x, dx):
    """Return the largest step along dx that stays in every norm cone."""
    a, c = _lorentz(dx), _lorentz(x)
    b = x[..., 0] * dx[..., 0] - (x[..., 1:] * dx[..., 1:]).sum(-1)
    bend = b * b - a * c
    leaves = (bend >= 0) & ((b < 0) | (a < 0))
    down = np.sqrt(np.maximum(bend, 0.0)) - b
    return (c[leaves] / down[leaves]).min(initial=np.inf)


def _arrow(x, y):
    """Return the cone's product (x'y, x_0 y_1 + y_0 x_1)."""
    first = (x * y).sum(-1, keepdims=True)
    return np.concatenate(
        [first, x[..., :1] * y[..., 1:] + y[..., :1] * x[..., 1:]], -1
    )


def _arrow_solve(x, u):
    """Return the y whose cone product with x is u."""
    first = x[..., 0] * u[..., 0] - (x[..., 1:] * u[..., 1:]).sum(-1)
    first = (first / _lorentz(x))[..., None]
    return np.concatenate([first, (u[..., 1:] - first * x[..., 1:]) / x[..., :1]], -1)


def _nesterov_todd(x, z, J):
    """Return b, v, u: W = b (2 v v' - J), W⁻¹ x = W z, W⁻² = (2 u u' - J) / b²."""
    rx, rz = _lorentz(x)[..., None], _lorentz(z)[..., None]
    if not min(rx.min(), rz.min()) > 0:
        raise LinAlgError("a norm cone is left by rounding")
    rx, rz = np.sqrt(rx), np.sqrt(rz)
    x, z = x / rx, z / rz
    middle = (x + J * z) / np.sqrt(2.0 + 2.0 * (x * z).sum(-1, keepdims=True))
    v = middle + np.append(1.0, np.zeros(len(J) - 1))
    v = v / np.sqrt(2.0 * v[..., :1])
    return np.sqrt(rx / rz), v, J * middle


def _scale(b, v, J, a, power):
    """Return W a (power 1) or W⁻¹ a (power -1)."""
    v, b = (v, b) if power == 1 else (J * v, 1.0 / b)
    return b * (2.0 * v * (v * a).sum(-1, keepdims=True) - J * a)
