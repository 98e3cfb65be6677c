"""Plausible mistakes in `reference.convex_relu.proximal`."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "fista",
        "takes no proximal step",
        "new = prox(v + v_pull / L, 1.0 / L)",
        "new = v + v_pull / L",
    ),
    Mutant(
        "fista",
        "steps uphill",
        "new = prox(v + v_pull / L, 1.0 / L)",
        "new = prox(v - v_pull / L, 1.0 / L)",
    ),
    Mutant(
        "fista",
        "shrinks by λ instead of λ/L",
        "new = prox(v + v_pull / L, 1.0 / L)",
        "new = prox(v + v_pull / L, 1.0)",
    ),
    Mutant(
        "fista",
        "has no momentum",
        "beta = (theta - 1.0) / following",
        "beta = 0.0",
    ),
    Mutant(
        "fista",
        "stops at a loose gap",
        "if gap <= target:",
        "if gap <= 1e3 * target:",
    ),
    Mutant(
        "fista",
        "claims a gap of zero",
        "            if gap <= target:\n                return w, gap",
        "            if gap <= target:\n                return w, 0.0",
    ),
    Mutant(
        "fista",
        "returns the point before the last",
        "            if gap <= target:\n                return w, gap",
        "            if gap <= target:\n                return old, gap",
    ),
    Mutant(
        "fista",
        "ignores the start",
        "w = old = np.array(start, dtype=float)",
        "w = old = np.zeros(np.shape(start))",
    ),
]
