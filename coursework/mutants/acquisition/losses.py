"""Plausible mistakes in softmax, losses and their slopes."""

from coursework.mutants import Mutant

SOFTMAX, LOSSES, FIT = "softmax", "sample_losses", "fit_mlp"

MUTANTS = [
    Mutant(SOFTMAX, "exponentials that overflow",
           "np.exp(scores - scores.max(axis=1, keepdims=True))", "np.exp(scores)"),
    Mutant(SOFTMAX, "the largest of all rows", "scores.max(axis=1, keepdims=True))",
           "scores.max())"),
    Mutant(SOFTMAX, "one total for all", "top /= top.sum(axis=1, keepdims=True)",
           "top /= top.sum()"),
    Mutant(SOFTMAX, "never divided", "    top /= top.sum(axis=1, keepdims=True)\n", ""),
    Mutant(SOFTMAX, "the other sign", "np.exp(scores - scores.max",
           "np.exp(scores.max(axis=1, keepdims=True) - scores + 0.0 * scores.max"),
    Mutant(SOFTMAX, "sharper than it is", "    top /= top.sum(axis=1",
           "    top *= top\n    top /= top.sum(axis=1"),
    Mutant(LOSSES, "the squared loss without ½", "0.5 * (slopes**2).sum(axis=1)",
           "(slopes**2).sum(axis=1)"),
    Mutant(LOSSES, "the mean over outputs", "(slopes**2).sum(axis=1)",
           "(slopes**2).mean(axis=1)"),
    Mutant(LOSSES, "target minus prediction", "slopes = scores - y",
           "slopes = y - scores"),
    Mutant(LOSSES, "the score of another class", "np.log(total) - scores[row, y]",
           "np.log(total) - scores[row, -1 - y]"),
    Mutant(LOSSES, "no logarithm", "losses = np.log(total)", "losses = total"),
    Mutant(LOSSES, "slopes without the target", "    slopes[row, y] -= 1.0\n", ""),
    Mutant(LOSSES, "slopes that are not normalised", "slopes /= total[:, None]",
           "slopes /= total.max()"),
    Mutant(LOSSES, "exponentials that overflow",
           "    scores = scores - scores.max(axis=1, keepdims=True)\n    slopes",
           "    slopes"),
    Mutant(FIT, "a class for the target of a regression",
           'if task == "regression":\n        slopes',
           'if task == "other":\n        slopes'),
]  # fmt: skip
