"""Scenes and independent routes for the tests of chapter 14."""

import numpy as np

from reference.primal_dual import Constrained


def priced(duals):
    """What `dual_picks` asks of a model: something with duals."""
    duals = np.asarray(duals, dtype=float)
    return Constrained(None, duals, duals, 0.0, np.inf)


def scene(seed=0, groups=4, copies=1):
    """Labelled embeddings, duals that grow to the right, a pool of far groups.

    A group is a column of points at one height; the dual of a point is the square of
    its first coordinate, which lies between 0 and 1. Returns the pool's groups too.
    """
    rng = np.random.default_rng(seed)
    height = 1000.0 * np.arange(groups)
    labeled = np.column_stack([rng.uniform(0, 1, 80), rng.choice(height, 80)])
    duals = labeled[:, 0] ** 2
    across = np.array([0.0, 0.1, 0.2, 1.0])
    pool = np.array([[x, h] for h in height for x in across])
    group = np.repeat(np.arange(groups), len(across))
    order = rng.permutation(np.tile(np.arange(len(pool)), copies))
    return labeled, duals, pool[order], group[order]


def cost(points, labels, centers):
    """The sum that k-means lowers."""
    return float(((points - centers[labels]) ** 2).sum())


def turns(scores, labels, budget):
    """Even picks by the rule in words; scores without ties."""
    left = {c: sorted(np.flatnonzero(labels == c), key=lambda j: -scores[j])
            for c in set(labels.tolist())}  # fmt: skip
    picks = []
    while len(picks) < budget:
        named = sorted((q.pop(0) for q in left.values() if q), key=lambda j: -scores[j])
        picks += named[: budget - len(picks)]
    return [int(j) for j in picks]
