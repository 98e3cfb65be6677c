"""Plausible wrong units and margins."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "fit_relu_lp",
        "leaves the data in their own units",
        "    return float(2.0 ** (10 * np.round(",
        "    return 1.0 or float(2.0 ** (10 * np.round(",
    ),
    Mutant(
        "fit_relu_lp",
        "scales to margin one, whatever was asked for",
        "    scale = margin / smallest(blocks)\n",
        "    scale, margin = 1.0 / smallest(blocks), 1.0\n",
    ),
]
