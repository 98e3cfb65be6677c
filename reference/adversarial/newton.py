r"""The Newton system of the robust program: what is local leaves, the rest is solved.

Each slack has a weight θ = q/s, multiplier by slack. The bounds a and c meet their own
block or sample only, where their Hessian is a diagonal plus a rank one: they leave in
closed form. So does e. There remains

.. math::

    \begin{pmatrix} H_v + C & -C \\ -C & H_w + C \end{pmatrix}
    \begin{pmatrix} \Delta v \\ \Delta w \end{pmatrix} = \text{right side}

with one d x d matrix per block, and the coupling C of the samples.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reference.adversarial.elimination import eliminate_bounds, factor_pairs
from reference.adversarial.program import SIGNS, RobustProgram
from reference.convex_relu import NormCones

__all__ = ["robust_newton"]

Solver = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, ...]]


def robust_newton(
    program: RobustProgram,
    z: np.ndarray,
    p: np.ndarray,
    theta: np.ndarray,
    cones: NormCones,
) -> Solver:
    r"""Return the solver of the Newton system for any targets of the multipliers.

    .. math::

        q + \Delta q = \hat q - \theta \Delta s, \qquad
        \zeta + \Delta \zeta = \hat \zeta - W^{-2} \Delta x, \qquad
        p + \Delta p = p_0 + \kappa \Delta z

    in the optimality conditions of the program after the step.

    Parameters
    ----------
    program : RobustProgram
    z : ndarray, shape (n,)
        Arguments of the loss.
    p : ndarray, shape (n,)
        Its slopes.
    theta : ndarray
        Weights of the slacks, in their order.
    cones : NormCones
        Points (t, w) and their multipliers (λ, ζ).

    Returns
    -------
    solve : callable
        Takes the targets of q and of the cones' multipliers; returns the changes of
        w, a, c, e and p.

    Raises
    ------
    LinAlgError
        If rounding makes a matrix indefinite.

    Notes
    -----
    Implements (eq:adv-newton) and (eq:adv-pairs); O(n P² d² + P³ d³), and
    O(P² d² + n P d) for each target.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import scale_cones
    >>> from reference.adversarial import robust_newton
    >>> from reference.adversarial import robust_program
    >>> program = robust_program([[1.0]], [3.0], np.array([[True]]), 1.0, 0.0)
    >>> x = np.array([[[2.0, 1.0]], [[2.0, 1.0]]])  # v = w = 1, within t = 2
    >>> z = np.array([[[1.0, -0.5]], [[1.0, -0.5]]])
    >>> s = program.slacks(x[..., 1:], np.zeros((2, 1, 0)), np.array([[4.0]]), [])
    >>> q = 1.0 / s
    >>> cones = scale_cones(x, z)
    >>> solve = robust_newton(program, np.array([4.0]), np.array([4.0]), q / s, cones)
    >>> dw, da, dc, de, dp = solve(1.0 / s, 0.0 * z)  # aims at all products one
    >>> bool(dw[0] > dw[1]), bool(dp == dc[:, 0])  # towards y = 3, and p = z = c
    (True, True)
    """
    D, moving, box, radii = program.D, program.moving, program.box, program.radii
    side, rows, beta = program.side, program.rows, program.beta
    of_cones, of_w, of_slopes, of_kink = program.split(theta)
    curve = program.slope(z, p, of_kink, of_kink)[1]
    blocks = _edges(of_w, of_cones.sum(axis=-1), box)
    samples = _edges(of_slopes, curve, radii)
    pull = (side * of_cones) @ rows
    pairs = factor_pairs(
        _block_hessians(program, of_cones, pull, blocks) + cones.curvature,
        _coupling(program, samples, curve),
    )

    def solve(target_q: np.ndarray, target_z: np.ndarray) -> tuple[np.ndarray, ...]:
        rho, block, sample, kink = program.split(target_q)
        slope = program.slope(z, p, of_kink, kink)[0]
        # Gradients in c and a, and what their elimination hands on.
        to_c = slope[:, None] * radii - sample[0] - sample[1]
        to_a = rho.sum(axis=-1)[..., None] * box - block[0] - block[1]
        c_alone, a_alone = samples.solve(to_c), blocks.solve(to_a)
        to_g = program.pull_back(
            (slope - curve * (c_alone @ radii)) * beta,
            sample[0] - sample[1] + samples.across * c_alone,
        )
        to_w = SIGNS * (D @ to_g) - (side * rho) @ rows
        to_w += pull * (a_alone @ box)[..., None]
        to_w[..., moving] += block[0] - block[1] + blocks.across * a_alone
        to_w -= cones.pull(target_z)
        dw = pairs(to_w)
        # Backwards: c, a and e from the change of w.
        df, dslopes = program.outputs(dw, at=0.0)
        seen = samples.across * dslopes - (curve * beta * df)[:, None] * radii
        dc = samples.solve(seen - to_c)
        seen = blocks.across * dw[..., moving] + (pull * dw).sum(-1)[..., None] * box
        da = blocks.solve(seen - to_a)
        dz = program.argument(df, dc, at=0.0)
        to_e = kink.sum(axis=0) - 1.0 + of_kink[1] * dz[: kink.shape[1]]
        de = to_e / of_kink.sum(axis=0)
        return dw, da, dc, de, slope - p + curve * dz

    return solve


@dataclass(frozen=True, eq=False)
class _Edges:
    """Bounds b of |u|, with weights on b - u, b + u and on a sum with ε'b in it."""

    solve: Callable[[np.ndarray], np.ndarray]
    share: np.ndarray  # of the sum's weight that is left without b
    across: np.ndarray  # B: minus the second derivative in b and u
    tilt: np.ndarray  # ε B / A: what ε'b becomes in u
    bend: np.ndarray  # A - B²/A: the diagonal left in u


