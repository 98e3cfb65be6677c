"""Plausible mistakes in labels as cuts and in the proofs that they clash."""

from coursework.mutants import Mutant

ACTIVE, REAL, TUBE = "active_learn", "active_learn_regression", "tube_residual"

MUTANTS = [
    Mutant(
        ACTIVE,
        "keeps the wrong half-space: the linear baseline's sign",
        "[(-y, self.slack)]",
        "[(y, self.slack)]",
    ),
    Mutant(
        ACTIVE, "slack to the wrong side", "[(-y, self.slack)]", "[(-y, -self.slack)]"
    ),
    Mutant(ACTIVE, "slack is forgotten", "[(-y, self.slack)]", "[(-y, 0.0)]"),
    Mutant(ACTIVE, "undecided is right", "return y * f <= 0", "return y * f < 0"),
    Mutant(
        ACTIVE,
        "names positions, not samples",
        "guilty = [n for n, used in zip(names, large, strict=True) if used]",
        "guilty = np.flatnonzero(large).tolist()",
    ),
    Mutant(ACTIVE, "names everybody", "> 1e-9 * np.abs(multipliers).max()", ">= 0"),
    Mutant(
        ACTIVE,
        "does not explain",
        "separate_without_cones(X * column_units(X), y, paths)",
        "pass",
    ),
    Mutant(
        REAL,
        "explains tubes with labels' slack",
        "if proof is not None and tube_residual(X, y, paths, proof, self.epsilon) < 0:",
        "if proof is not None:",
    ),
    Mutant(REAL, "never proves", "self.epsilon) < 0:", "self.epsilon) < -1e9:"),
    Mutant(
        REAL,
        "a tube with one wall",
        "return [(1.0, y + self.epsilon), (-1.0, self.epsilon - y)]",
        "return [(1.0, y + self.epsilon)]",
    ),
    Mutant(
        REAL,
        "a tube of twice the width",
        "return [(1.0, y + self.epsilon), (-1.0, self.epsilon - y)]",
        "return [(1.0, y + 2 * self.epsilon), (-1.0, 2 * self.epsilon - y)]",
    ),
    Mutant(
        REAL,
        "a tube of half the width",
        "return [(1.0, y + self.epsilon), (-1.0, self.epsilon - y)]",
        "return [(1.0, y + self.epsilon / 2), (-1.0, self.epsilon / 2 - y)]",
    ),
    Mutant(
        REAL,
        "the lower wall has the sign of the upper",
        "(-1.0, self.epsilon - y)",
        "(-1.0, self.epsilon + y)",
    ),
    Mutant(
        REAL,
        "a mistake is any difference",
        "abs(f - y) > self.epsilon",
        "abs(f - y) > 0",
    ),
    Mutant(
        REAL, "a mistake is a wrong sign", "abs(f - y) > self.epsilon", "f * y <= 0"
    ),
    Mutant(
        REAL,
        "multipliers with the wrong sign",
        "N.T @ (low - high)",
        "N.T @ (high - low)",
    ),
    Mutant(
        REAL, "only the upper walls have multipliers", "N.T @ (low - high)", "N.T @ low"
    ),
    Mutant(
        REAL,
        "does not say that it was the radius",
        "raise radius ({error})",
        "nothing to do ({error})",
    ),
    Mutant(
        REAL,
        "the error as it came",
        "    if isinstance(error, Infeasible):\n",
        "    if not isinstance(error, Infeasible):\n",
    ),
    Mutant(
        TUBE,
        "does not look at what w can see",
        "if (np.abs(sums) > 1e-11 * size).any():",
        "if False:",
    ),
    Mutant(
        TUBE,
        "looks at the first mask only",
        "(np.abs(sums) > 1e-11",
        "(np.abs(sums[:, :1]) > 1e-11",
    ),
    Mutant(TUBE, "demands exact zeros", "> 1e-11 * size", "> 0"),
    Mutant(
        TUBE,
        "the sum of multipliers, not of their sizes",
        "np.abs(multipliers).sum() - multipliers @ y",
        "multipliers.sum() - multipliers @ y",
    ),
    Mutant(
        TUBE,
        "the wrong sign of the targets",
        "- multipliers @ y)",
        "+ multipliers @ y)",
    ),
    Mutant(TUBE, "epsilon is forgotten", "float(epsilon * np", "float(0 * np"),
    Mutant(
        TUBE,
        "targets do not matter",
        "- multipliers @ y)",
        "- np.abs(multipliers @ y))",
    ),
    Mutant(
        ACTIVE,
        "explains soft cuts only",
        "        if self.slack > 0:\n",
        "        if self.slack >= 0:\n",
    ),
]
