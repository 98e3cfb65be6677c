"""Independent routes of this chapter: formulas, dense rows, certificates."""

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from tests import strategies


def derivatives(A, b, z, radius=None):
    """Value, gradient and Hessian of the barrier, from their formulas."""
    s = b - A @ z
    value = -np.log(s).sum()
    gradient = (A / s[:, None]).sum(0)
    hessian = (A / s[:, None]).T @ (A / s[:, None])
    if radius is not None:
        q = radius**2 - z @ z
        value -= np.log(q)
        gradient = gradient + 2 * z / q
        hessian = hessian + 2 * np.eye(len(z)) / q + 4 * np.outer(z, z) / q**2
    return value, gradient, hessian


def decrement(A, b, z, radius=None):
    _, g, H = derivatives(A, b, z, radius)
    return np.sqrt(max(g @ np.linalg.solve(H, g), 0.0))


def apart(A, b, z, other, radius=None):
    """Distance of two points in the local norm at z."""
    _, _, H = derivatives(A, b, z, radius)
    return np.sqrt((z - other) @ H @ (z - other))


def with_radius(polytope, ball):
    """The polytopes of the strategies reach out to the corners of their box."""
    A, b, inside = polytope
    return A, b, (1.0 if np.linalg.norm(inside) < 0.9 else 2.0) if ball else None


def certified(A, b, radius, y):
    """b^T y + R ||A^T y||: a point z of the set has y^T (b - A z) >= 0."""
    A, b = np.array(A, dtype=float), np.array(b, dtype=float)
    assert y.shape == b.shape
    assert (y >= 0).all()
    assert y.max() > 0
    norms = np.linalg.norm(A, axis=1)
    y = y / (np.where(norms > 0, norms, 1.0) @ y)
    norm = np.linalg.norm(A.T @ y)
    if radius is None:
        assert norm < 1e-9
        return b @ y
    return b @ y + radius * norm


def patterns(X, count, rng):
    """A few cells with an interior gate each; zero rows are True."""
    gates = rng.standard_normal((4 * count, X.shape[1]))
    masks = gates @ X.T >= 0
    _, first = np.unique(masks, axis=0, return_index=True)
    keep = np.sort(first)[:count]
    return masks[keep], gates[keep]


def dense_rows(X, masks, gates, cuts):
    """Every cone row and every cut as a row over theta = (u, v), one by one."""
    P, d = gates.shape
    rows, sides = [], []
    for half in (0, 1):
        for i in range(P):
            for j in range(len(X)):
                if X[j].any():
                    row = np.zeros((2, P, d))
                    row[half, i] = -X[j] if masks[i, j] else X[j]
                    rows.append(row.ravel())
                    sides.append(0.0)
    for x, label, offset in zip(*cuts, strict=True):
        row = np.zeros((2, P, d))
        for i in range(P):
            if x @ gates[i] >= 0:
                row[0, i], row[1, i] = -label * x, label * x
        rows.append(row.ravel())
        sides.append(offset)
    return np.array(rows).reshape(-1, 2 * P * d), np.array(sides)


def dense_decrement(A, b, z, radius, box):
    """Newton decrement by the formulas of the barrier, one dense Hessian."""
    s = b - A @ z
    assert s.min(initial=1) > 0
    W = A / s[:, None]
    g, H = W.sum(0), W.T @ W
    if radius is not None:
        q = radius**2 - z @ z
        assert q > 0
        g = g + 2 * z / q
        H = H + 2 * np.eye(len(z)) / q + 4 * np.outer(z, z) / q**2
    if box is not None:
        g = g + 1 / (box - z) - 1 / (box + z)
        H = H + np.diag(1 / (box - z) ** 2 + 1 / (box + z) ** 2)
    return np.sqrt(max(g @ np.linalg.solve(H, g), 0.0))


