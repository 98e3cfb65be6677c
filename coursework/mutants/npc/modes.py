"""Plausible mistakes in the elimination of labelled modes."""

from coursework.mutants import Mutant

SCORES, BEST, NPC = "min_eigenvalue_scores", "best_batch", "npc"

MUTANTS = [
    Mutant(
        SCORES,
        "adds the eliminated part",
        "self.kernel.block(members, members) - high",
        "self.kernel.block(members, members) + high",
    ),
    Mutant(
        SCORES,
        "eliminates with the gaps at zero",
        "self.values[self.low :] - t, ",
        "self.values[self.low :], ",
    ),
    Mutant(
        SCORES,
        "eliminates one mode too few",
        "high = self.links[batch, self.low :] / np.sqrt(self.gaps(t))",
        "high = (self.links[batch, self.low :] / np.sqrt(self.gaps(t)))[:, 1:]",
    ),
    Mutant(
        SCORES,
        "gaps, not their roots",
        "self.links[batch, self.low :] / np.sqrt(self.gaps(t))",
        "self.links[batch, self.low :] / self.gaps(t)",
    ),
    Mutant(
        SCORES,
        "a floor under the gaps that is no rounding",
        "- t, self._least_gap)",
        "- t, 9.0)",
    ),
    Mutant(
        SCORES, "the slope of a shift alone", "slope = 1.0 + (", "slope = 1.0 + 0 * ("
    ),
    Mutant(
        SCORES,
        "the slope without the square",
        "((part / self.gaps(t)) ** 2).sum()",
        "np.abs(part / self.gaps(t)).sum()",
    ),
    Mutant(
        SCORES,
        "one step of Newton",
        "if upper - lower <= tol:",
        "if True:",
    ),
    Mutant(
        SCORES,
        "a shift in other units",
        "below = 1e-3 * np.abs(self.values).max(initial=0.0)",
        "below = 1e-3",
    ),
    Mutant(
        SCORES,
        "the longest sample's rounding for all",
        "self._own[batches].sum(axis=-1)",
        "batches.shape[-1] * self._own.max() + 0 * self._own[batches].sum(axis=-1)",
    ),
    Mutant(
        SCORES,
        "returns the lower end",
        "return float(upper)",
        "return float(lower - 1e-3)",
    ),
    Mutant(
        SCORES,
        "the largest eigenvalue",
        "subset_by_index=[0, 0]",
        "subset_by_index=[len(T) - 1] * 2",
    ),
    Mutant(SCORES, "links to the wrong vectors", "labeled) @ U)", "labeled) @ U.T)"),
    Mutant(
        SCORES, "the diagonal by its square", "np.diag(values)", "np.diag(values**2)"
    ),
    Mutant(
        BEST,
        "no batch beats the record",
        "overwrite_a=1)[1] == 0",
        "overwrite_a=1)[1] < 0",
    ),
    Mutant(
        NPC,
        "more labels with the old links",
        "np.hstack(beside) @ vectors",
        "np.hstack(beside)",
    ),
    Mutant(
        NPC,
        "more labels without their own block",
        "block = self.kernel.block(rows, rows)",
        "block = np.zeros((len(rows), len(rows)))",
    ),
    Mutant(
        NPC,
        "more labels and the pool not linked to them",
        "self.kernel.block(self.members, rows)]",
        "np.zeros((len(self.members), len(rows)))]",
    ),
    Mutant(NPC, "log det: one side of the border", "    T[:k, k:] = links.T\n", ""),
    Mutant(
        BEST,
        "the test at twice the shift",
        "T.flat[:: len(T) + 1] -= t",
        "T.flat[:: len(T) + 1] -= 2 * t",
    ),
    Mutant(
        BEST,
        "the test at the cap",
        "T.flat[:: len(T) + 1] -= t",
        "T.flat[:: len(T) + 1] -= self.cap",
    ),
    Mutant(
        BEST,
        "the test without the border",
        "T = self.small(batch, t, corner)",
        "T = -self.small(batch, t, corner)",
    ),
]
