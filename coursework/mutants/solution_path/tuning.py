"""Plausible mistakes in the choice of λ by the slope."""

from coursework.mutants import Mutant

TUNE = "tune_reg"

MUTANTS = [
    Mutant(
        TUNE,
        "uphill",
        "(low, at) if last[1] > 0.0 else (at, high)",
        "(low, at) if last[1] < 0.0 else (at, high)",
    ),
    Mutant(TUNE, "the worst of the grid", "np.argmin([loss for", "np.argmax([loss for"),
    Mutant(
        TUNE,
        "the last for the best",
        "k = int(columns[1].argmin())",
        "k = len(tried) - 1",
    ),
    Mutant(
        TUNE,
        "the largest loss",
        "columns[1].argmin()",
        "columns[1].argmax()",
    ),
    Mutant(TUNE, "the fit of another λ", "fits[k], *columns", "fits[0], *columns"),
    Mutant(
        TUNE,
        "an optimum of the best λ, not the one with that loss",
        "fits[k], *columns",
        "next(f for f in fits if f.reg == tried[k][0]), *columns",
    ),
    Mutant(TUNE, "a secant that points away", "step = -slope_b", "step = slope_b"),
    Mutant(
        TUNE,
        "the middle, never the secant",
        "float(ahead if low < ahead < high",
        "float(ahead if False",
    ),
    Mutant(
        TUNE,
        "no differences where slopes fail",
        "last = (at, rise / float(np.log(STEP)))",
        "last = (at, 1.0)",
    ),
    Mutant(
        TUNE,
        "the loss is not halved",
        "tried.append((reg, 0.5 *",
        "tried.append((reg, 1.0 *",
    ),
    Mutant(
        TUNE,
        "leaves the interval",
        "ahead if low < ahead < high",
        "ahead if ahead == ahead",
    ),
    Mutant(
        TUNE,
        "slopes where there are none",
        "except ConditionFails:\n        return fit, np.nan\n",
        "except ConditionFails:\n        return fit, 0.0\n",
    ),
    Mutant(
        TUNE, "the loss for its slope", "X, X_new, y_new)[1]", "X, X_new, y_new)[0]"
    ),
    Mutant(TUNE, "never asks for a slope", "if with_slope:", "if False:"),
]
