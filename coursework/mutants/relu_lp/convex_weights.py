"""Plausible wrong maps between networks and convex weights."""

from coursework.mutants import Mutant

AMOUNT = "np.maximum(sign * alpha, 0.0)"
OUTPUTS = "Z = np.vstack([outputs[0], -outputs[1]]).T"
USED = "used = network.hidden.any(axis=0) & (network.output != 0)"

MUTANTS = [
    Mutant(
        "to_network",
        "every neuron with output weight +1",
        "output = np.repeat([1.0, -1.0], len(positive))",
        "output = np.repeat([1.0, 1.0], len(positive))",
    ),
    Mutant(
        "to_network",
        "output weights in turns, weights in blocks",
        "output = np.repeat([1.0, -1.0], len(positive))",
        "output = np.tile([1.0, -1.0], len(positive))",
    ),
    Mutant(
        "to_network",
        "forgets the negative block",
        "hidden = np.vstack([positive, negative])\n",
        "hidden = np.vstack([positive, 0 * negative])\n",
    ),
    Mutant(
        "to_network",
        "negates the weights instead of the output",
        "hidden = np.vstack([positive, negative])\n    output = np.repeat([1.0, -1.0]",
        "hidden = np.vstack([positive, -negative])\n    output = np.repeat([1.0, 1.0]",
    ),
    Mutant(
        "to_network",
        "one neuron per pattern, with the difference of its vectors",
        "hidden = np.vstack([positive, negative])\n",
        "hidden = np.vstack([positive - negative, 0 * negative])\n",
    ),
    Mutant(
        "to_network",
        "keeps zero neurons",
        "used = hidden.any(axis=1)",
        "used = np.ones(len(hidden), dtype=bool)",
    ),
    Mutant(
        "to_network",
        "drops neurons without a bias",
        "used = hidden.any(axis=1)",
        "used = hidden.all(axis=1)",
    ),
    Mutant(
        "from_network",
        "forgets the size of the output weight",
        AMOUNT,
        "(sign * alpha > 0.0)",
    ),
    Mutant(
        "from_network",
        "keeps the sign of the output weight as well",
        AMOUNT,
        "sign * np.maximum(sign * alpha, 0.0)",
    ),
    Mutant(
        "from_network",
        "puts every neuron in the positive block",
        AMOUNT,
        "(sign > 0) * np.abs(alpha)",
    ),
    Mutant(
        "from_network",
        "exchanges the blocks",
        "for sign in (1.0, -1.0)",
        "for sign in (-1.0, 1.0)",
    ),
    Mutant(
        "from_network",
        "makes a pattern of a neuron that is dead",
        USED,
        "used = network.hidden.any(axis=0)",
    ),
    Mutant(
        "from_network",
        "calls a neuron zero because its square is",
        USED,
        USED.replace("network.hidden.any", "(network.hidden**2).any"),
    ),
    Mutant(
        "reduce_neurons",
        "reduces nothing",
        "for _ in range(N.shape[1]):",
        "for _ in range(0):",
    ),
    Mutant(
        "reduce_neurons",
        "stops one step early",
        "for _ in range(N.shape[1]):",
        "for _ in range(N.shape[1] - 1):",
    ),
    Mutant(
        "reduce_neurons",
        "takes the largest step: coefficients turn negative and are cut off",
        "t, leaving = min(",
        "t, leaving = max(",
    ),
    Mutant(
        "reduce_neurons",
        "lets a removed neuron come back",
        "N -= np.outer(N[:, pivot] / N[leaving, pivot], N[leaving])",
        "pass",
    ),
    Mutant(
        "reduce_neurons",
        "forgets the sign of the negative block",
        OUTPUTS,
        "Z = np.vstack([outputs[0], outputs[1]]).T",
    ),
    Mutant(
        "reduce_neurons",
        "looks for dependent weights instead of dependent outputs",
        OUTPUTS,
        "Z = np.vstack([blocks[0], -blocks[1]]).T",
    ),
    Mutant(
        "reduce_neurons",
        "forgets to scale back",
        "sizes[used]) / sizes[used]\n",
        "sizes[used])\n",
    ),
    Mutant(
        "convex_output",
        "one block twice",
        "return np.stack([positive, negative])",
        "return np.stack([positive, positive])",
    ),
    Mutant(
        "convex_output",
        "exchanges the blocks",
        "return np.stack([positive, negative])",
        "return np.stack([negative, positive])",
    ),
]