@st.composite
def problems(draw, offsets=(0.0, 0.0)):
    """Data (sometimes degenerate), some cells, labels of a random network, a base."""
    X = draw(strategies.any_data(max_rows=6, max_columns=3))
    rng = np.random.default_rng(draw(strategies.seeds))
    masks, gates = patterns(X, draw(st.integers(1, 5)), rng)
    k = draw(st.integers(0, 5))
    rows = np.vstack([X, rng.standard_normal((3, X.shape[1]))])
    rows = rows[rng.integers(0, len(rows), k)]
    w = rng.standard_normal(gates.shape)
    f = ((rows @ w.T) * (rows @ gates.T >= 0)).sum(1)
    labels = np.where(f >= 0, 1.0, -1.0)
    cuts = rows, labels, rng.uniform(*offsets, k)
    base = draw(
        st.sampled_from([{"radius": 2.0}, {"box": 0.5}, {"radius": 1, "box": 1}])
    )
    return X, masks, gates, cuts, base


def check_center(X, masks, gates, cuts, base, center):
    A, b = dense_rows(X, masks, gates, cuts)
    z = center.point.ravel()
    delta = dense_decrement(A, b, z, base.get("radius"), base.get("box"))
    assert delta <= 2e-5, f"the dense decrement is {delta:.2g}"
    k = len(cuts[0])
    np.testing.assert_allclose(center.slacks, (b - A @ z)[len(b) - k :], atol=1e-10)
    assert center.slacks.min(initial=1) > 0


def check_certificate(X, masks, gates, cuts, base, certificate, slack):
    y, rho = certificate
    assert y.min() >= 0
    assert rho.min(initial=0) >= 0
    A, b = dense_rows(X, masks, gates, cuts)
    multipliers = np.append(rho.ravel(), y)
    v = A.T @ multipliers
    values = []
    if "radius" in base:
        values.append(base["radius"] * np.linalg.norm(v))
    if "box" in base:
        values.append(base["box"] * np.abs(v).sum())
    assert b @ multipliers + min(values) <= slack


# ----------------------------------------------------- verdicts in rational arithmetic


def fractions(array):
    """Return a vector or matrix of floats as lists of exact fractions."""
    array = np.asarray(array)
    if array.ndim == 1:
        return [Fraction(float(v)) for v in array]
    return [fractions(row) for row in array]


def dot(a, b):
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def solve_exactly(M, r):
    """Gauss-Jordan; None for a singular matrix."""
    M = [[*row, v] for row, v in zip(M, r, strict=True)]
    for i in range(len(M)):
        pivot = next((k for k in range(i, len(M)) if M[k][i] != 0), None)
        if pivot is None:
            return None
        M[i], M[pivot] = M[pivot], M[i]
        M[i] = [v / M[i][i] for v in M[i]]
        for k in range(len(M)):
            if k != i and M[k][i] != 0:
                M[k] = [u - M[k][i] * v for u, v in zip(M[k], M[i], strict=True)]
    return [row[-1] for row in M]


def maximum(c, A, b):
    """max c^T x over A x <= b (which holds at 0), by Bland's rule; None: no maximum."""
    m, n = len(A), len(c)
    T = [
        [v for a in A[i] for v in (a, -a)]  # x = x+ - x-
        + [Fraction(int(i == j)) for j in range(m)]
        + [b[i]]
        for i in range(m)
    ]
    T.append([v for a in c for v in (-a, a)] + [Fraction(0)] * (m + 1))
    basis = [2 * n + i for i in range(m)]
    while True:
        column = next((j for j in range(2 * n + m) if T[m][j] < 0), None)
        if column is None:
            return T[m][-1]
        rows = [i for i in range(m) if T[i][column] > 0]
        if not rows:
            return None
        r = min(rows, key=lambda i: (T[i][-1] / T[i][column], basis[i]))
        T[r] = [v / T[r][column] for v in T[r]]
        for k in range(m + 1):
            if k != r and T[k][column] != 0:
                f = T[k][column]
                T[k] = [u - f * v for u, v in zip(T[k], T[r], strict=True)]
        basis[r] = column


def shortest(A, b):
    """Return the least squared norm of a point of A x <= b, by trying active sets."""
    best, d = None, len(A[0])
    for k in range(d + 1):
        for active in itertools.combinations(range(len(A)), k):
            gram = [[dot(A[i], A[j]) for j in active] for i in active]
            y = solve_exactly(gram, [b[i] for i in active])
            if y is None:
                continue
            z = [dot(y, [A[i][j] for i in active]) for j in range(d)]
            inside = all(dot(a, z) <= s for a, s in zip(A, b, strict=True))
            if inside and (best is None or dot(z, z) < best):
                best = dot(z, z)
    return best


