"""Plausible mistakes in the sampled convex program."""

from coursework.mutants import Mutant

FIT = "fit_sampled"

MUTANTS = [
    Mutant(FIT, "forgets to normalise the neurons",
           "neurons /= np.linalg.norm(neurons, axis=1, keepdims=True)", "pass"),
    Mutant(FIT, "forgets the ReLU", "np.maximum(neurons @ X.T, 0.0)", "neurons @ X.T"),
    Mutant(FIT, "a least-squares fit without the penalty",
           "output = size * (up - down) / (1.0 - h @ u)",
           "output = np.linalg.lstsq(features.T, y, rcond=None)[0]"),
    Mutant(FIT, "halves the regularisation", "reg / size", "0.5 * reg / size"),
    Mutant(FIT, "forgets the scale of the multipliers",
           "output = size * (up - down) / (1.0 - h @ u)",
           "output = size * (up - down)"),
    Mutant(FIT, "output weights of one sign only", "size * (up - down)", "size * up"),
    Mutant(FIT, "the sign of the dual vector", "yield output, y - output @ features",
           "yield output, output @ features - y"),
    Mutant(FIT, "one normalisation for all neurons",
           "np.linalg.norm(neurons, axis=1, keepdims=True)", "np.linalg.norm(neurons)"),
    Mutant(FIT, "the network forgets its negative neurons",
           "np.maximum(-self.output, 0.0)", "np.maximum(0.0 * self.output, 0.0)"),
    Mutant(FIT, "draws neurons column by column",
           "rng.standard_normal((N, X.shape[1]))",
           "rng.standard_normal((X.shape[1], N)).T"),
    Mutant(FIT, "returns whatever it has",
           "    raise NotConverged(\n        f\"duality",
           "    return best\n    raise NotConverged(\n        f\"duality"),
]  # fmt: skip
