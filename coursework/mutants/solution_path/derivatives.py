"""Plausible mistakes in the derivatives of an optimum."""

from coursework.mutants import Mutant

MOVE, DATA, SLOPE = "sensitivity", "data_sensitivity", "validation_slope"
STACK = "np.column_stack([_units(at).ravel(), -_outputs(at, X).T])"

MUTANTS = [
    Mutant(
        MOVE, "the other sign in λ", STACK, STACK.replace("_units(at)", "-_units(at)")
    ),
    Mutant(MOVE, "the other sign in y", STACK, STACK.replace("-_outputs", "_outputs")),
    Mutant(
        MOVE,
        "weights for unit vectors",
        STACK,
        STACK.replace("_units(at)", "at.weights"),
    ),
    Mutant(MOVE, "curvature without λ", "at.reg * (np.eye(d)", "(np.eye(d)"),
    Mutant(
        MOVE, "curvature of a unit vector", "np.outer(e, e)) / s", "np.outer(e, e))"
    ),
    Mutant(MOVE, "no curvature", "at.reg * (np.eye(d)", "0.0 * (np.eye(d)"),
    Mutant(
        MOVE,
        "no walls",
        "sizes[k] * (null_space(walls) if len(walls) else np.eye(d))",
        "sizes[k] * np.eye(d)",
    ),
    Mutant(
        MOVE,
        "the walls of the first neuron",
        "walls = at.walls[at.owner == k]",
        "walls = at.walls[at.owner == 0]",
    ),
    Mutant(
        MOVE,
        "outputs without signs",
        "(at.signs[:, None] * at.active)[:, :, None] * X",
        "(1.0 * at.active)[:, :, None] * X",
    ),
    Mutant(
        MOVE,
        "outputs of all samples",
        "(at.signs[:, None] * at.active)[:, :, None] * X",
        "(at.signs[:, None] + 0 * at.active)[:, :, None] * X",
    ),
    Mutant(
        MOVE,
        "scales once, not twice",
        "B @ (scale * cho_solve(factor, scale * right))",
        "B @ cho_solve(factor, scale * right)",
    ),
    Mutant(
        DATA,
        "samples shared on a wall may part",
        "if (at.copies > 1).any():",
        "if False:",
    ),
    Mutant(
        DATA,
        "a zero sample may move",
        "if len(at.weights) and lost.any():",
        "if False:",
    ),
    Mutant(DATA, "walls do not turn", "turn[t, j] = at.weights[k] / length", "pass"),
    Mutant(
        DATA,
        "walls turn the other way",
        "turn[t, j] = at.weights[k] / length",
        "turn[t, j] = -at.weights[k] / length",
    ),
    Mutant(
        DATA,
        "walls in units of their sample",
        "turn[t, j] = at.weights[k] / length",
        "turn[t, j] = at.weights[k]",
    ),
    Mutant(
        DATA,
        "no force on a wall that moves",
        "slope[k, :, j] -= at.forces[t] / length * eye",
        "pass",
    ),
    Mutant(
        DATA,
        "the residual does not move",
        'np.einsum("jq,ja->qja", Z, drop)',
        '0 * np.einsum("jq,ja->qja", Z, drop)',
    ),
    Mutant(
        DATA,
        "only the residual moves",
        'slope -= np.einsum("kj,j,ab->kajb", on, at.residual, eye)',
        "pass",
    ),
    Mutant(
        DATA,
        "the residual's sign",
        'slope -= np.einsum("kj,j,ab',
        'slope += np.einsum("kj,j,ab',
    ),
    Mutant(
        DATA,
        "the part across walls is lost",
        "return along + B @ (scale",
        "return B @ (scale",
    ),
    Mutant(
        DATA,
        "the part across walls does not pull",
        "-B.T @ (slope + H @ along)",
        "-B.T @ slope",
    ),
    Mutant(
        SLOPE,
        "the residual's sign",
        "off = np.maximum(heights, 0.0) @ at.signs - y_new",
        "off = y_new - np.maximum(heights, 0.0) @ at.signs",
    ),
    Mutant(
        SLOPE,
        "inactive samples count",
        "(heights > 0.0) * (X_new @ moves.T)",
        "(X_new @ moves.T)",
    ),
    Mutant(
        SLOPE,
        "forgets the signs",
        "(X_new @ moves.T) @ at.signs)",
        "(X_new @ moves.T).sum(axis=1))",
    ),
    Mutant(
        SLOPE, "a mean, not a sum", "float(slope)  #", "float(slope / len(y_new))  #"
    ),
    Mutant(SLOPE, "twice the loss", "float(slope)  #", "float(2.0 * slope)  #"),
    Mutant(
        SLOPE, "the loss, not its slope", "X, X_new, y_new)[1]", "X, X_new, y_new)[0]"
    ),
]
