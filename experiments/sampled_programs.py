"""How many random neurons, or random activation patterns, are enough?

    python -m experiments.sampled_programs          about five minutes

Part 1, the bound: for data sets of n rows, N neurons (or N Gaussian gates, repeats
counted) are drawn and the program is solved; then 2,000 further neurons (500 gates)
are drawn, and V is the fraction of them that would lower the value, read off from the
dual. The mean of V over all draws stands beside n / (N + 1), and the fraction of
draws with V > level beside the binomial tail.

Part 2, the quality: the value with N neurons or N gates over the value with all
patterns, which is that of the best network.
"""

import numpy as np

from experiments.provenance import save
from reference.activation_patterns import Patterns, enumerate_patterns, sample_patterns
from reference.admm import (
    fit_sampled,
    improvement_bound,
    samples_needed,
    violation_tail,
)
from reference.common import with_bias
from reference.convex_relu import cone_dual_norms, critical_reg, fit_convex_relu

SEEDS = list(range(10))
LEVELS = (0.05, 0.1, 0.2)


def data(n, seed):
    """Return X (n, 3) with a bias and a target with a kink and noise."""
    rng = np.random.default_rng(seed)
    X = with_bias(rng.standard_normal((n, 2)))
    y = np.abs(X[:, 0]) - np.maximum(X[:, 1], 0) + 0.2 * rng.standard_normal(n)
    return X, y, rng


def neuron_violation(X, y, N, reg, rng):
    """Return V for one draw of N neurons, and how many of them are used."""
    fit = fit_sampled(X, y, N, reg, rng=rng)
    more = rng.standard_normal((2000, X.shape[1]))
    more /= np.linalg.norm(more, axis=1, keepdims=True)
    pull = np.abs(np.maximum(more @ X.T, 0) @ fit.dual)
    return (pull > reg * (1 + 1e-6)).mean(), int((fit.output != 0).sum())


def pattern_violation(X, y, N, reg, rng):
    """Return V for one draw of N gates, and how many different patterns it has."""
    patterns = sample_patterns(X, N, rng=rng)
    fit = fit_convex_relu(X, y, patterns, reg, tol=1e-9)
    masks = rng.standard_normal((500, X.shape[1])) @ X.T >= 0
    masks, counts = np.unique(masks, axis=0, return_counts=True)
    norms = cone_dual_norms(X, masks, y - fit.fitted, above=reg).max(axis=0)
    return counts @ (norms > reg * (1 + 1e-4)) / counts.sum(), len(patterns)


def bounds(kind, violation, n, sizes, draws):
    """Return one record per number of samples: seen against promised."""
    records = []
    for N in sizes:
        seen = []
        for seed in SEEDS:
            X, y, rng = data(n, seed)
            reg = 0.05 * critical_reg(X, y, enumerate_patterns(X))
            seen += [violation(X, y, N, reg, rng)[0] for _ in range(draws)]
        seen = np.array(seen)
        record = {
            "kind": kind, "n": n, "N": N, "draws": len(seen), "seen": seen.mean(),
            "standard_error": seen.std() / np.sqrt(len(seen)),
            "bound": improvement_bound(n, N),
            "bound_of_the_paper": min(1.0, (n + 1) / (N + 1)),
            "above_level": {
                str(level): [float((seen > level).mean()), violation_tail(n, N, level)]
                for level in LEVELS
            },
        }  # fmt: skip
        records.append(record)
        print(kind, n, N, f"seen {seen.mean():.4f}  bound {record['bound']:.3f}")
    return records


def quality(n, sizes):
    """Return the values of both sampled programs over the optimum, seed by seed."""
    records = []
    for seed in SEEDS:
        X, y, _ = data(n, seed)
        everything = enumerate_patterns(X)
        reg = 0.05 * critical_reg(X, y, everything)
        best = fit_convex_relu(X, y, everything, reg, tol=1e-8).objective
        for N in sizes:
            neurons = fit_sampled(X, y, N, reg, rng=np.random.default_rng(seed))
            gates = Patterns(neurons.neurons @ X.T >= 0, neurons.neurons)
            masks, first = np.unique(gates.masks, axis=0, return_index=True)
            own = Patterns(masks, gates.gates[first])
            patterns = fit_convex_relu(X, y, own, reg, tol=1e-8)
            record = {
                "seed": seed, "N": N, "patterns": len(own), "all": len(everything),
                "neurons_over_best": neurons.objective / best,
                "patterns_over_best": patterns.objective / best,
            }  # fmt: skip
            records.append(record)
    for N in sizes:
        some = [r for r in records if r["N"] == N]
        print(
            f"quality n={n} N={N}: neurons "
            f"{np.median([r['neurons_over_best'] for r in some]):.4f}, patterns "
            f"{np.median([r['patterns_over_best'] for r in some]):.4f}"
        )
    return records


def main():
    """Run both parts and save them."""
    results = {
        "neurons": bounds("neurons", neuron_violation, 24, (25, 50, 100, 200, 400), 10),
        "patterns": bounds("patterns", pattern_violation, 24, (25, 50, 100, 200), 3),
        "quality": quality(24, (10, 25, 50, 100, 200, 400)),
        "samples_needed": {
            f"n={n}, level={level}, failure={psi}": samples_needed(n, level, psi)
            for n in (24, 455)
            for level, psi in ((0.1, 0.05), (0.2, 0.1))
        },
    }
    save("sampled_programs", results, seeds=SEEDS)


if __name__ == "__main__":
    main()
