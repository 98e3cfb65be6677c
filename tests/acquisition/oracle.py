"""Independent routes for the strategies: brute force, explicit matrices, exact laws."""

import itertools
import json
from pathlib import Path

import numpy as np
from scipy.stats import chi2


def draw_probabilities(rng, n, C, sharp=1.0):
    """Probabilities (n, C), generic; small `sharp` makes confident ones."""
    return rng.dirichlet(np.full(C, sharp), n)


def sound(strategy, first, budget, *, moved=True, **others):
    """Check what every strategy promises, and return the picks (seed 0).

    Distinct positions, as many as asked for; the same again from the same generator;
    nothing changed; the whole pool for a budget of its size; and, unless a draw
    decides (`moved` false), the same samples if the pool stands in another order.
    `others` with as many rows as the pool are put in that order too.
    """
    n = len(first)
    before = [
        np.array(a, copy=True) for a in (first, *others.values()) if a is not None
    ]

    def ask(size, order=None, seed=0):
        rows = np.arange(n) if order is None else order
        given = {
            k: v[rows] if isinstance(v, np.ndarray) and len(v) == n else v
            for k, v in others.items()
        }
        picks = strategy(first[rows], size, rng=np.random.default_rng(seed), **given)
        picks = np.asarray(picks)
        assert picks.shape == (size,), f"{size} picks wanted, got shape {picks.shape}"
        assert picks.dtype.kind == "i", f"positions wanted, got {picks.dtype}"
        assert len(set(picks.tolist())) == size, f"a pick comes twice: {picks}"
        assert set(picks.tolist()) <= set(range(n)), f"outside the pool: {picks}"
        return rows[picks]

    picks = ask(budget)
    np.testing.assert_array_equal(ask(budget), picks, "same generator, other picks")
    ask(n)
    after = [a for a in (first, *others.values()) if a is not None]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new, "an argument was changed")
    if moved:
        order = np.random.default_rng(7).permutation(n)
        np.testing.assert_array_equal(ask(budget, order), picks, "order of the pool")
    return picks


def refuses(strategy, first, **others):
    """Check that a budget beyond the pool is refused by name."""
    found = "no error"
    try:
        strategy(first, len(first) + 1, rng=np.random.default_rng(0), **others)
    except ValueError as error:
        found = str(error)
    assert "budget" in found, (
        f"a budget of {len(first) + 1} from {len(first)} samples needs a ValueError "
        f"that names budget, got {found}"
    )


def cover_radius(H, centers):
    """The largest distance of a point to its nearest centre."""
    return np.linalg.norm(H[:, None] - centers, axis=2).min(axis=1).max()


def best_radius(H, labeled, budget):
    """The smallest cover radius of any batch, by trying all."""
    return min(
        cover_radius(H, np.vstack([labeled, H[list(S)]]))
        for S in itertools.combinations(range(len(H)), budget)
    )


def d2_law(g, budget):
    """Return {sequence: probability} of k-means++ draws, by all sequences."""
    law = {(int((g**2).sum(axis=1).argmax()),): 1.0}
    for _ in range(budget - 1):
        longer = {}
        for picks, chance in law.items():
            d2 = ((g[:, None] - g[list(picks)]) ** 2).sum(axis=2).min(axis=1)
            d2[list(picks)] = 0.0
            for i in np.flatnonzero(d2):
                longer[(*picks, int(i))] = chance * d2[i] / d2.sum()
        law = longer
    return law


def follows(law, samples):
    """Check samples (hashable) against {value: probability} by a chi-square test."""
    assert abs(sum(law.values()) - 1.0) < 1e-9
    seen = dict.fromkeys(law, 0)
    for s in samples:
        assert s in seen, f"{s} has probability zero"
        seen[s] += 1
    rare = [v for v in law if law[v] * len(samples) < 8]
    often = [v for v in law if v not in rare]
    got = np.array([seen[v] for v in often] + [sum(seen[v] for v in rare)], float)
    want = np.array([law[v] for v in often] + [sum(law[v] for v in rare)])
    got, want = got[want > 0], want[want > 0] * len(samples)
    statistic = ((got - want) ** 2 / want).sum()
    limit = chi2.isf(1e-5, max(len(want) - 1, 1))
    assert statistic < limit, (
        f"chi-square {statistic:.1f}, at most {limit:.1f} expected"
    )


def fisher_matrices(H, p=None):
    """The Fisher matrix of each sample in the last layer, by its definition."""
    if p is None:
        return np.stack([np.outer(h, h) for h in H])
    matrices = []
    for h, row in zip(H, p, strict=True):
        total = 0.0
        for y, chance in enumerate(row):
            g = np.outer(row - np.eye(len(row))[y], h).ravel()
            total = total + chance * np.outer(g, g)
        matrices.append(total)
    return np.stack(matrices)


def bait_by_matrices(pool, bought, reg, budget, take):
    """Forward and backward greedy with explicit inverses; returns picks and traces."""
    size = pool[0].shape[0]
    F = np.concatenate([pool, bought]).mean(axis=0)
    base = reg * np.eye(size) + bought.sum(axis=0)

    def trace(S):
        return np.trace(np.linalg.solve(base + pool[list(S)].sum(axis=0), F))

    picks = []
    while len(picks) < take:
        rest = [i for i in range(len(pool)) if i not in picks]
        picks.append(min(rest, key=lambda i: trace([*picks, i])))
    while len(picks) > budget:
        out = min(picks, key=lambda i: trace([j for j in picks if j != i]))
        picks.remove(out)
    return picks, trace(picks)


def peers():
    """What other packages answered (`python -m benchmarks.acquisition record`)."""
    record = Path(__file__).with_name("peers.json").read_text("utf-8")
    return json.loads(record)
