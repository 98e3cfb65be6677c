"""Plausible slips in two eliminations."""

from coursework.mutants import Mutant

SHARE = "share = 1.0 / (1.0 + theta * (epsilon**2 / A).sum(-1))"
UPDATE = "return r - (theta * share * (r @ epsilon))[..., None] * epsilon / A"
COUPLE = "in_blocks[block, :, block, :] += root @ root.swapaxes(-1, -2)"
SOLVE = "delta = cho_solve(factor, right.ravel(), check_finite=False).reshape(P, d)"
WOODBURY = """R = np.zeros((P, d, P, d))
        S = np.linalg.inv(H[0]) + np.linalg.inv(H[1])
        R[block, :, block] = np.linalg.cholesky(S)
        R = R.reshape(P * d, P * d)
        core = np.eye(P * d) + R.T @ coupling @ R
        delta = (R @ np.linalg.solve(core, R.T @ right.ravel())).reshape(P, d)"""

MUTANTS = [
    Mutant(
        "eliminate_bounds",
        "epsilon without its square",
        SHARE,
        SHARE.replace("**2", ""),
    ),
    Mutant("eliminate_bounds", "multiplies by A", SHARE, SHARE.replace("/ A", "* A")),
    Mutant(
        "eliminate_bounds", "adds the update", UPDATE, UPDATE.replace("r - (", "r + (")
    ),
    Mutant(
        "eliminate_bounds", "forgets the share", UPDATE, UPDATE.replace(" * share", "")
    ),
    Mutant("eliminate_bounds", "forgets theta", UPDATE, UPDATE.replace("theta * ", "")),
    Mutant(
        "eliminate_bounds",
        "forgets to divide the update",
        UPDATE,
        UPDATE.replace("epsilon / A", "epsilon"),
    ),
    Mutant(
        "factor_pairs",
        "adds the blocks where their inverses are added",
        COUPLE,
        "in_blocks[block, :, block, :] += H[0] + H[1]",
    ),
    Mutant(
        "factor_pairs",
        "the transposed factor",
        COUPLE,
        COUPLE.replace("root @ root.swapaxes(-1, -2)", "root.swapaxes(-1, -2) @ root"),
    ),
    Mutant(
        "factor_pairs",
        "turns the difference round",
        "return np.stack([delta + v, v])",
        "return np.stack([v, delta + v])",
    ),
    Mutant(
        "factor_pairs",
        "forgets the second gradient",
        "both = gradient[0] + gradient[1]",
        "both = gradient[0]",
    ),
    Mutant(
        "factor_pairs",
        "ascends",
        "right = apply(H[0], average(both)) - gradient[0]",
        "right = gradient[0] - apply(H[0], average(both))",
    ),
    Mutant(
        "factor_pairs",
        "writes into its argument",
        "matrix, block = coupling.copy(), np.arange(P)",
        "matrix, block = coupling, np.arange(P)",
    ),
    Mutant(
        "factor_pairs",
        "forgets that blocks also move together",
        "v = -average(both + apply(H[0], delta))",
        "v = -average(both)",
    ),
    Mutant("factor_pairs", "the textbook's order, which cancels", SOLVE, WOODBURY),
]
