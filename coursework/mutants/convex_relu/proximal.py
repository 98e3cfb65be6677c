"""Plausible mistakes in `reference.convex_relu.proximal`."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "fista",
        "takes no proximal step",
        "new = prox(ahead + ahead_pull / L, 1.0 / L)",
        "new = ahead + ahead_pull / L",
    ),
    Mutant(
        "fista",
        "steps uphill",
        "new = prox(ahead + ahead_pull / L, 1.0 / L)",
        "new = prox(ahead - ahead_pull / L, 1.0 / L)",
    ),
    Mutant(
        "fista",
        "shrinks by λ instead of λ/L",
        "new = prox(ahead + ahead_pull / L, 1.0 / L)",
        "new = prox(ahead + ahead_pull / L, 1.0)",
    ),
    Mutant(
        "fista",
        "has no momentum",
        "beta = (t - 1.0) / following",
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
        "            if gap <= target:\n                return u, gap",
        "            if gap <= target:\n                return u, 0.0",
    ),
    Mutant(
        "fista",
        "returns the point before the last",
        "            if gap <= target:\n                return u, gap",
        "            if gap <= target:\n                return old, gap",
    ),
    Mutant(
        "fista",
        "ignores the start",
        'as_array(start, "start")',
        "np.zeros(np.shape(start))",
    ),
    Mutant(
        "fit_convex_relu",
        "shrinks entries, not blocks",
        "sizes = np.linalg.norm(blocks, axis=-1, keepdims=True)",
        "sizes = np.abs(blocks)",
    ),
    Mutant(
        "fit_convex_relu",
        "shrinks by half the step",
        "np.maximum(1.0 - threshold /",
        "np.maximum(1.0 - 0.5 * threshold /",
    ),
    Mutant(
        "fista",
        "never restarts",
        "            following = 1.0",
        "            following = following",
    ),
    Mutant(
        "fista",
        "believes a difference of outputs that is rounding alone",
        "if (fit(move) ** 2).sum() <= bound:",
        "if False:",
    ),
    Mutant(
        "fista",
        "never takes a longer step again",
        "        L *= 0.95",
        "        L *= 1.0 if iteration > 1 else 64.0",
    ),
]
