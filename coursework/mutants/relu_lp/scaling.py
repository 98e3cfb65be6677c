"""Plausible wrong units and margins."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "fit_relu_lp",
        "leaves the data in their own units",
        "return 1024.0 ** (columns - np.round(np.log2(size) / 10.0))",
        "return 1024.0**columns",
    ),
    Mutant(
        "fit_relu_lp",
        "is content with nine digits too few",
        "        if short <= 1e-12:\n",
        "        if short <= 1e-3:\n",
    ),
    Mutant(
        "fit_relu_lp",
        "never looks whether the margin is there",
        "    for _ in range(9):\n",
        "    for _ in range(0):\n",
    ),
]
