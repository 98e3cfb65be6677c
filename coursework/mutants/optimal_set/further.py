"""Plausible mistakes in pruning beyond the minimal network."""

from coursework.mutants import Mutant

FURTHER = "prune_further"

MUTANTS = [
    Mutant(FURTHER, "keeps the smallest", "kept = np.argsort(-scores, kind",
           "kept = np.argsort(scores, kind"),
    Mutant(FURTHER, "one neuron too many", "if keep >= width:",
           "if keep >= width - 1:"),
    Mutant(FURTHER, "a fit with either sign",
           "non_negative_least_squares(Z[:, kept], target) if refit",
           "np.abs(np.linalg.lstsq(Z[:, kept], target)[0]) if refit"),
    Mutant(FURTHER, "always fits", "if refit else 1.0", "if True else 1.0"),
    Mutant(FURTHER, "never fits", "if refit else 1.0", "if False else 1.0"),
    Mutant(FURTHER, "factors instead of roots", "root, kept = np.sqrt(factors)",
           "root, kept = factors"),
    Mutant(FURTHER, "outputs without the ReLU", "np.maximum(X @ network.hidden, 0.0)",
           "(X @ network.hidden)"),
    Mutant(FURTHER, "the norm of the hidden weights only",
           "np.abs(network.output) * np.linalg.norm(network.hidden, axis=0)",
           "np.linalg.norm(network.hidden, axis=0)"),
    Mutant(FURTHER, "the norm of the output weights only",
           "np.abs(network.output) * np.linalg.norm(network.hidden, axis=0)",
           "np.abs(network.output)"),
    Mutant(FURTHER, "a slope with its sign", "return np.abs((Z.sum(axis=1) - y) @ Z)", "return -((Z.sum(axis=1) - y) @ Z)"),
    Mutant(FURTHER, "the slope of the outputs", "return np.abs((Z.sum(axis=1) - y) @ Z)",
           "return np.abs(Z.sum(axis=1) @ Z)"),
    Mutant(FURTHER, "no permutation", ".permutation(Z.shape[1])",
           ".permutation(1) + np.arange(Z.shape[1])"),
    Mutant(FURTHER, "drops the least replaceable", "miss.argmin()", "miss.argmax()"),
    Mutant(FURTHER, "forgets the inverse", "np.diag(np.linalg.inv(G))", "1.0"),
    Mutant(FURTHER, "forgets the sizes", "(factors * sizes) ** 2", "factors**2"),
    Mutant(FURTHER, "an envelope without its shares",
           "theta = np.maximum(_largest_share(a, k), 1e-9)", "theta = theta"),
    Mutant(FURTHER, "shares of a half", "np.minimum(1.0, a / tau)", "0.5 + 0.0 * a"),
    Mutant(FURTHER, "shares upside down", "np.minimum(1.0, a / tau)",
           "np.minimum(1.0, tau / np.maximum(a, 1e-9))"),
    Mutant(FURTHER, "the envelope's smallest", "np.argsort(-_envelope_factors",
           "np.argsort(_envelope_factors"),
]  # fmt: skip
