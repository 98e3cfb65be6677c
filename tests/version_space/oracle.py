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


def measured(vertices):
    """Area and centroid of a polygon by a fan of triangles."""
    a, b, c = vertices[0], vertices[1:-1], vertices[2:]
    areas = np.abs(np.linalg.det(np.stack([b - a, c - a], axis=1))) / 2
    return areas.sum(), areas @ ((a + b + c) / 3) / max(areas.sum(), 1e-300)


def simplex(d, scale=1.0):
    """The simplex {z >= 0, sum z <= scale}: A, b, centroid, covariance."""
    A = np.vstack([-np.eye(d), np.ones((1, d))])
    b = np.append(np.zeros(d), scale)
    mean = np.full(d, scale / (d + 1))
    covariance = ((d + 1) * np.eye(d) - 1) * scale**2 / ((d + 1) ** 2 * (d + 2))
    return A, b, mean, covariance


def box(d, low, high):
    """{low <= z <= high}: A, b."""
    return np.vstack([np.eye(d), -np.eye(d)]), np.concatenate([high, -low])
