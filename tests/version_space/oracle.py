"""Independent routes for chapter 1: exact verdicts in rational arithmetic."""

from fractions import Fraction

import numpy as np


def holds_a_point(A, b, strict=False):
    """Whether {A z <= b}, or {A z < b}, has a point: Fourier and Motzkin, exactly."""
    rows = [
        ([Fraction(v) for v in a], Fraction(beta), strict)
        for a, beta in zip(np.asarray(A).tolist(), np.asarray(b).tolist(), strict=True)
    ]
    return _feasible(rows)


def _feasible(rows):
    """Rows (a, beta, strict) mean a'z <= beta, or < beta."""
    while rows and rows[0][0]:
        below = [r for r in rows if r[0][-1] < 0]
        above = [r for r in rows if r[0][-1] > 0]
        kept = {(tuple(a[:-1]), beta, s) for a, beta, s in rows if a[-1] == 0}
        for a, beta, s in above:
            for c, gamma, t in below:
                p, q = -c[-1], a[-1]
                row = [p * x + q * y for x, y in zip(a[:-1], c[:-1], strict=True)]
                most = max(map(abs, row), default=0) or 1
                kept.add(
                    (
                        tuple(x / most for x in row),
                        (p * beta + q * gamma) / most,
                        s or t,
                    )
                )
        rows = [(list(a), beta, s) for a, beta, s in kept]
    return all(beta > 0 if s else beta >= 0 for _, beta, s in rows)


def verdict(A, b):
    """Return "empty", "flat" or "room" for {A z <= b}, exactly."""
    if not holds_a_point(A, b):
        return "empty"
    real = np.asarray(A).any(axis=1)
    room = holds_a_point(np.asarray(A)[real], np.asarray(b)[real], strict=True)
    return "room" if room else "flat"


def has_ray(A):
    """Whether A u <= 0 for some u != 0, exactly."""
    A = np.asarray(A, dtype=float)
    d = A.shape[1]
    for sign in (1.0, -1.0):
        for axis in sign * np.eye(d):
            rows = np.vstack([A, -axis])  # u_j >= 1, or u_j <= -1
            if holds_a_point(rows, np.append(np.zeros(len(A)), -1.0)):
                return True
    return False
