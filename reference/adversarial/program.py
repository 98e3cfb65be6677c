r"""The robust convex program of a two-layer ReLU network: value, slacks, lower bound.

With :math:`\|u\|_\varepsilon = \sum_j \varepsilon_j |u_j|`, blocks u_i and v_i for each
pattern, slopes :math:`g_k = \sum_i d_{ik} (u_i - v_i)` and outputs
:math:`f_k = x_k^\top g_k`, it is

.. math::

    \min_{u, v} \; \sum_k L\big(f_k, \|g_k\|_\varepsilon\big)
    + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big)
    \;\; \text{s.t.} \; (2 D_i - I) X z \ge \|z\|_\varepsilon, \; z \in \{u_i, v_i\} .

Absolute values get bounds of their own: a those of the blocks, c those of the slopes,
and e bounds the hinge. Then all constraints but the norms are slacks s >= 0 that are
affine in (w, a, c, e).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from reference.admm import checked_targets, dual_value, worst_losses
from reference.adversarial.attacks import checked_radii
from reference.common import as_masks, as_matrix, as_real

__all__ = ["RobustProgram", "robust_program"]

SIGNS = np.array([1.0, -1.0])[:, None, None]  # of u_i and of v_i in the outputs


@dataclass(frozen=True, eq=False)
class RobustProgram:
    """The program and its parts; w holds all blocks (2, P, d), of u_i and of v_i."""

    X: np.ndarray
    y: np.ndarray
    D: np.ndarray  # masks (P, n)
    reg: float
    loss: str
    moving: np.ndarray  # the k columns with a radius
    box: np.ndarray  # their radii
    rows: np.ndarray  # the m samples that cut the cones
    side: np.ndarray  # 2 D - 1 there
    radii: np.ndarray  # weights of the K slopes: the squared loss has one more, f - y
    beta: np.ndarray  # dz/df, as far as f is not among the slopes

    def outputs(self, w: np.ndarray, at: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """Return f (n,) and the slopes (n, K); with at=0 their changes along w."""
        g = self.D.T @ (w[0] - w[1])
        f, slopes = (self.X * g).sum(axis=1), g[:, self.moving]
        if self.loss == "squared":
            slopes = np.concatenate([slopes, (f - at * self.y)[:, None]], axis=1)
        return f, slopes

    def pull_back(self, to_f: np.ndarray, to_slopes: np.ndarray) -> np.ndarray:
        """Return the gradient in g (n, d) of whatever has these in f and slopes."""
        if self.loss == "squared":
            to_f, to_slopes = to_f + to_slopes[:, -1], to_slopes[:, :-1]
        gradient = to_f[:, None] * self.X
        gradient[:, self.moving] += to_slopes
        return gradient

    def argument(self, f: np.ndarray, c: np.ndarray, at: float = 1.0) -> np.ndarray:
        """Return z: the loss is z²/2, max(z, 0) or log(1 + exp(z)) (eq:adv-z)."""
        z = c @ self.radii + self.beta * f
        return z + at if self.loss == "hinge" else z

    def slacks(
        self,
        w: np.ndarray,
        a: np.ndarray,
        c: np.ndarray,
        e: np.ndarray,
        at: float = 1.0,
    ) -> np.ndarray:
        """Return all slacks in one vector; with at=0 their changes."""
        f, slopes = self.outputs(w, at)
        moved = w[..., self.moving]
        parts = [self.side * (w @ self.rows.T) - (a @ self.box)[..., None]]
        parts += [a - moved, a + moved, c - slopes, c + slopes]
        if self.loss == "hinge":
            parts += [e, e - self.argument(f, c, at)]
        return np.concatenate([part.ravel() for part in parts])

    def split(self, s: np.ndarray) -> list[np.ndarray]:
        """Return views of a vector of slacks, or of their multipliers.

        Cones (2, P, m), a ∓ w (2, 2, P, k), c ∓ slopes (2, n, K), the hinge (2, n).
        """
        P, n, hinge = len(self.D), len(self.X), self.loss == "hinge"
        m, k, K = len(self.rows), len(self.box), len(self.radii)
        shapes = (2, P, m), (2, 2, P, k), (2, n, K), (2, n * hinge)
        parts = np.split(s, np.cumsum([math.prod(shape) for shape in shapes[:-1]]))
        pairs = zip(parts, shapes, strict=True)
        return [part.reshape(shape) for part, shape in pairs]

    def slope(
        self, z: np.ndarray, p: np.ndarray, theta: np.ndarray, target: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return p_0 and κ: a Newton step takes the slope p of the loss to p_0 + κ Δz.

        The hinge's comes from its two slacks, of weights theta (2, n).
        """
        if self.loss == "squared":
            return z, np.ones(len(z))
        if self.loss == "logistic":  # Newton on z = log p - log(1 - p)
            curve = p * (1.0 - p)
            return p + curve * (z - logit(p)), curve
        total = theta[0] + theta[1]  # (eq:adv-kink)
        start = (theta[0] * target[1] + theta[1] * (1.0 - target[0])) / total
        return start, theta[0] * theta[1] / total

    def primal(self, w: np.ndarray) -> float:
        """Return the robust objective."""
        f, slopes = self.outputs(w)
        t = np.abs(slopes[:, : len(self.box)]) @ self.box
        value = worst_losses(f, self.y, self.loss, reach=t).sum()
        return float(value + self.reg * np.linalg.norm(w, axis=-1).sum())

    def dual(self, p: np.ndarray, q: np.ndarray) -> tuple[float, np.ndarray]:
        """Return a lower bound on the optimum and the dual norms of the blocks.

        Any p (in [0, 1] but for the squared loss) and any multipliers q > 0 will do.
        """
        rho, block, sample, _ = self.split(q)
        sigma = (sample[0] - sample[1]) / (sample[0] + sample[1])
        tau = (block[0] - block[1]) / (block[0] + block[1])
        pull = self.pull_back(p * self.beta, p[:, None] * self.radii * sigma)
        blocks = SIGNS * (self.D @ pull) - (self.side * rho) @ self.rows
        blocks[..., self.moving] += rho.sum(axis=-1)[..., None] * self.box * tau
        norms = np.linalg.norm(blocks, axis=-1)
        scale = min(1.0, self.reg / max(norms.max(), 1e-300))  # (eq:adv-gap)
        if self.loss == "squared":
            linear, square = -(p * sigma[:, -1]) @ self.y, p @ p
            scale = min(scale, max(linear, 0.0) / square)
            return float(scale * linear - 0.5 * scale**2 * square), scale * norms
        p = scale * np.clip(p, 0.0, 1.0)  # the hinge's may be off by rounding
        return dual_value(self.y * p, self.y, self.loss), scale * norms


