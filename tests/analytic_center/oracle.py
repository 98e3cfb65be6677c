"""Independent routes of this chapter: formulas, dense rows, certificates."""

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
    """Every cone row and every cut as a row over theta = (u', u), one by one."""
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
