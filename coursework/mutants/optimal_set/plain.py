"""Plausible mistakes in the plain polytope and the plain step."""

from coursework.mutants import Mutant

SET, STEP = "plain_polytope", "plain_prune_step"
OUT = "signs * np.maximum(X @ directions.T, 0.0)"

MUTANTS = [
    Mutant(
        SET,
        "forgets the cones",
        "q = plain_project(np.stack([q, -q]), X, masks)",
        "q = np.stack([q, -q])",
    ),
    Mutant(SET, "one sign only", "np.stack([q, -q])", "np.stack([q, q])"),
    Mutant(SET, "the pull of y, not of the residual", "(y - fitted)", "y"),
    Mutant(SET, "the residual with the wrong sign", "(y - fitted)", "(fitted - y)"),
    Mutant(SET, "directions of length λ", "sizes[allowed][:, None]", "1.0"),
    Mutant(SET, "outputs without their sign", OUT, OUT.replace("signs * ", "")),
    Mutant(
        SET,
        "outputs without the ReLU",
        OUT,
        "signs * (X @ directions.T)",
    ),
    Mutant(SET, "allows all blocks below λ", "sizes >= (1.0", "sizes <= (1.0"),
    Mutant(SET, "no tolerance", "(1.0 - tol) * reg", "(1.0 + tol) * reg"),
    Mutant(STEP, "the printed sign: none", "beta if beta @ norms >= 0.0 else -beta",
           "beta"),
    Mutant(STEP, "the penalty may only grow", "beta @ norms >= 0.0",
           "beta @ norms < 0"),
    Mutant(STEP, "divides by the largest |β|", "1.0 - beta / beta.max()",
           "1.0 - beta / np.abs(beta).max()"),
    Mutant(STEP, "adds instead", "1.0 - beta / beta.max()", "1.0 + beta / beta.max()"),
    Mutant(STEP, "forgets the signs of the outputs", "np.array([1.0, -1.0])",
           "np.array([1.0, 1.0])"),
    Mutant(STEP, "forgets the masks", "outputs = masks * (blocks",
           "outputs = np.ones_like(masks) * (blocks"),
    Mutant(STEP, "the largest singular vector", "np.linalg.svd(Z)[2][-1]",
           "np.linalg.svd(Z)[2][0]"),
    Mutant(STEP, "prunes independent outputs too",
           "np.linalg.matrix_rank(Z) == Z.shape[1]", "Z.shape[1] == 0"),
    Mutant(STEP, "changes its input", "blocks.copy()", "blocks"),
]  # fmt: skip
