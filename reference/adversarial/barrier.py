r"""An interior point for the robust convex program of a two-layer ReLU network.

With :math:`\|v\|_\varepsilon = \sum_j \varepsilon_j |v_j|`, blocks v_i and w_i for each
pattern, outputs :math:`f_k = \sum_i d_{ik} x_k^\top (v_i - w_i)` and slopes
:math:`g_k = \sum_i d_{ik} (v_i - w_i)`, the program is

.. math::

    \min_{v, w} \; \sum_k L\big(f_k, \|g_k\|_\varepsilon\big)
    + \lambda \sum_i \big( \|v_i\|_2 + \|w_i\|_2 \big)
    \;\; \text{s.t.} \; (2 D_i - I) X u \ge \|u\|_\varepsilon, \; u \in \{v_i, w_i\} .

Absolute values are bounded by variables of their own behind logarithmic barriers. In
them the Hessian is diagonal plus rank one, so they leave in closed form. What remains
is one d x d matrix per block and one that couples the differences v_i - w_i.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError
from scipy.special import entr, expit

from reference.admm import checked_targets
from reference.adversarial.attacks import checked_radii, worst_deviation
from reference.adversarial.elimination import eliminate_bounds, solve_pairs
from reference.common import NotConverged, as_integer, as_masks, as_matrix, as_real

__all__ = ["RobustSolution", "robust_barrier"]


@dataclass(frozen=True, eq=False)
class RobustSolution:
    """Blocks (2, P, d) in their robust cones, at most `gap` above the optimum."""

    weights: np.ndarray
    objective: float
    gap: float
    newton_steps: int


def robust_barrier(
    X, y, masks, gates, reg, epsilon, *, loss="squared", tol=1e-6, max_iter=200
) -> RobustSolution:
    r"""Return the optimal blocks of the robust program, with a duality gap.

    .. math::

        \min_{v, w} \; \sum_k L\big(f_k, \|g_k\|_\varepsilon\big)
        + \lambda \sum_i \big( \|v_i\|_2 + \|w_i\|_2 \big)
        \quad \text{in the robust cones.}

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1; real targets for the squared loss.
    masks : ndarray of bool, shape (P, n)
    gates : array_like, shape (P, d)
        One point strictly inside every robust cone (`robust_patterns` finds them).
    reg : float
        λ > 0, for a sum of losses.
    epsilon : float or array_like, shape (d,)
    loss : {"squared", "hinge", "logistic"}
    tol : float
        Stop at a gap of at most ``tol`` times the loss of the zero network.
    max_iter : int
        At most this many Newton steps.

    Returns
    -------
    RobustSolution

    Raises
    ------
    ValueError
        For bad input, or a gate outside its robust cone.
    NotConverged
        If `tol` is not reached: it may be near rounding error.

    Notes
    -----
    Implements (eq:adv-newton) and (eq:adv-gap). The multipliers of the barrier are a
    dual point at every step, so the gap is proved, not estimated. A step costs
    O(n P² d² + P³ d³): meant for P d up to about two thousand.

    References
    ----------
    Boyd and Vandenberghe (2004), sections 9.6 and 11.3.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import robust_barrier
    >>> X, masks = [[2.0], [-2.0]], np.array([[True, False], [False, True]])
    >>> found = robust_barrier(X, [3.0, -3.0], masks, [[1.0], [-1.0]], 0.1, 0.5)
    >>> found.weights.round(3)[..., 0] + 0.0
    array([[ 1.5,  0. ],
           [ 0. , -1.5]])
    """
    X = as_matrix(X)
    n, d = X.shape
    y = checked_targets(y, loss, size=n)
    epsilon = checked_radii(epsilon, X)
    masks = as_masks(masks, columns=n)
    gates = as_matrix(gates, "gates", rows=len(masks), columns=d)
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    tol = as_real(tol, "tol", low=0.0, open_low=True)
    max_iter = as_integer(max_iter, "max_iter", low=1)
    zero_loss = float(worst_deviation(np.zeros(n), 0.0, y, loss).sum())
    P, D, squared = len(masks), masks.astype(float), loss == "squared"
    moving = np.flatnonzero(epsilon)
    E = epsilon[moving]  # the squared loss has one slope more, the residual:
    Ec = np.append(E, 1.0) if squared else E
    in_f = np.zeros(n) if squared else -y  # d z / d f
    live = X.any(axis=1) | bool(len(E))  # a zero row cuts nothing if nothing moves
    rows, side = X[live], 2 * D[:, live] - 1
    diagonal, signs = np.arange(d), np.array([1.0, -1.0])[:, None, None]

    def outputs(w):
        u = w[0] - w[1]
        f, g = np.einsum("pn,pn->n", D, u @ X.T), D.T @ u[:, moving]
        return f, np.column_stack([g, f - y]) if squared else g

    def pull_back(from_f, from_g):
        """Return the gradient in u of anything with these derivatives in f and g."""
        if squared:
            from_f, from_g = from_f + from_g[:, -1], from_g[:, :-1]
        T = from_f[:, None] * X
        T[:, moving] += from_g
        return T

    def outer(f, c, mu):
        """Return h(z), h', h'' with h(z) = the loss, smoothed where it has a kink."""
        z = c @ Ec - (0.0 if squared else y * f)
        if squared:
            return 0.5 * z * z, z, np.ones(n)
        if loss == "logistic":
            return np.logaddexp(0.0, z), expit(z), expit(z) * expit(-z)
        # hinge: min e - mu log e - mu log(e - 1 - z), by the quadratic formula
        large = 0.5 * (np.abs(z + 1.0) + np.hypot(z + 1.0, 2 * mu))
        e, rest = np.where(z > -1.0, (large, mu * mu / large), (mu * mu / large, large))
        e, rest = e + mu, rest + mu
        return e - mu * np.log(e * rest), mu / rest, mu / (e * e + rest * rest)

    def cone_slacks(w, a):
        return side * (w @ rows.T) - (a @ E)[..., None]

    def norm_bound(w, mu):  # eliminates t from λ t - mu log(t² - |w|²)
        return mu / reg + np.sqrt((mu / reg) ** 2 + (w * w).sum(-1))

    def barrier(w, a, c, mu):
        (f, g), size = outputs(w), np.abs(w[..., moving])
        parts = [cone_slacks(w, a), a - size, c - np.abs(g)]
        if not all((part > 0).all() for part in parts):
            return np.inf
        logs = sum(np.log(part).sum() for part in [*parts, a + size, c + np.abs(g)])
        t = norm_bound(w, mu)
        value = outer(f, c, mu)[0].sum() - mu * (logs + np.log(t).sum())
        return float(value + reg * t.sum())

    def newton(w, a, c, mu):
        """Return the step and the squared Newton decrement."""
        f, g = outputs(w)
        _, p, curve = outer(f, c, mu)
        slack = cone_slacks(w, a)
        rho = mu / slack
        # Samples: c leaves, (f, g) keep a rank one and a diagonal term.
        to_g, to_c, A, B = _edge(g, c, mu)
        to_c = p[:, None] * Ec - to_c
        solve_c, share_c = eliminate_bounds(A, curve, Ec)
        moved = solve_c(to_c)
        base = pull_back(p * in_f, to_g)
        inner = base + pull_back(-curve * in_f * (moved @ Ec), B * moved)
        Z = pull_back(in_f, Ec * B / A)  # (eq:adv-newton)
        coupling = _weighted_gram(D, Z, curve * share_c)
        if squared:
            coupling += _weighted_gram(D, X, 2 * mu / (c * c + g * g)[:, -1])
        blocks = coupling.reshape(P, d, P, d)
        for j, bend in zip(moving, (2 * mu / (c * c + g * g)).T, strict=False):
            blocks[:, j, :, j] += (D * bend) @ D.T
        # Blocks: a leaves, w keeps a d x d matrix.
        wm, t, theta = w[..., moving], norm_bound(w, mu), rho / slack
        to_w, to_a, A, Ba = _edge(wm, a, mu)
        to_a = rho.sum(-1)[..., None] * E - to_a
        solve_a, share = eliminate_bounds(A, theta.sum(-1), E)
        direct = signs * (D @ base) + reg * w / t[..., None] - (side * rho) @ rows
        direct[..., moving] += to_w
        pull, b = (side * theta) @ rows, np.zeros_like(w)
        b[..., moving] = E * Ba / A
        moved = solve_a(to_a)
        right = direct + signs * (D @ (inner - base)) + pull * (moved @ E)[..., None]
        right[..., moving] += Ba * moved
        # Rows minus their mean, and the mean alone, which a's elimination softens:
        # a sum of semidefinite terms, where differences would cancel.
        total = theta.sum(-1, keepdims=True)
        mean = pull / total
        apart = side[..., None] * rows - mean[..., None, :]
        H = (theta[..., None] * apart).swapaxes(-1, -2) @ apart
        H += _outer(mean - b, total[..., 0] * share)
        H -= _outer(w, reg / (t * t * (t - mu / reg)))
        H[..., moving, moving] += 2 * mu / (a * a + wm * wm)
        H[..., diagonal, diagonal] += (reg / t)[..., None]
        dw = solve_pairs(H, coupling, right)
        df, dg = outputs(dw)
        if squared:
            dg[:, -1] += y  # outputs() subtracts it
        dc = solve_c(B * dg - to_c - (curve * in_f * df)[:, None] * Ec)
        da = solve_a(Ba * dw[..., moving] + (pull * dw).sum(-1)[..., None] * E - to_a)
        decrement = -((direct * dw).sum() + (to_a * da).sum() + (to_c * dc).sum())
        return dw, da, dc, float(decrement)

    def primal(w):
        f, g = outputs(w)
        value = worst_deviation(f, np.abs(g[:, : len(E)]) @ E, y, loss).sum()
        return float(value + reg * np.linalg.norm(w, axis=-1).sum())

    def dual(w, a, c, mu):
        """Return a lower bound on the optimum, from the barrier's multipliers."""
        f, g = outputs(w)
        p = outer(f, c, mu)[1]
        rho = mu / cone_slacks(w, a)
        T = pull_back(p * in_f, p[:, None] * Ec * g / c)  # |g / c| < 1
        blocks = signs * (D @ T) - (side * rho) @ rows
        blocks[..., moving] += rho.sum(-1)[..., None] * E * w[..., moving] / a
        scale = min(1.0, reg / np.linalg.norm(blocks, axis=-1).max())  # (eq:adv-gap)
        if squared:
            linear, square = -(p * (g / c)[:, -1]) @ y, p @ p
            scale = min(scale, max(linear, 0.0) / square)
            return float(scale * linear - 0.5 * scale**2 * square)
        p = scale * p
        return float(p.sum() if loss == "hinge" else (entr(p) + entr(1 - p)).sum())

    if zero_loss == 0.0 or not len(rows):  # nothing to gain, or no output but zero
        return RobustSolution(np.zeros((2, P, d)), zero_loss, 0.0, 0)
    scale = zero_loss / (2 * P * reg) / np.linalg.norm(gates, axis=1)
    w = np.tile(gates * scale[:, None], (2, 1, 1))
    depth = cone_slacks(w, np.abs(w[..., moving])).min(axis=-1, initial=np.inf)
    if not depth.min() > 0:
        raise ValueError(
            f"gates must lie strictly inside their robust cones, gate "
            f"{int(depth[0].argmin())} does not: see robust_patterns"
        )
    a = np.abs(w[..., moving]) + 0.5 * depth[..., None] / (np.ones(len(E)) * E.sum())
    typical = np.sqrt(2 * zero_loss / n) if squared else 1.0
    c = np.abs(outputs(w)[1]) + typical / (max(len(Ec), 1) * Ec)
    terms = 2 * P * (len(rows) + 2 + 2 * len(E)) + 2 * n * (len(Ec) + 1)
    mu = zero_loss / terms
    best = None
    for step in range(1, max_iter + 1):
        try:
            dw, da, dc, decrement = newton(w, a, c, mu)
        except (LinAlgError, ValueError):  # rounding has the last word
            break
        value, length = barrier(w, a, c, mu), 1.0
        while length > 1e-10:
            trial = (w + length * dw, a + length * da, c + length * dc)
            new = barrier(*trial, mu)
            # Close to the centre the full step is safe; rounding would hide descent.
            if new <= value - 0.1 * length * decrement or (
                np.isfinite(new) and decrement < 0.1 * mu
            ):
                break
            length *= 0.5
        else:
            break
        w, a, c = trial
        bound = dual(w, a, c, mu)
        best = _without_dust(w, primal, bound, tol * zero_loss)
        gap = primal(best) - bound
        if gap <= tol * zero_loss:
            return RobustSolution(best, primal(best), max(gap, 0.0), step)
        if decrement < 0.5 * mu and mu * terms > 0.5 * tol * zero_loss:
            mu *= 0.1
    raise NotConverged(
        f"the barrier method stopped after {step} Newton steps short of a gap of "
        f"{tol * zero_loss:.1e}: tol may be near rounding error",
        best,
    )


def _edge(p, b, mu):
    """Derivatives of -mu log(b² - p²): in p, minus that in b, A and minus B."""
    q = (b - np.abs(p)) * (b + np.abs(p))
    A, B = 2 * mu * (b * b + p * p) / q**2, 4 * mu * b * p / q**2
    return 2 * mu * p / q, 2 * mu * b / q, A, B


def _outer(vector, weight):
    return (weight[..., None] * vector)[..., :, None] * vector[..., None, :]


def _weighted_gram(D, Z, weight):
    """Return sum_k weight_k (m_k ⊗ z_k)(m_k ⊗ z_k)', (P d, P d), m_k a column of D."""
    Y = (D.T[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)
    return Y.T @ (weight[:, None] * Y)


def _without_dust(w, primal, bound, allowed):
    """Return the blocks with the small ones at zero, if the gap permits it."""
    sizes = np.linalg.norm(w, axis=-1, keepdims=True)
    for share in (1.0, 1e-2, 1e-3, 1e-4, 1e-5, 0.0):
        clean = np.where(sizes > share * sizes.max(), w, 0.0)
        if primal(clean) - bound <= allowed:
            break
    return clean
