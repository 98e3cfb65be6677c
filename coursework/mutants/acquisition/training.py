"""Plausible mistakes in the passes over the data."""

from coursework.mutants import Mutant

FIT = "fit_mlp"

MUTANTS = [
    Mutant(FIT, "goes on from where it was", "    model.restart(model.rng)\n", ""),
    Mutant(FIT, "steps that forget the weights' size", "slope /= unit * len(part)",
           "slope[:] = np.sign(slope)"),
    Mutant(FIT, "uphill", "step(model.theta, slope)", "step(model.theta, -slope)"),
    Mutant(FIT, "samples of weight zero are there",
           "    X, y, weights = X[weights > 0], y[weights > 0], weights[weights > 0]\n",
           ""),
    Mutant(FIT, "the last batch is dropped",
           "np.array_split(rng.permutation(n), -(-n // size))",
           "np.array_split(rng.permutation(n)[: max(size, 1) * max(n // size, 1)], "
           "max(n // size, 1))"),
    Mutant(FIT, "always the same order", "rng.permutation(n)", "np.arange(n)"),
    Mutant(FIT, "draws with repetition", "rng.permutation(n)", "rng.integers(0, n, n)"),
    Mutant(FIT, "never stops early", "if model.losses[-1] <= goal:", "if False:"),
    Mutant(FIT, "stops after the first pass", "if model.losses[-1] <= goal:",
           "if model.tol:"),
    Mutant(FIT, "one pass more than asked", "range(model.max_iter)",
           "range(model.max_iter + 1)"),
    Mutant(FIT, "sums for means", "total / (unit * len(X))", "total / unit"),
    Mutant(FIT, "means without weights", "total / (unit * len(X))", "total / len(X)"),
    Mutant(FIT, "the variance for half of it", "0.5 * (shares @", "2.0 * (shares @"),
    Mutant(FIT, "a tolerance in units of the targets",
           "return float(0.5 * (shares @ (y - shares @ y) ** 2).sum())", "return 1.0"),
    Mutant(FIT, "negative weights pass", "(weights < 0.0).any() or not weights.any()",
           "not weights.any()"),
    Mutant(FIT, "weights that are all zero pass",
           "(weights < 0.0).any() or not weights.any()",
           "(weights < 0.0).any()"),
]  # fmt: skip
