"""Plausible mistakes in deep networks, their lifted weights and the maps."""

from coursework.mutants import Mutant

PARTS = "np.maximum([out, -out], 0.0)"

OUTPUT = [
    Mutant(
        "deep_output",
        "adds the minus blocks",
        "signals[..., 0, :] - signals[..., 1, :]",
        "signals[..., 0, :] + signals[..., 1, :]",
    ),
    Mutant(
        "deep_output",
        "the sign is the other way round",
        "signals[..., 0, :] - signals[..., 1, :]",
        "signals[..., 1, :] - signals[..., 0, :]",
    ),
    Mutant(
        "deep_output",
        "a ReLU between the layers: the network, not the lifted model",
        "signals = add_up_paths(signals, (layer,))",
        "signals = add_up_paths(np.maximum(signals, 0.0), (layer,))",
    ),
    Mutant(
        "deep_output",
        "an inactive sample goes in with a minus sign",
        "signals = add_up_paths(signals, (layer,))",
        "signals = np.einsum('...jn,jn->...n', signals, 2.0 * layer - 1.0)",
    ),
    Mutant(
        "deep_output",
        "forgets the masks",
        "signals = add_up_paths(signals, (layer,))",
        "signals = signals.sum(axis=-2)",
    ),
]

SLACK = [
    Mutant(
        "deep_cone_slack",
        "looks at the active samples only",
        "min(((2.0 * M - 1.0) * h).min()",
        "min((M * h).min()",
    ),
    Mutant(
        "deep_cone_slack",
        "the largest instead of the smallest",
        "((2.0 * M - 1.0) * h).min() for",
        "((2.0 * M - 1.0) * h).max() for",
    ),
    Mutant(
        "deep_cone_slack",
        "checks the innermost cones only",
        "units = zip(layers, unit_signals",
        "units = zip(layers[:1], unit_signals",
    ),
    Mutant(
        "deep_cone_slack",
        "checks the outermost cones only",
        "float(min(((2.0 * M - 1.0) * h).min() for M, h in units))",
        "float([((2.0 * M - 1.0) * h).min() for M, h in units][-1])",
    ),
    Mutant(
        "deep_cone_slack",
        "a slack of zero for every feasible point",
        "return float(min(((2.0 * M - 1.0) * h).min() for M, h in units))",
        "return min(float(min(((2.0 * M - 1.0) * h).min() for M, h in units)), 0.0)",
    ),
]

TO = [
    Mutant(
        "to_deep_network",
        "all connections +1",
        "family = np.repeat([1.0, -1.0], count)",
        "family = np.repeat([1.0, 1.0], count)",
    ),
    Mutant(
        "to_deep_network",
        "signs alternate from pattern to pattern",
        "family = np.repeat([1.0, -1.0], count)",
        "family = np.tile([1.0, -1.0], count)",
    ),
    Mutant(
        "to_deep_network",
        "keeps the units of zero blocks",
        "alive = np.any(units, axis=1)",
        "alive = np.ones(len(units), dtype=bool)",
    ),
    Mutant(
        "to_deep_network",
        "loses the zero network",
        "alive[0] |= not alive.any()",
        "alive[0] |= False",
    ),
    Mutant(
        "to_deep_network",
        "plus and minus exchanged in every layer",
        "family = np.repeat([1.0, -1.0], count)",
        "family = np.repeat([-1.0, 1.0], count)",
    ),
    Mutant(
        "to_deep_network",
        "keeps parents only when all their children are alive",
        "above = np.any(alive.reshape(-1, len(family)), axis=1)",
        "above = np.all(alive.reshape(-1, len(family)), axis=1)",
    ),
]

FROM = [
    Mutant(
        "from_deep_network",
        "forgets the ReLU between the layers",
        "path_features(X, masks)",
        "path_features(X, [0 * mask + 1 for mask in masks])",
    ),
    Mutant(
        "from_deep_network",
        "gates whose negative weights add up",
        "signed, member, out)",
        "signed, member, np.abs(out))",
    ),
    Mutant(
        "from_deep_network",
        "a gate for each unit, the last of its cell",
        "gates.append(cells.gates.reshape(-1, *signed.shape[:-1]))",
        "last = units[len(units) - 1 - member[:, ::-1].argmax(axis=1)]\n"
        "        gates.append(last.reshape(-1, *signed.shape[:-1]))",
    ),
    Mutant(
        "from_deep_network",
        "mixes the paths below the units",
        "units = signed.reshape(-1, signed.shape[-1]).T",
        "units = np.moveaxis(signed, -2, 0).reshape(-1, signed.shape[-1]).T",
    ),
    Mutant(
        "from_deep_network",
        "the minus blocks keep their sign",
        PARTS,
        "np.array([np.maximum(out, 0.0), np.minimum(out, 0.0)])",
    ),
    Mutant(
        "from_deep_network",
        "drops the negative weights",
        PARTS,
        "np.maximum([out, out], 0.0)",
    ),
    Mutant(
        "from_deep_network",
        "the weights' signs instead of their sizes",
        PARTS,
        "1.0 * np.array([out > 0, out < 0])",
    ),
]

CHECKS = [
    Mutant(
        "deep_output",
        "counts the layers, not their patterns",
        "    if weights.counts != counts:\n",
        "    if len(weights.counts) != len(counts):\n",
    ),
    Mutant(
        "deep_output",
        "does not look at the width of the data",
        "X = as_matrix(X, columns=weights.blocks.shape[-1])",
        "X = as_matrix(X)",
    ),
    Mutant(
        "to_deep_network",
        "takes layers that do not chain",
        "width = layers[-1].shape[1]",
        "pass",
    ),
    Mutant(
        "to_deep_network",
        "takes a vector of output weights for a network",
        "or len(self.layers) < 2:",
        "or len(self.layers) < 1:",
    ),
    Mutant("from_deep_network", "any number of signs", " or signs != {2}", ""),
    Mutant("from_deep_network", "any number of axes", " or blocks.ndim % 2 == 0", ""),
]

MUTANTS = [*OUTPUT, *SLACK, *TO, *FROM, *CHECKS]
