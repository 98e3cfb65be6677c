"""Plausible mistakes in the sampled convex program."""

from coursework.mutants import Mutant

FIT = "fit_sampled"

MUTANTS = [
    Mutant(
        FIT,
        "forgets to normalise the neurons",
        "neurons /= np.linalg.norm(neurons, axis=1, keepdims=True)",
        "pass",
    ),
    Mutant(FIT, "forgets the ReLU", "np.maximum(neurons @ X.T, 0.0)", "neurons @ X.T"),
    Mutant(
        FIT,
        "a least-squares fit without the penalty",
        "output = size * (up - down) / scale",
        "output = np.linalg.lstsq(features.T, y, rcond=None)[0]",
    ),
    Mutant(FIT, "halves the regularisation", "reg / size", "0.5 * reg / size"),
    Mutant(
        FIT,
        "forgets the scale of the multipliers",
        "output = size * (up - down) / scale",
        "output = size * (up - down)",
    ),
    Mutant(FIT, "output weights of one sign only", "size * (up - down)", "size * up"),
    Mutant(
        FIT,
        "the dual vector of the zero network",
        "return output, y - output @ features",
        "return output, y",
    ),
    Mutant(
        FIT,
        "one normalisation for all neurons",
        "np.linalg.norm(neurons, axis=1, keepdims=True)",
        "np.linalg.norm(neurons)",
    ),
    Mutant(
        FIT,
        "the network forgets its negative neurons",
        "[self.output, -self.output]",
        "[self.output, 0.0 * self.output]",
    ),
    Mutant(
        FIT,
        "draws neurons column by column",
        "as_rng(rng).standard_normal((N, X.shape[1]))",
        "as_rng(rng).standard_normal((X.shape[1], N)).T",
    ),
    Mutant(
        FIT,
        "returns whatever it has",
        '    raise gap_too_large("the',
        '    return best\n    raise gap_too_large("the',
    ),
    Mutant(
        FIT,
        "a dual vector that is not scaled",
        "nu = scaled_dual(nu, y, reg, size, loss)",
        "nu = 1.0 * nu",
    ),
    Mutant(
        FIT,
        "advises max_iter where it does nothing",
        'what = "tol" if squared else "tol or max_iter"',
        'what = "tol or max_iter"',
    ),
    Mutant(
        FIT,
        "the dual vector of the worse bound",
        "proof = max(best or fit",
        "proof = min(best or fit",
    ),
    Mutant(
        FIT,
        "half of the gap",
        "gap = max(objective - dual_value(nu, y, loss), 0.0)",
        "gap = max(objective - dual_value(nu, y, loss), 0.0) / 2",
    ),
]
