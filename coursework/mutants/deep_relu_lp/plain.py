"""Plausible mistakes in the plain program of three layers."""

from coursework.mutants import Mutant

FIT, NETWORK = "plain_fit_three_layers", "plain_to_three_layers"
SIGNS = "np.array([1, -1, -1, 1])"
KRON = "np.kron(np.eye(2 * P2), np.repeat([[1.0], [-1.0]], P1, axis=0))"

MUTANTS = [
    Mutant(FIT, "c4 with a minus sign", SIGNS, "np.array([1, -1, -1, -1])"),
    Mutant(FIT, "the signs in the order of c1, c3", SIGNS, "np.array([1, -1, 1, -1])"),
    Mutant(FIT, "forgets the labels", "add(y[i] * outer", "add(outer"),
    Mutant(
        FIT,
        "forgets the outer masks in the output",
        "outer[:, i, None, None] * margin",
        "margin",
    ),
    Mutant(FIT, "outer cones for c1 and c2 only", "for k in (0, 2):", "for k in (0,):"),
    Mutant(FIT, "no outer cones", "for k in (0, 2):", "for k in ():"),
    Mutant(
        FIT,
        "outer cones of sums, not of differences",
        "= through, -through",
        "= through, through",
    ),
    Mutant(
        FIT,
        "inner cones for c1 and c2 only",
        "for k in range(4):",
        "for k in range(2):",
    ),
    Mutant(
        FIT,
        "inner cones let the masked data through only",
        "(2.0 * inner[j, i] - 1.0) * X[i]",
        "inner[j, i] * X[i]",
    ),
    Mutant(FIT, "the weights are positive", "np.hstack([A, -A])", "np.hstack([A, A])"),
    Mutant(NETWORK, "all connections +1", KRON, KRON.replace("[-1.0]", "[1.0]")),
    Mutant(
        NETWORK,
        "signs alternate from pattern to pattern",
        KRON,
        KRON.replace("np.repeat", "np.tile").replace("P1, axis=0", "(P1, 1)"),
    ),
    Mutant(NETWORK, "the axes stay in their order", ".transpose(0, 2, 1, 3, 4)", ""),
    Mutant(
        NETWORK,
        "output weights alternate",
        "w3 = np.repeat([1.0, -1.0], P2)",
        "w3 = np.tile([1.0, -1.0], P2)",
    ),
    Mutant(
        NETWORK,
        "all output weights +1",
        "w3 = np.repeat([1.0, -1.0], P2)",
        "w3 = np.ones(2 * P2)",
    ),
]
