"""Plausible mistakes in the proof of which blocks can be non-zero."""

from coursework.mutants import Mutant

SET = "optimal_set"

MUTANTS = [
    Mutant(SET, "one round only", "max_iter: int = 20", "max_iter: int = 0"),
    Mutant(SET, "a bare tolerance", "best.sizes >= reg - short",
           "best.sizes >= 0.99 * reg"),
    Mutant(SET, "none at all", "best.sizes >= reg - short", "best.sizes > reg"),
    Mutant(SET, "believes any gap", "if best.spread > UNDECIDED * reg:", "if False:"),
    Mutant(SET, "keeps the last proof, not the best",
           "best = found if found.gap < best.gap else best", "best = best"),
    Mutant(SET, "uses ν where it is not feasible", "shrink = min(1.0, reg / largest)",
           "shrink = 0.5"),
    Mutant(SET, "directions as they are pulled", "point = project_on_cone(q, cone)",
           "point = q"),
    Mutant(SET, "outputs without sign", "signs[:, None] * F.D[index[:, 1]]",
           "F.D[index[:, 1]]"),
    Mutant(SET, "amounts with no regard for the price",
           "    return non_negative_least_squares(Q, target)\n\n\ndef _long",
           "    return alpha\n\n\ndef _long"),
    Mutant(SET, "a price that is too high", "k = 1e-2 /", "k = 1e3 /"),
    Mutant(SET, "Newton off the faces", "np.abs(F.rows @ e) <= ON_WALL",
           "np.abs(F.rows @ e) < -1.0"),
    Mutant(SET, "a Newton matrix without the norms' curvature", "* reg / c\n",
           "* 0.0 / c\n"),
    Mutant(SET, "a slope without the norms", "slope += reg * np.concatenate(units)",
           "slope += 0.0 * np.concatenate(units)"),
    Mutant(SET, "blocks may turn round", "if c + e @ move > 0.0", "if True"),
    Mutant(SET, "one Newton step", "for _ in range(30):", "for _ in range(1):"),
    Mutant(SET, "faces without their sign", "A = F.signs[s] * F.D[i]", "A = F.D[i]"),
    Mutant(SET, "short projections are taken too",
           "if np.linalg.norm(point) > least:", "if True:"),
    Mutant("optimal_set", "stops Newton at two digits",
           "if moved <= 1e-14 * np.linalg.norm(y):",
           "if moved <= 1e-2 * np.linalg.norm(y):"),
]  # fmt: skip
