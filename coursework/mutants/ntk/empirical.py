"""Plausible mistakes in networks and their kernels."""

from coursework.mutants import Mutant

D, E = "draw_ntk_network", "empirical_ntk"

MUTANTS = [
    Mutant(D, "uniform weights", "rng.standard_normal(pair)", "rng.random(pair)"),
    Mutant(D, "variance 1/m in the weights", "rng.standard_normal(pair) for",
           "rng.standard_normal(pair) / pair[0] ** 0.5 for"),
    Mutant(D, "matrices transposed", "rng.standard_normal(pair) for",
           "rng.standard_normal(pair[::-1]) for"),
    Mutant(D, "no output layer", "zip(found, [*found[1:], 1], strict=True)",
           "zip(found[:-1], found[1:], strict=True)"),
    Mutant(D, "its own random numbers", "    rng = as_rng(rng)\n",
           "    rng = np.random.default_rng(1)\n"),
    Mutant(E, "no 1/√m on the way", "A / np.sqrt(len(W))", "A"),
    Mutant(E, "no √2", "A = ROOT_2 * np.maximum", "A = np.maximum"),
    Mutant(E, "1/√ of the wrong width", "A / np.sqrt(len(W))",
           "A / np.sqrt(W.shape[1])"),
    Mutant(E, "no ReLU", "ROOT_2 * np.maximum(H, 0.0)", "ROOT_2 * H"),
    Mutant(E, "gates that are shut", "gates.append(H > 0.0)", "gates.append(H < 0.0)"),
    Mutant(E, "no 1/√m on the way back", "gate * (ROOT_2 / np.sqrt(len(W)))",
           "gate * ROOT_2"),
    Mutant(E, "no gates on the way back", "gate * (ROOT_2 / np.sqrt(len(W)))",
           "(ROOT_2 / np.sqrt(len(W)))"),
    Mutant(E, "gates in the order of the way there", "reversed(gates), strict=True):\n"
           "        B =", "gates, strict=True):\n        B ="),
    Mutant(E, "the last layer only", "    for (A, B), (A_z, B_z) in zip(left, right, "
           "strict=True):", "    for (A, B), (A_z, B_z) in [(left[-1], right[-1])]:"),
    Mutant(E, "a sum in place of a product", "(A @ A_z.T) * (B @ B_z.T)",
           "(A @ A_z.T) + (B @ B_z.T)"),
    Mutant(E, "with biases", "(A @ A_z.T) * (B", "(A @ A_z.T + 1.0) * (B"),
    Mutant(E, "X against X, whatever Z", "if Z is not None:\n        right",
           "if Z is not None and len(Z) < 0:\n        right"),
    Mutant(E, "the last layer counts twice", "return slopes[::-1]",
           "slopes[0] = 2.0 * slopes[0]\n    return slopes[::-1]"),
    Mutant(E, "anything passes as a tuple", "if not isinstance(network.weights, "
           "(tuple, list)):", "if False:"),
    Mutant(E, "any matrices pass", "or [W.shape[1] for W in weights] != rows:",
           "or False:"),
    Mutant(E, "a linear model passes", "if len(weights) < 2 or", "if"),
    Mutant(E, "more outputs pass", "[1]\n    if len", "[weights[-1].shape[1]]\n"
           "    if len"),
]  # fmt: skip
