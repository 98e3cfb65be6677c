"""Plausible mistakes in what labels cost."""

from coursework.mutants import Mutant

F = "kernel_complexity"

MUTANTS = [
    Mutant(F, "forgets the two", "2.0 * energy", "energy"),
    Mutant(F, "forgets the number of samples", "energy / n /", "energy /"),
    Mutant(
        F,
        "no root",
        "float(np.sqrt(2.0 * energy / n / kernel.unit))",
        "float(2.0 * energy / n / kernel.unit)",
    ),
    Mutant(
        F,
        "the kernel, not its inverse",
        "/ values[solid, None]",
        "* values[solid, None]",
    ),
    Mutant(F, "forgets the unit", "/ n / kernel.unit", "/ n"),
    Mutant(
        F,
        "in the samples, not the modes",
        "U.T @ labels",
        "labels[:, None] * 1.0 if labels.ndim == 1 else U @ labels",
    ),
    Mutant(F, "finite where nothing fits", "        return np.inf\n", "        pass\n"),
    Mutant(
        F,
        "infinite for every singular kernel",
        "if (missed > n * ROUNDING * size).any():",
        "if (~solid).any():",
    ),
    Mutant(
        F,
        "the largest of the columns",
        "(shares[solid] * weights).sum()",
        "(shares[solid] * weights).sum(axis=0).max()",
    ),
    Mutant(
        F,
        "infinite for ill-conditioned kernels",
        " + values[-1] * np.linalg.norm(weights, axis=0)",
        "",
    ),
]
