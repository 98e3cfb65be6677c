"""Plausible mistakes in what stands in for the smallest eigenvalue."""

from coursework.mutants import Mutant

F = "npc"

MUTANTS = [
    Mutant(
        F,
        "greedy forgets what it chose",
        "secular_roots(self.modes.extended(chosen))",
        "secular_roots(self.modes)",
    ),
    Mutant(
        F,
        "continued: the first record only",
        "if value > record:\n",
        "if record == -np.inf:\n",
    ),
    Mutant(
        F,
        "continued: the largest eigenvalue",
        "np.linalg.eigvalsh(M)[0]",
        "np.linalg.eigvalsh(M)[-1]",
    ),
    Mutant(
        F,
        "continued: forgets the labelled samples",
        "return self.base + F.T @ F",
        "return F.T @ F",
    ),
    Mutant(
        F,
        "continued: the wrong eigenvalue is lifted",
        "p = max(zero - 1, 0)",
        "p = zero",
    ),
    Mutant(
        F,
        "continued: shares are not squared",
        "(self.features @ vectors) ** 2",
        "np.abs(self.features @ vectors)",
    ),
    Mutant(
        F,
        "continued: the sign of the secular function",
        "1.0 + (shares / gaps)",
        "1.0 - (shares / gaps)",
    ),
    Mutant(
        F,
        "continued: the wrong half of the interval",
        "np.where(above, low, middle), np.where(above, middle, high)",
        "np.where(above, middle, low), np.where(above, high, middle)",
    ),
    Mutant(
        F,
        "continued: one feature grows by nothing",
        "values[p] + shares[:, : p + 1].sum(axis=1)",
        "values[p] + 0 * shares[:, 0]",
    ),
    Mutant(
        F, "log det: without the ridge", "T.flat[:: len(T) + 1] += self.reg", "pass"
    ),
    Mutant(
        F,
        "log det: the modes at the wrong shift",
        "small(batch, -self.reg)",
        "small(batch, self.reg)",
    ),
    Mutant(
        F, "log det: the smallest", "int(np.argmax(values))", "int(np.argmin(values))"
    ),
    Mutant(
        F,
        "log det: forgets what it chose",
        "after = self.modes.extended(chosen)",
        "after = self.modes",
    ),
    Mutant(
        F,
        "log det: variances without the ridge",
        "after.links**2 / (after.values + self.reg)",
        "after.links**2 / np.maximum(after.values, 1e-9)",
    ),
    Mutant(
        F,
        "log det: a ridge in other units",
        "ridge = reg / kernel.unit",
        "ridge = 1e6 * reg",
    ),
    Mutant(
        F,
        "log det: the default does not scale",
        "1e-3 * float(kernel.diagonal(pool).mean()), tol)",
        "1e-3 / kernel.unit, tol)",
    ),
    Mutant(
        F,
        "log det: a ridge below rounding",
        "if ridge < tol:",
        "if ridge < 0:",
    ),
]
