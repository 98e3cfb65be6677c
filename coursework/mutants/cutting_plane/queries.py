"""Plausible mistakes in the queries."""

from coursework.mutants import Mutant

ACTIVE, REAL = "active_learn", "active_learn_regression"

MUTANTS = [
    Mutant(
        ACTIVE,
        "min_margin is signed",
        "scores = [np.abs(f)]  # (eq:cp-query)",
        "scores = [f]",
    ),
    Mutant(
        ACTIVE,
        "max_margin is min_margin",
        "scores = [-np.abs(f)]",
        "scores = [np.abs(f)]",
    ),
    Mutant(ACTIVE, "extremes buys one end only", "scores = [f, -f]", "scores = [f]"),
    Mutant(REAL, "extremes buys one end twice", "scores = [f, -f]", "scores = [f, f]"),
    Mutant(
        ACTIVE,
        "labels are bought again",
        "free[bought.index] = free[picks] = False",
        "free[picks] = False",
    ),
    Mutant(
        ACTIVE,
        "both ends may be one sample",
        "free[bought.index] = free[picks] = False",
        "free[bought.index] = False",
    ),
    Mutant(
        ACTIVE,
        "ties go to the first: the first query is always 0",
        "int(rng.choice(np.flatnonzero(best)))",
        "int(best.argmax())",
    ),
    Mutant(
        ACTIVE,
        "local margins are margins",
        "[np.abs(f) / local_widths(model, point)]",
        "[np.abs(f)]",
    ),
    Mutant(
        ACTIVE,
        "local margins are multiplied",
        "[np.abs(f) / local_widths(model, point)]",
        "[np.abs(f) * local_widths(model, point)]",
    ),
    Mutant(
        ACTIVE,
        "squared widths",
        "return np.sqrt(np.maximum(widths, 1e-300))",
        "return np.maximum(widths, 1e-300)",
    ),
    Mutant(
        ACTIVE,
        "widths in the weights' own units",
        "np.vdot(row, point.solve(row))",
        "np.vdot(row, row)",
    ),
    Mutant(
        ACTIVE,
        "random queries look at the outputs",
        "scores = [np.zeros(len(f))]",
        "scores = [np.maximum(f, 0)]",
    ),
]
