"""Plausible wrong maps between networks and convex weights."""

from coursework.mutants import Mutant

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
        "+= abs(alpha) * w",
        "+= w",
    ),
    Mutant(
        "from_network",
        "keeps the sign of the output weight as well",
        "+= abs(alpha) * w",
        "+= alpha * w",
    ),
    Mutant(
        "from_network",
        "puts every neuron in the positive block",
        "sums[1 if alpha > 0 else 2]",
        "sums[1]",
    ),
    Mutant(
        "from_network",
        "exchanges the blocks",
        "sums[1 if alpha > 0 else 2]",
        "sums[2 if alpha > 0 else 1]",
    ),
    Mutant(
        "from_network",
        "keeps the last of equal patterns instead of the sum",
        "+= abs(alpha) * w",
        "= abs(alpha) * w",
    ),
    Mutant(
        "from_network",
        "leaves boundary neurons on the boundary",
        "if not touching.any():",
        "if True:",
    ),
    Mutant(
        "from_network",
        "steps across other boundaries when it leaves one",
        "0.5 * min(1.0, reach.min(initial=1.0)) * e",
        "5.0 * e",
    ),
    Mutant(
        "from_network",
        "makes a pattern of a neuron that is dead",
        "if alpha == 0 or not w.any():",
        "if not w.any():",
    ),
    Mutant(
        "from_network",
        "a zero row is inactive",
        "mask = np.ones(len(X), dtype=bool)",
        "mask = np.zeros(len(X), dtype=bool)",
    ),
    Mutant(
        "from_network",
        "calls a neuron zero because its square is",
        "if alpha == 0 or not w.any():",
        "if alpha == 0 or w @ w == 0:",
    ),
    Mutant(
        "from_network",
        "steps along a wall of the data",
        "return tries[np.abs(tries @ rows.T).min(axis=1, initial=1.0).argmax()]",
        "return tries[np.abs(tries @ rows.T).min(axis=1, initial=1.0).argmax()] * (\n"
        "        np.arange(rows.shape[1]) == 0\n    )",
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
        "-(masks * (negative @ X.T))",
        "masks * (negative @ X.T)",
    ),
    Mutant(
        "reduce_neurons",
        "looks for dependent weights instead of dependent outputs",
        "Z = np.vstack([masks * (positive @ X.T), -(masks * (negative @ X.T))]).T",
        "Z = np.vstack([positive, -negative]).T",
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
