"""Plausible mistakes in the plain programs."""

from coursework.mutants import Mutant

PROGRAM, CLOSED, MAP = "plain_fit_relu_lp", "plain_closed_form", "plain_to_network"
KERNEL = "theta = (X @ X.T) * (D.T @ D)  # (eq:lp-gram)"
RETURN = "return w / 2.0 + step, -w / 2.0 + step"
USED = "used = neurons.any(axis=1)"

MUTANTS = [
    Mutant(
        PROGRAM, "forgets the labels", "(y * mask)[:, None]", "(1.0 * mask)[:, None]"
    ),
    Mutant(
        PROGRAM, "forgets the masks", "(y * mask)[:, None]", "(y + 0 * mask)[:, None]"
    ),
    Mutant(
        PROGRAM,
        "adds the blocks in the margins",
        "[margins, -margins]",
        "[margins, margins]",
    ),
    Mutant(
        PROGRAM,
        "one cone for all patterns: everything active",
        "(2.0 * mask - 1.0)[:, None]",
        "(0.0 * mask + 1.0)[:, None]",
    ),
    Mutant(
        PROGRAM,
        "cones of the active rows only",
        "(2.0 * mask - 1.0)[:, None]",
        "(1.0 * mask)[:, None]",
    ),
    Mutant(
        PROGRAM, "no cones for v", "[0.0 * cones, cones]", "[0.0 * cones, 0.0 * cones]"
    ),
    Mutant(
        PROGRAM,
        "margin zero: any weights will do",
        "np.ones(n), np.zeros(2 * P",
        "np.zeros(n), np.zeros(2 * P",
    ),
    Mutant(
        PROGRAM,
        "linprog's default bounds: no negative weights",
        "bounds=(None, None)",
        "bounds=(0, None)",
    ),
    Mutant(
        PROGRAM,
        "exchanges the two objectives",
        'objective == "min_l1"',
        'objective != "min_l1"',
    ),
    Mutant(
        PROGRAM,
        "bounds the weights from above only",
        "[I, S], [-I, S]",
        "[-I, S], [-I, S]",
    ),
    Mutant(
        CLOSED,
        "the data's Gram matrix, without the patterns",
        KERNEL,
        "theta = X @ X.T + 1e-12 * np.eye(len(y))",
    ),
    Mutant(
        CLOSED,
        "a Boolean product: a logical or, not a count",
        "D = masks.astype(float)",
        "D = masks",
    ),
    Mutant(
        CLOSED,
        "takes the mean over patterns",
        KERNEL,
        KERNEL.replace("(D.T @ D)", "(D.T @ D) / len(D)"),
    ),
    Mutant(
        CLOSED,
        "a ridge, just in case",
        KERNEL,
        KERNEL.replace("  # (eq:lp-gram)", " + 1e-3 * np.eye(len(y))"),
    ),
    Mutant(
        CLOSED,
        "forgets the masks in w",
        "w = (D * np.linalg.solve",
        "w = (0 * D + np.linalg.solve",
    ),
    Mutant(CLOSED, "no step: w itself as a neuron", RETURN, "return w, 0.0 * w"),
    Mutant(
        CLOSED, "steps for one block only", RETURN, "return w / 2.0 + step, -w / 2.0"
    ),
    Mutant(CLOSED, "without halving", RETURN, "return w + step, -w + step"),
    Mutant(
        CLOSED,
        "the smallest step instead of the largest",
        "t.max(axis=1",
        "t.min(axis=1",
    ),
    Mutant(
        CLOSED, "exchanges the blocks", RETURN, "return -w / 2.0 + step, w / 2.0 + step"
    ),
    Mutant(
        MAP,
        "every neuron with output weight +1",
        "-np.ones(len(negative))",
        "np.ones(len(negative))",
    ),
    Mutant(
        MAP,
        "negates the weights instead of the output",
        "np.vstack([positive, negative])",
        "np.vstack([positive, -negative])",
    ),
    Mutant(MAP, "keeps zero neurons", USED, "used = np.ones(len(neurons), bool)"),
    Mutant(MAP, "drops neurons with a zero weight", USED, "used = neurons.all(axis=1)"),
    Mutant(
        MAP,
        "forgets the negative block",
        "np.vstack([positive, negative])",
        "np.vstack([positive, 0 * negative])",
    ),
    Mutant(
        MAP,
        "one neuron a row instead of a column",
        "return neurons[used].T",
        "return neurons[used]",
    ),
]
