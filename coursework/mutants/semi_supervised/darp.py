"""Plausible mistakes in the prices of the classes."""

from coursework.mutants import Mutant

F = "refine"

MUTANTS = [
    Mutant(F, "prices without their weights", "logs - nu / w[:, None]", "logs - nu"),
    Mutant(F, "prices with the wrong sign", "logs - nu / w[:, None]",
           "logs + nu / w[:, None]"),
    Mutant(F, "rows are not divided by their sums",
           "    R /= R.sum(axis=1, keepdims=True)\n    return R",
           "    return R / R.sum(axis=1).mean()"),
    Mutant(F, "the entropy as the weight", "1.0 / np.maximum(entropies, largest / "
           "RATIO)", "np.maximum(entropies, largest / RATIO)"),
    Mutant(F, "equal weights by default", "1.0 / np.maximum(entropies, largest / "
           "RATIO)", "np.ones(len(Q))"),
    Mutant(F, "leaves each stage at once", "heat / COOLING\n            if",
           "1e6 * heat\n            if"),
    Mutant(F, "no warming up", "heat = max(1.0, cost[np.isfinite(cost)].max())",
           "heat = 1.0"),
    Mutant(F, "ends while it is warm", "heat = max(1.0, heat / COOLING)",
           "heat = max(1.0, heat / COOLING)\n        if heat < 1e3: break"),
    Mutant(F, "the costs are cooled with the rows", "logs = -cost / warm[:, None]",
           "logs = -cost / (w / w.min())[:, None]"),
    Mutant(F, "steps downhill", "return step - step.mean()",
           "return step.mean() - step"),
    Mutant(F, "a quadratic form without its diagonal", "np.diag(degrees) - edges",
           "np.diag(degrees)"),
    Mutant(F, "edges without weights", "(R / w[:, None]).T @ R", "R.T @ R"),
    Mutant(F, "prices of empty classes run away",
           "    degrees += np.abs(excess) / reach\n", ""),
    Mutant(F, "prices move by hundredths", "REACH = 300.0", "REACH = 0.01"),
    Mutant(F, "full steps only", "        if slope >= -0.5 * first:", "        if "
           "True:"),
    Mutant(F, "goes on to the end of the slope", "        t *= 0.5\n",
           "        t *= 2.0\n"),
    Mutant(F, "totals of all rows for those that move",
           "left = totals - R[~move].sum(axis=0)", "left = totals * move.mean()"),
    Mutant(F, "fixed rows move", "move = ~stays & (support", "move = (support"),
    Mutant(F, "entries without room are kept", "Q = np.where(support, Q, 0.0)[move]",
           "Q = Q[move]"),
    Mutant(F, "rows with one way out keep their labels", "np.where(stays[:, None], Q, "
           "support)", "Q.copy()"),
    Mutant(F, "the labels are not checked", "np.abs(sums - 1.0).max() > 1e-6",
           "np.abs(sums - 1.0).max() > 10"),
    Mutant(F, "totals of any sum", "abs(totals.sum() - n) > SLACK * n", "False"),
    Mutant(F, "negative totals", "(totals < 0.0).any() or", "False or"),
    Mutant(F, "returns what has not converged", "if not error <= tol * n:",
           "if False:"),
    Mutant(F, "changes the labels it was given", 'Q = as_matrix(pseudo_labels, '
           '"pseudo_labels")', "Q = np.asarray(pseudo_labels, dtype=float)"),
    Mutant(F, "infinite weights are a million", "return np.where(stays, np.inf, w)",
           "return np.where(stays, 1e6, w)"),
    Mutant(F, "weights of zero", "if (w <= 0.0).any():", "if (w < 0.0).any():"),
    Mutant(F, "weights of any ratio", "w[~stays].max() > RATIO * w[~stays].min()",
           "False"),
    Mutant(F, "stops at the tolerance of the whole", "if np.abs(last.sum(axis=0) - "
           "totals[used]).max() < np.abs(excess).max():\n                R = last",
           "R = discounted(logs, warm, nu + 9.0 * step)"),
]  # fmt: skip
