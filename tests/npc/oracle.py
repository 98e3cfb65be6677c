"""Independent routes of chapter 16: every batch by `eigvalsh` of the whole block."""

import itertools
import math

import numpy as np
from hypothesis import strategies as st

KINDS = ["normal", "integers", "copies", "lengths", "near", "orthogonal"]
kinds = st.sampled_from(KINDS)


def features(seed, kind, n=None, d=None):
    """Features in general position, or with copies, zero rows, units and ties."""
    rng = np.random.default_rng(seed)
    n, d = n or int(rng.integers(2, 13)), d or int(rng.integers(1, 16))
    F = rng.standard_normal((n, d))
    if kind == "integers":
        F = rng.integers(-2, 3, (n, d)).astype(float)
    if kind == "copies":
        F = F[rng.integers(0, max(1, n // 2), n)]
    if kind == "lengths":
        F *= 10.0 ** rng.uniform(-2, 2, (n, 1))
    if kind == "near":
        F = F[rng.integers(0, max(1, n // 2), n)] + 1e-4 * rng.standard_normal((n, d))
    if kind == "orthogonal":
        F = np.eye(n) * rng.choice([1.0, 2.0], n)[:, None]
    return F


def split(seed, n):
    """Labelled rows, possibly none, and the rest."""
    rng = np.random.default_rng([seed, 1])
    order = rng.permutation(n)
    cut = int(rng.integers(0, n))
    return order[:cut], order[cut:]


def block(gram, *parts):
    rows = np.concatenate([np.asarray(part, dtype=int) for part in parts])
    return gram[np.ix_(rows, rows)]


def smallest(gram, *parts):
    """The smallest eigenvalue of the rows together, by LAPACK on the whole block."""
    return float(np.linalg.eigvalsh(block(gram, *parts))[0])


def ranked(gram, k, *parts):
    """The k-th largest eigenvalue of the rows together."""
    return float(np.linalg.eigvalsh(block(gram, *parts))[-k])


def slack(gram, size):
    """What rounding may make of an eigenvalue of a block of this size."""
    return 1e-13 * size * max(float(np.abs(np.linalg.eigvalsh(gram)).max()), 1e-300)


def optimum(gram, labeled, pool, budget):
    """The largest smallest eigenvalue over all batches."""
    batches = itertools.combinations(pool, budget)
    return max(smallest(gram, labeled, batch) for batch in batches)


def exact_rank(rows):
    """The rank of integer features by fractions."""
    from fractions import Fraction

    A = [[Fraction(int(x)) for x in row] for row in rows]
    rank = 0
    for column in range(len(A[0]) if A else 0):
        pivot = next((i for i in range(rank, len(A)) if A[i][column]), None)
        if pivot is None:
            continue
        A[rank], A[pivot] = A[pivot], A[rank]
        for i in range(rank + 1, len(A)):
            share = A[i][column] / A[rank][column]
            A[i] = [a - share * b for a, b in zip(A[i], A[rank], strict=True)]
        rank += 1
    return rank


def draws(pool, budget, count, seed):
    """The batches that the random search looks at."""
    rng = np.random.default_rng(seed)
    return [rng.choice(pool, budget, replace=False) for _ in range(count)]


def batches_of(pool, budget):
    return math.comb(len(pool), budget)
