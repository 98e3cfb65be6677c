"""Plausible wrong attacks, and bounds that do not bound."""

from coursework.mutants import Mutant

BIAS = "return np.append(np.full(columns - 1, epsilon), 0.0)"
STEP = "return X + epsilon * np.sign(_ascent(network, X, y, loss))  # (eq:adv-fgsm)"
GRADIENT = "gradient = ((before > 0) * network.output) @ network.hidden.T"
SIDE = "return np.where(residual < 0, -1.0, 1.0)[:, None] * gradient"
CLIP = "points = np.clip(points + move, X - epsilon, X + epsilon)  # (eq:adv-pgd)"
KEEP = "best[better], highest[better] = points[better], value[better]"
FIRST = "    keep(X + epsilon * np.sign(_ascent(network, X, y, loss)))\n"
MOVE = "move = step_size * epsilon * np.sign(_ascent(network, points, y, loss))"
SLOPE = "slope = alpha * np.where(alpha > 0, chord, below)"
SWING = "swing = np.abs(slope @ W.T) @ epsilon"
CHORD = "high / np.where(crosses, high - low, 1.0), low >= 0)"

MUTANTS = [
    Mutant(
        "radii_with_bias", "moves the bias too", BIAS, BIAS.replace("0.0", "epsilon")
    ),
    Mutant(
        "radii_with_bias",
        "takes the first column for the bias",
        BIAS,
        "return np.append(0.0, np.full(columns - 1, epsilon))",
    ),
    Mutant(
        "radii_with_bias",
        "adds a column for the bias",
        BIAS,
        "return np.append(np.full(columns, epsilon), 0.0)",
    ),
    Mutant(
        "radii_with_bias",
        "moves one column only",
        BIAS,
        "return np.append(epsilon, np.zeros(columns - 1))",
    ),
    Mutant(
        "radii_with_bias",
        "the radius of a Euclidean ball",
        BIAS,
        "return np.append(np.full(columns - 1, epsilon / np.sqrt(columns - 1)), 0.0)",
    ),
    Mutant(
        "fgsm",
        "stays where the loss is zero",
        SIDE,
        "return np.sign(residual)[:, None] * gradient",
    ),
    Mutant("fgsm", "descends", STEP, STEP.replace("X + epsilon", "X - epsilon")),
    Mutant(
        "fgsm",
        "steps along the gradient, not its sign",
        STEP,
        STEP.replace(
            "np.sign(_ascent(network, X, y, loss))", "_ascent(network, X, y, loss)"
        ),
    ),
    Mutant(
        "fgsm",
        "forgets which neurons are active",
        GRADIENT,
        "gradient = np.ones((len(X), 1)) * (network.hidden @ network.output)",
    ),
    Mutant(
        "fgsm",
        "forgets the side of the residual",
        SIDE,
        "return np.ones((len(X), 1)) * gradient",
    ),
    Mutant(
        "fgsm",
        "turns the residual round",
        SIDE,
        SIDE.replace("residual < 0", "residual > 0"),
    ),
    Mutant(
        "fgsm",
        "forgets the labels",
        "    return -y[:, None] * gradient",
        "    return -gradient",
    ),
    Mutant(
        "fgsm", "twice the radius", STEP, STEP.replace("X + epsilon", "X + 2 * epsilon")
    ),
    Mutant(
        "pgd",
        "does not project",
        CLIP,
        "points = points + move",
    ),
    Mutant(
        "pgd",
        "projects around the last point",
        CLIP,
        CLIP.replace("X - epsilon, X + epsilon", "points - epsilon, points + epsilon"),
    ),
    Mutant(
        "pgd",
        "keeps the last point",
        "better = value > highest",
        "better = value == value",
    ),
    Mutant(
        "pgd",
        "keeps the weakest point",
        "better = value > highest",
        "better = value < highest",
    ),
    Mutant("pgd", "does not try the one-step attack", FIRST, ""),
    Mutant(
        "pgd",
        "descends",
        MOVE,
        MOVE.replace("step_size * epsilon", "-step_size * epsilon"),
    ),
    Mutant(
        "pgd",
        "keeps by the loss, which is blind at large margins",
        'return np.abs(f - y) if loss == "squared" else -y * f',
        'return np.abs(f - y) if loss == "squared" else np.maximum(1.0 - y * f, 0.0)',
    ),
    Mutant(
        "pgd",
        "moves the data themselves",
        "best, highest = X.copy(), _wrongness",
        "best, highest = X, _wrongness",
    ),
    Mutant(
        "pgd",
        "a step of the whole box",
        MOVE,
        MOVE.replace("step_size * epsilon", "2 * epsilon"),
    ),
    Mutant(
        "output_bounds",
        "the box has no size",
        SWING,
        "swing = 0.0",
    ),
    Mutant(
        "output_bounds",
        "a Euclidean ball",
        SWING,
        "swing = np.sqrt((slope @ W.T) ** 2 @ epsilon**2)",
    ),
    Mutant(
        "output_bounds",
        "chord and line below change places",
        SLOPE,
        SLOPE.replace("alpha > 0", "alpha < 0"),
    ),
    Mutant(
        "output_bounds",
        "forgets that the chord does not pass through zero",
        "-chord * low, 0.0) @ alpha",
        "0.0, 0.0) @ alpha",
    ),
    Mutant(
        "output_bounds",
        "a chord of the wrong slope",
        CHORD,
        CHORD.replace("high / np", "0.5 * high / np"),
    ),
    Mutant(
        "output_bounds",
        "treats every neuron as steady",
        "crosses = (low < 0) & (high > 0)",
        "crosses = np.zeros_like(low, dtype=bool)",
    ),
    Mutant(
        "output_bounds",
        "intervals of neurons, added up",
        SWING,
        "swing = np.abs(slope) @ reach.T",
    ),
    Mutant(
        "output_bounds",
        "takes a number for the width of the box",
        "        return np.full(d, epsilon)\n",
        "        return np.full(d, epsilon / 2)\n",
    ),
    Mutant(
        "fgsm",
        "takes a vector of radii for their sizes squared",
        "    return epsilon\n",
        "    return np.sqrt(epsilon)\n",
    ),
]
