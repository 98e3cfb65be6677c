"""Plausible mistakes in splitting and blending networks."""

from coursework.mutants import Mutant

SPLIT, BLEND = "split_neuron", "blend_networks"

MUTANTS = [
    Mutant(SPLIT, "shares instead of roots", "np.sqrt(1.0 - share))\n    scale",
           "1.0 - share)\n    scale"),
    Mutant(SPLIT, "the first copy by the share", "scale[neuron] = np.sqrt(share)",
           "scale[neuron] = share"),
    Mutant(SPLIT, "two whole copies", "scale[neuron] = np.sqrt(share)",
           "scale[neuron] = 1.0"),
    Mutant(SPLIT, "swaps the copies", "scale[neuron] = np.sqrt(share)",
           "scale[neuron], scale[-1] = scale[-1], np.sqrt(share)"),
    Mutant(SPLIT, "copies the first neuron",
           "np.append(np.arange(network.width), neuron)",
           "np.append(np.arange(network.width), 0)"),
    Mutant(SPLIT, "splits the hidden weights only", "scale * network.output[order]",
           "network.output[order]"),
    Mutant(BLEND, "shares instead of roots", "np.sqrt(1.0 - share), np.sqrt(share)\n",
           "1.0 - share, share\n"),
    Mutant(BLEND, "the wrong way round", "np.sqrt(1.0 - share), np.sqrt(share)\n",
           "np.sqrt(share), np.sqrt(1.0 - share)\n"),
    Mutant(BLEND, "fades the outputs only", "np.hstack([a * first.hidden, b",
           "np.hstack([first.hidden, b"),
    Mutant(BLEND, "fades the hidden weights only", "b * second.output)",
           "second.output)"),
    Mutant(BLEND, "a half each", "np.sqrt(1.0 - share), np.sqrt(share)\n",
           "np.sqrt(0.5), np.sqrt(0.5)\n"),
]  # fmt: skip
