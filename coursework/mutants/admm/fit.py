"""Plausible mistakes around the iteration: certificate, projection, stopping."""

from coursework.mutants import Mutant

FIT, PROJECT = "admm_convex_relu", "project_to_cones"
CONES = "weights = project_to_cones(ConvexWeights(*blocks), X, patterns)"

MUTANTS = [
    Mutant(
        FIT,
        "returns the copies, which are outside their cones",
        CONES,
        "weights = ConvexWeights(*blocks)",
    ),
    Mutant(
        FIT,
        "ignores the cone multipliers in the bound",
        "None if gated else state.cone_duals",
        "None",
    ),
    Mutant(
        FIT,
        "forgets the penalty",
        "loss_value(fitted, y, loss) + reg * total_norm(as_blocks(weights))",
        "loss_value(fitted, y, loss)",
    ),
    Mutant(
        FIT,
        "squares the norms",
        "total_norm(as_blocks(weights))",
        "float((as_blocks(weights) ** 2).sum())",
    ),
    Mutant(
        FIT,
        "stops when the iterates stall, not at the gap",
        "if best.gap <= tol * zero:",
        "if state.primal_residual < 10 * tol:",
    ),
    Mutant(
        FIT,
        "the first bound for ever",
        "lower = max(lower, bound)",
        "lower = bound if lower == -np.inf else lower",
    ),
    Mutant(
        FIT,
        "keeps the worst point",
        "fit.objective < best.objective",
        "fit.objective > best.objective",
    ),
    Mutant(
        FIT,
        "quietly returns what it has",
        "if last:",
        "if last:\n            return best\n        if last:",
    ),
    Mutant(FIT, "always the gated model", "cones=not gated", "cones=False"),
    Mutant(
        PROJECT,
        "flips negative heights by shrinking the block",
        "u = project_on_cone(q, rows)",
        "u = 0.0 * q",
    ),
    Mutant(
        PROJECT,
        "projects onto the opposite cone",
        "rows, q = cone_rows(F, int(i))",
        "rows, q = -cone_rows(F, int(i))",
    ),
    Mutant(
        PROJECT,
        "forgets the side: all patterns active",
        "rows, q = cone_rows(F, int(i))",
        "rows, q = F.rows",
    ),
    Mutant(
        PROJECT,
        "projects onto the worst row only",
        "u = project_on_cone(q, rows)",
        "j = (rows @ q).argmin()\n        u = project_on_cone(q, rows[j : j + 1])",
    ),
    Mutant(PROJECT, "leaves the rounding error", "0.0 < lift *", "1.0 < lift *"),
    Mutant(
        PROJECT,
        "leaves noise where the tip is nearest",
        "<= 1e-12 * np.linalg.norm",
        "< 0.0 * np.linalg.norm",
    ),
    Mutant(
        PROJECT,
        "moves along the gate until inside",
        "u = project_on_cone(q, rows)",
        "u = q + 10 * gates[i]",
    ),
    Mutant(
        PROJECT,
        "exchanges the signs",
        "return ConvexWeights(*blocks)",
        "return ConvexWeights(*blocks[::-1])",
    ),
    Mutant(
        PROJECT,
        "projects the first sign only",
        "np.argwhere(outside)",
        "np.argwhere(outside & [[True], [False]])",
    ),
    Mutant(
        PROJECT,
        "moves away from the gate",
        "return u + lift * gate",
        "return u - lift * gate",
    ),
]
