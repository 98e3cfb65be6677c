"""Is the dimension of the optimal set ever a close call? And when is it refused?

    OPENBLAS_NUM_THREADS=1 python -m experiments.optimal_set_rank

Which blocks are allowed is proved by a gap, but the dimension of the polytope counts
singular values below a tolerance. Here problems that tend to have many optima (points
with all changes of sign, points of a small grid with a bias, mirrored grids), all
patterns, and λ from a millionth to four tenths of the critical one: the dimensions, the
refusals, and the singular values (of unit columns of Q) nearest to the tolerance.
"""

from collections import Counter

import numpy as np
from tqdm import tqdm

from experiments.provenance import save
from reference.activation_patterns import enumerate_patterns
from reference.common import NotConverged
from reference.convex_relu import critical_reg, fit_convex_relu
from reference.optimal_set import optimal_set
from reference.optimal_set.certified import certified_candidates
from reference.optimal_set.polytope import _first_of_each
from reference.optimal_set.pruning import DEPENDENT
from reference.relu_lp import LiftedOperator

SHARES = (1e-6, 3e-3, 0.02, 0.1, 0.4)
SEEDS = 200


def signs(rng):
    x = rng.standard_normal((2, 2))
    turns = ([1, 1], [-1, 1], [1, -1], [-1, -1])
    return np.vstack([x * s for s in turns]), np.tile(rng.standard_normal(2), 4)


def grid(rng):
    X = rng.integers(-2, 3, (8, 2)).astype(float)
    return np.column_stack([X, np.ones(8)]), rng.integers(-2, 3, 8).astype(float)


def mirrors(rng):
    x = rng.integers(-2, 3, (3, 3)).astype(float)
    y = np.tile(rng.integers(-2, 3, 3).astype(float), 3)
    return np.vstack([x, -x, x * [1, -1, 1]]), y


def singular_values(fit, X, y):
    """Return those of the unit columns of Q before unused directions are dropped."""
    F = LiftedOperator(X, fit.patterns.masks)
    found = certified_candidates(F, y, y - fit.fitted, fit.reg)
    Q = found.Q[:, _first_of_each(found, fit.reg)]
    sigma = np.linalg.svd(Q / np.linalg.norm(Q, axis=0), compute_uv=False)
    return np.append(sigma, np.zeros(max(0, Q.shape[1] - len(sigma))))


def main():
    """Run all kinds, seeds and shares; save the counts."""
    results = {}
    for make in (signs, grid, mirrors):
        for share in SHARES:
            dimensions, refused, below, above = Counter(), 0, 0.0, 1.0
            for seed in tqdm(range(SEEDS), desc=f"{make.__name__} {share:g}"):
                X, y = make(np.random.default_rng(seed))
                patterns = enumerate_patterns(X)
                reg = share * critical_reg(X, y, patterns)
                if reg == 0.0:
                    continue  # zero targets
                fit = fit_convex_relu(X, y, patterns, reg)
                try:
                    dimensions[optimal_set(fit, X, y).dimension] += 1
                    sigma = singular_values(fit, X, y)
                except NotConverged:
                    refused += 1
                    continue
                small = sigma < DEPENDENT
                below = max(below, sigma[small].max(initial=0.0))
                above = min(above, sigma[~small].min(initial=1.0))
            results.setdefault(make.__name__, {})[f"{share:g}"] = {
                "dimensions": {str(k): dimensions[k] for k in sorted(dimensions)},
                "decided": dimensions.total(),
                "refused": refused,
                "largest_below": float(below),
                "smallest_above": float(above),
            }
    rows = [row for rows in results.values() for row in rows.values()]
    total = {
        "decided": sum(row["decided"] for row in rows),
        "refused": sum(row["refused"] for row in rows),
        "largest_below": max(row["largest_below"] for row in rows),
        "smallest_above": min(row["smallest_above"] for row in rows),
        "tried_at_1e-06": sum(
            r["1e-06"]["decided"] + r["1e-06"]["refused"] for r in results.values()
        ),
        "refused_at_1e-06": sum(r["1e-06"]["refused"] for r in results.values()),
    }
    save("optimal_set_rank", results | {"all": total}, seeds=[0, SEEDS - 1])


if __name__ == "__main__":
    main()
