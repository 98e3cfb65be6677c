"""Plausible mistakes in the secular equation."""

from coursework.mutants import Mutant

F = "addition_scores"

MUTANTS = [
    Mutant(
        F,
        "forgets the unit",
        "labeled_modes(kernel, ours, others)) * kernel.unit",
        "labeled_modes(kernel, ours, others))",
    ),
    Mutant(
        F,
        "the poles on the wrong side",
        "values[1:] - at[:, None]",
        "values[1:] + at[:, None]",
    ),
    Mutant(
        F,
        "shares without their own factor",
        "(shares * rest[active]).sum(axis=1)",
        "shares.sum(axis=1)",
    ),
    Mutant(F, "adds the shares", "own[active] - (shares", "own[active] + (shares"),
    Mutant(
        F,
        "steps are taken for errors",
        "        gap = upper - lower\n",
        "        gap = np.minimum(upper - lower, np.abs((value - at) / slope))\n",
    ),
    Mutant(F, "no floor under the gaps", "tol[active, None])", "-1.0)"),
    Mutant(
        F,
        "one step for all",
        "active = active[gap > tol[active]]",
        "active = active[:0]",
    ),
    Mutant(
        F, "forgets the lowest mode's link", "np.hypot(half, beside)", "np.abs(half)"
    ),
    Mutant(
        F,
        "the larger of two roots",
        "- (length - np.abs(half))",
        "+ (length - np.abs(half))",
    ),
    Mutant(
        F,
        "the vector of the larger root",
        "(1 + half / np.where",
        "(1 - half / np.where",
    ),
    Mutant(
        F,
        "the length of a sample without labels is zero",
        "        return own\n",
        "        return 0 * own\n",
    ),
    Mutant(
        F,
        "the first piece of the pool only",
        "range(0, len(own), chunk)",
        "range(0, min(chunk, len(own)), chunk)",
    ),
    Mutant(
        F,
        "adds labelled samples to the pool",
        "    ours, others = as_index_sets(",
        "    others, ours = as_index_sets(",
    ),
]
