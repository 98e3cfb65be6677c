"""Plausible wrong forward passes."""

from coursework.mutants import Mutant

LINE = "return np.maximum(X @ hidden, 0.0) @ output"

MUTANTS = [
    Mutant("relu_output", "forgets the ReLU", LINE, "return X @ hidden @ output"),
    Mutant(
        "relu_output",
        "puts the ReLU on the output",
        LINE,
        "return np.maximum(X @ hidden @ output, 0.0)",
    ),
    Mutant(
        "relu_output",
        "sums the neurons and forgets the output weights",
        LINE,
        "return np.maximum(X @ hidden, 0.0).sum(1)",
    ),
    Mutant(
        "relu_output",
        "takes the mean over neurons",
        LINE,
        "return np.maximum(X @ hidden, 0.0) @ output / max(len(output), 1)",
    ),
    Mutant(
        "relu_output",
        "keeps only the signs of the output weights",
        LINE,
        "return np.maximum(X @ hidden, 0.0) @ np.sign(output)",
    ),
    Mutant(
        "relu_output",
        "clips at one as well",
        LINE,
        "return np.clip(X @ hidden, 0.0, 1.0) @ output",
    ),
    Mutant(
        "relu_output",
        "a leaky ReLU",
        LINE,
        "return np.maximum(X @ hidden, 0.01 * (X @ hidden)) @ output",
    ),
    Mutant(
        "relu_output",
        "rounds the weights to single precision",
        'hidden = as_matrix(hidden, "hidden")',
        'hidden = as_matrix(hidden, "hidden").astype(np.float32).astype(float)',
    ),
    Mutant(
        "relu_output",
        "a network without neurons is an error",
        "if isinstance(hidden, np.ndarray) and hidden.shape[1:]",
        "if False and hidden.shape[1:]",
    ),
    Mutant(
        "to_network",
        "a saved network comes back with its weights exchanged",
        'hidden, output = arrays["hidden"], arrays["output"]',
        'output, hidden = arrays["hidden"], arrays["output"]',
    ),
    Mutant(
        "to_network",
        "a missing file is no network",
        "        except FileNotFoundError:\n            raise\n",
        "",
    ),
    Mutant(
        "to_network",
        "runs what a file has pickled",
        "allow_pickle=False",
        "allow_pickle=True",
    ),
]