def _edges(theta: np.ndarray, weight: np.ndarray, radii: np.ndarray) -> _Edges:
    """Eliminate b, given the weights (2, ...) of b - u and b + u."""
    A, B = theta[0] + theta[1], theta[0] - theta[1]
    solve, share = eliminate_bounds(A, weight, radii)
    return _Edges(solve, share, B, radii * B / A, 4.0 * theta[0] * theta[1] / A)


def _block_hessians(
    program: RobustProgram, theta: np.ndarray, pull: np.ndarray, blocks: _Edges
) -> np.ndarray:
    """Return what the rows of the cones, without a, leave in each block (2, P, d, d).

    The rows minus their mean, and the mean alone, which a's elimination softens: a sum
    of semidefinite terms, where differences would cancel.
    """
    total = theta.sum(axis=-1)[..., None]
    mean = pull / total
    apart = program.side[..., None] * program.rows - mean[..., None, :]
    H = (theta[..., None] * apart).swapaxes(-1, -2) @ apart
    mean[..., program.moving] -= blocks.tilt
    soft = total * blocks.share[..., None] * mean
    H += soft[..., :, None] * mean[..., None, :]
    H[..., program.moving, program.moving] += blocks.bend
    return H


def _coupling(program: RobustProgram, samples: _Edges, curve: np.ndarray) -> np.ndarray:
    """Return what the samples, without c, leave in the differences u - v: C."""
    D, X, moving = program.D, program.X, program.moving
    Z = program.pull_back(program.beta, samples.tilt)  # (eq:adv-newton)
    coupling = _weighted_gram(D, Z, curve * samples.share)
    if program.loss == "squared":
        coupling += _weighted_gram(D, X, samples.bend[:, -1])
    blocks = coupling.reshape(len(D), X.shape[1], len(D), X.shape[1])
    bend = samples.bend[:, : len(moving)].T[:, None, :]
    blocks[:, moving, :, moving] += (D * bend) @ D.T
    return coupling


def _weighted_gram(D: np.ndarray, Z: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return sum_k weight_k (m_k ⊗ z_k)(m_k ⊗ z_k)', (P d, P d), m_k a column of D."""
    Y = (D.T[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)
    return Y.T @ (weight[:, None] * Y)
