"""Plausible wrong certificates and robust fits."""

from coursework.mutants import Mutant

SLOPES = "slopes = masks.T.astype(float) @ (blocks[0] - blocks[1])"
SIZE = "t = np.abs(slopes) @ epsilon"
RETURN = "return worst_losses(convex_output(X, masks, weights), y, loss, reach=t)"
OBJECTIVE = "float(worst.sum() + reg * total_norm(blocks))"
SOLVE = "X, y, masks[kept], gates[kept], reg, epsilon, loss=loss, tol=tol"
PUT = "blocks[:, kept], gap = found.weights, found.gap"

MUTANTS = [
    Mutant(
        "worst_case_loss",
        "the sum of norms instead of the norm of the sum",
        SLOPES + "\n    " + SIZE,
        "t = masks.T.astype(float) @ (np.abs(blocks).sum(axis=0) @ epsilon)",
    ),
    Mutant(
        "worst_case_loss",
        "adds the two signs",
        SLOPES,
        SLOPES.replace("] - b", "] + b"),
    ),
    Mutant(
        "worst_case_loss",
        "forgets the masks",
        SLOPES,
        SLOPES.replace("masks.T.astype(float)", "np.ones(masks.T.shape)"),
    ),
    Mutant(
        "worst_case_loss",
        "the Euclidean norm",
        SIZE,
        "t = np.sqrt(slopes**2 @ epsilon**2)",
    ),
    Mutant(
        "worst_case_loss", "half the box", SIZE, "t = 0.5 * np.abs(slopes) @ epsilon"
    ),
    Mutant(
        "worst_case_loss",
        "moves the bias too",
        SIZE,
        "t = np.abs(slopes) @ np.full(len(epsilon), epsilon.max())",
    ),
    Mutant(
        "worst_case_loss",
        "the clean loss",
        RETURN,
        RETURN.replace("=t", "=0.0 * t"),
    ),
    Mutant(
        "worst_case_loss",
        "a margin that grows",
        RETURN,
        RETURN.replace("=t", "=-t"),
    ),
    Mutant(
        "fit_robust",
        "ignores the box",
        SOLVE,
        SOLVE.replace("epsilon,", "0 * epsilon,"),
    ),
    Mutant(
        "fit_robust",
        "ignores the loss",
        SOLVE,
        'X, y, masks[kept], gates[kept], reg, epsilon, loss="squared", tol=tol',
    ),
    Mutant(
        "fit_robust",
        "half the regularisation",
        SOLVE,
        SOLVE.replace("reg,", "0.5 * reg,"),
    ),
    Mutant(
        "fit_robust",
        "squared norms in the objective",
        OBJECTIVE,
        "float(worst.sum() + reg * (blocks**2).sum())",
    ),
    Mutant(
        "fit_robust",
        "the decay's factor one half",
        OBJECTIVE,
        OBJECTIVE.replace("reg *", "0.5 * reg *"),
    ),
    Mutant(
        "fit_robust",
        "signs swapped",
        PUT,
        "blocks[:, kept], gap = found.weights[::-1], found.gap",
    ),
    Mutant(
        "fit_robust",
        "no gap reported",
        PUT,
        "blocks[:, kept], gap = found.weights, np.nan",
    ),
    Mutant(
        "fit_robust",
        "uses half of the patterns",
        "    if kept.any():\n",
        "    kept[::2] = False\n    if kept.any():\n",
    ),
]
