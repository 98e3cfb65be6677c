"""Plausible mistakes in tests and their correction."""

from coursework.mutants import Mutant

WINS, HOLM = "pairwise_wins", "holm"

MUTANTS = [
    Mutant(WINS, "one side", "p = 2.0 * stdtr", "p = stdtr"),
    Mutant(WINS, "the deviation of all", "ddof=1", "ddof=0"),
    Mutant(WINS, "the deviation for the error", "spread / np.sqrt(T)", "spread"),
    Mutant(WINS, "degrees of freedom", "stdtr(T - 1,", "stdtr(T,"),
    Mutant(WINS, "no correction", "p_values[above] = holm(p)", "p_values[above] = p"),
    Mutant(WINS, "not paired", "mean, spread = d.mean(axis=1), d.std(axis=1, ddof=1)",
           "mean, s = d.mean(axis=1), scores.std(axis=1, ddof=1)\n"
           "    spread = np.hypot(s[above[0]], s[above[1]])"),
    Mutant(WINS, "lower is better", "(differences > 0)", "(differences < 0)"),
    Mutant(WINS, "wins without a test", "& (p_values <= level)", "& (p_values <= 1.0)"),
    Mutant(WINS, "certain of equal differences", "2.0 ** (1 - T), 1.0)", "0.0, 1.0)"),
    Mutant(WINS, "half of that", "2.0 ** (1 - T)", "2.0 ** -T"),
    Mutant(WINS, "rounding taken for spread", "ROUNDING = 1e-12", "ROUNDING = 0.0"),
    Mutant(WINS, "a floor in the scores' units", "ROUNDING * np.abs(scores).max()",
           "1e-6"),
    Mutant(WINS, "half the matrix", "np.minimum(p_values, p_values.T)", "p_values"),
    Mutant(HOLM, "Bonferroni", "factors = len(p) - np.arange(len(p))",
           "factors = np.full(len(p), len(p))"),
    Mutant(HOLM, "none", "factors = len(p) - np.arange(len(p))",
           "factors = np.ones(len(p))"),
    Mutant(HOLM, "values that fall along the order",
           "np.maximum.accumulate(factors * p[order])", "factors * p[order]"),
    Mutant(HOLM, "in sorted order", "adjusted[order] = ", "adjusted[:] = "),
    Mutant(HOLM, "above one",
           "np.minimum(np.maximum.accumulate(factors * p[order]), 1.0)",
           "np.maximum.accumulate(factors * p[order])"),
    Mutant(HOLM, "one factor too few", "len(p) - np.arange(len(p))",
           "np.maximum(len(p) - 1 - np.arange(len(p)), 1)"),
    Mutant(HOLM, "the largest first", "np.argsort(p, kind=\"stable\")",
           "np.argsort(-p, kind=\"stable\")"),
]  # fmt: skip