def exact_verdict(A, b, radius=None, box=None):
    """Return "empty", "flat", "unbounded" or "inside", without rounding."""
    rows, sides, d = fractions(A), fractions(b), len(A[0])
    if box is not None:
        rows += fractions(np.vstack([np.eye(d), -np.eye(d)]))
        sides += [Fraction(box)] * (2 * d)
    # the deepest point, from z = 0 at a depth of min(b)
    low = min([*sides, Fraction(0)])
    deep = maximum(
        [Fraction(0)] * d + [Fraction(1)],
        [[*row, Fraction(1)] for row in rows] + [[Fraction(0)] * d + [Fraction(1)]],
        [s - low for s in sides] + [1 - low],
    )
    depth = deep + low
    if depth < 0:
        return "empty"
    if radius is not None:
        distance = shortest(rows, sides) - Fraction(radius) ** 2
        if distance > 0:
            return "empty"
        return "flat" if depth == 0 or distance == 0 else "inside"
    if depth == 0 or box is not None:
        return "flat" if depth == 0 else "inside"
    zeros = [Fraction(0)] * len(rows)
    axes = fractions(np.vstack([np.eye(d), -np.eye(d)]))
    if any(maximum(axis, rows, zeros) is None for axis in axes):
        return "unbounded"
    return "inside"


def exact_decrement(A, b, z, radius=None, box=None):
    """Return the Newton decrement at z without rounding; infinite outside the set."""
    rows, z = fractions(A), fractions(z)
    s = [v - dot(row, z) for row, v in zip(rows, fractions(b), strict=True)]
    if box is not None:
        for j, e in enumerate(fractions(np.eye(len(z)))):
            rows += [e, [-v for v in e]]
            s += [Fraction(box) - z[j], Fraction(box) + z[j]]
    if min(s) <= 0:
        return np.inf
    weighted = [[a / t for a in row] for row, t in zip(rows, s, strict=True)]
    columns = list(zip(*weighted, strict=True))
    g = [sum(column) for column in columns]
    H = [[dot(c, e) for e in columns] for c in columns]
    if radius is not None:
        q = Fraction(radius) ** 2 - dot(z, z)
        if q <= 0:
            return np.inf
        g = [u + 2 * v / q for u, v in zip(g, z, strict=True)]
        for i, j in np.ndindex(len(z), len(z)):
            H[i][j] += 4 * z[i] * z[j] / q**2 + (2 / q if i == j else 0)
    return float(dot(g, solve_exactly(H, g))) ** 0.5


@st.composite
def scaled_sets(draw):
    """Small integers times powers of two up to 2^40, rows far away, bases or none."""
    rng = np.random.default_rng(draw(strategies.seeds))
    d, m = int(rng.integers(1, 4)), int(rng.integers(1, 8))
    A, b = rng.integers(-3, 4, (m, d)), rng.integers(-3, 5, m)
    base = draw(st.sampled_from(["none", "radius", "box"]))
    if base == "none" and rng.random() < 0.7:
        A = np.vstack([A, np.eye(d), -np.eye(d)])
        b = np.append(b, rng.integers(0, 4, 2 * d))
    if rng.random() < 0.3:  # a redundant row
        A = np.vstack([A, rng.integers(-3, 4, d)])
        b = np.append(b, 2.0 ** rng.integers(5, 40))
    if rng.random() < 0.2:  # a repeated one
        A, b = np.vstack([A, A[0]]), np.append(b, b[0])
    if rng.random() < 0.2:  # a set far away
        b = b + A @ (rng.integers(-3, 4, d) * 2.0 ** rng.integers(5, 30))
    rows = 2.0 ** rng.integers(-40, 41, len(A)) if rng.random() < 0.6 else 1.0
    A, b = A * np.reshape(rows, (-1, 1)), b * rows
    if base == "none":
        return A * 2.0 ** rng.integers(-40, 41, d), b, {}
    unit = 2.0 ** rng.integers(-40, 41)
    return A / unit, b, {base: unit * 2.0 ** rng.integers(-2, 6)}
