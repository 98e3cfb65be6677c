"""Plausible mistakes in the Fisher factors and BAIT."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "fisher_factors",
        "probabilities, not their roots",
        "np.sqrt(p)[:, :, None] * slopes",
        "p[:, :, None] * slopes",
    ),
    Mutant(
        "fisher_factors",
        "weighs classes, not labels",
        "np.sqrt(p)[:, :, None] * slopes",
        "np.sqrt(p)[:, None, :] * slopes",
    ),
    Mutant(
        "fisher_factors",
        "labels are equally likely",
        "np.sqrt(p)[:, :, None] * slopes",
        "slopes / p.shape[1] ** 0.5",
    ),
    Mutant(
        "fisher_factors",
        "the diagonal only",
        "np.sqrt(p)[:, :, None] * slopes",
        "np.sqrt(p)[:, :, None] * slopes * np.eye(p.shape[1])",
    ),
    Mutant(
        "fisher_factors",
        "forgets the label",
        "p[:, None, :] - np.eye(p.shape[1])",
        "p[:, None, :] - 0.0 * np.eye(p.shape[1])",
    ),
    Mutant(
        "fisher_factors",
        "transposed",
        "p[:, None, :] - np.eye(p.shape[1])",
        "p[:, :, None] - np.eye(p.shape[1])",
    ),
    Mutant(
        "bait",
        "no backward pass",
        "design.pruned(design.grown(take), budget)",
        "design.pruned(design.grown(take)[:budget], budget)",
    ),
    Mutant(
        "bait",
        "twice as many, whatever is asked",
        'budget * as_integer(oversample, "oversample", low=1)',
        ('budget * min(2, as_integer(oversample, "oversample", low=1) + 1)'),
    ),
    Mutant(
        "bait",
        "the pool without the labelled",
        "(_fisher(H, B) + bought)",
        "(_fisher(H, B) + 0.0 * bought)",
    ),
    Mutant(
        "bait",
        "forgets what is bought",
        "reg * np.eye(len(F)) + bought, F)",
        "reg * np.eye(len(F)) + 0.0 * bought, F)",
    ),
    Mutant(
        "bait",
        "reg by its root",
        "reg * np.eye(len(F))",
        "reg**0.5 * np.eye(len(F))",
    ),
    Mutant(
        "bait",
        "the smallest gain",
        "int(gain.argmax())",
        "int(np.where(gain == -np.inf, np.inf, gain).argmin())",
    ),
    Mutant(
        "bait",
        "the largest loss goes",
        "int(self.effect(-1.0).argmin())",
        "int(self.effect(-1.0).argmax())",
    ),
    Mutant(
        "bait",
        "a point may enter twice",
        "gain[picks] = -np.inf",
        "gain[picks[:-1]] = -np.inf",
    ),
    Mutant(
        "bait",
        "the gain without its correction",
        "np.linalg.solve(small, self.Q)",
        "np.linalg.solve(small * 0 + np.eye(len(small)), self.Q)",
    ),
    Mutant(
        "bait",
        "leaves as it enters",
        "self.move(out, -1.0)",
        "self.move(out, 1.0)",
    ),
    Mutant(
        "bait",
        "forgets the second-order term",
        "Z - 0.5 * sign * W",
        "Z - 0.0 * W",
    ),
    Mutant(
        "bait",
        "half the Fisher matrix",
        "F[e, :, c] = F[c, :, e]",
        "F[e, :, c] = 0.0 if e < c else F[c, :, e]",
    ),
    Mutant(
        "bait",
        "candidates are not updated",
        "self.K -= sign * w @ w.swapaxes(1, 2)",
        "self.K -= 0.0 * w @ w.swapaxes(1, 2)",
    ),
    Mutant(
        "bait",
        "forgets products of different classes",
        "weights[:, c, e, None] * H",
        "weights[:, c, c, None] * H",
    ),
    Mutant(
        "bait",
        "columns of another model pass",
        "if p.shape[1] != columns:",
        "if False:",
    ),
    Mutant(
        "bait",
        "all labels of what is bought are equally likely",
        "return fisher_factors(p)\n",
        "return fisher_factors(np.full(p.shape, 1.0 / p.shape[1]))\n",
    ),
]