def robust_program(
    X: np.ndarray,
    y: np.ndarray,
    masks: np.ndarray,
    reg: float,
    epsilon: float | np.ndarray,
    *,
    loss: str = "squared",
) -> RobustProgram:
    r"""Return the robust program of these data, patterns and boxes.

    .. math::

        \min_{u, v} \; \sum_k L\big(f_k, \|g_k\|_\varepsilon\big)
        + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big)
        \quad \text{in the robust cones.}

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1; real targets for the squared loss.
    masks : ndarray of bool, shape (P, n)
    reg : float
        λ > 0, for a sum of losses.
    epsilon : float or array_like, shape (d,)
    loss : {"squared", "hinge", "logistic"}

    Returns
    -------
    RobustProgram

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:adv-program), (eq:adv-z) and (eq:adv-gap). The squared loss is
    ``(|f - y| + t)²/2``: its residual is one more slope, of radius 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import robust_program
    >>> program = robust_program([[2.0]], [3.0], np.array([[True]]), 0.1, 0.5)
    >>> program.primal(np.array([[[1.0]], [[0.0]]]))  # (|2 - 3| + 0.5)²/2 + 0.1
    1.225
    """
    X = as_matrix(X)
    y = checked_targets(y, loss, size=len(X))
    radius = checked_radii(epsilon, X)
    masks = as_masks(masks, columns=len(X))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    moving = np.flatnonzero(radius)
    live = X.any(axis=1) | bool(len(moving))  # else a zero row cuts nothing
    box, side = radius[moving], 2.0 * masks[:, live] - 1.0
    radii, beta = (box, -y) if loss != "squared" else (np.append(box, 1.0), 0.0 * y)
    D = masks.astype(float)
    return RobustProgram(X, y, D, reg, loss, moving, box, X[live], side, radii, beta)
