"""Plausible mistakes around the iteration: certificate, projection, stopping."""

from coursework.mutants import Mutant

FIT, PROJECT = "admm_convex_relu", "project_to_cones"
CONES = "weights = project_to_cones(ConvexWeights(*blocks), X, patterns)"

MUTANTS = [
    Mutant(FIT, "returns the copies, which are outside their cones", CONES,
           "weights = ConvexWeights(*blocks)"),
    Mutant(FIT, "ignores the cone multipliers in the bound",
           "0.0 if gated else state.cone_duals", "0.0"),
    Mutant(FIT, "forgets the penalty",
           "loss_value(fitted, y, loss) + reg * float(penalty)",
           "loss_value(fitted, y, loss)"),
    Mutant(FIT, "squares the norms", "axis=-1).sum()", "axis=-1).__pow__(2).sum()"),
    Mutant(FIT, "stops when the iterates stall, not at the gap",
           "if best.gap <= tol * loss_value(0 * y, y, loss):",
           "if state.primal_residual < 10 * tol:"),
    Mutant(FIT, "the first bound for ever", "lower = max(lower, bound)",
           "lower = bound if lower == -np.inf else lower"),
    Mutant(FIT, "keeps the worst point", "fit.objective < best.objective",
           "fit.objective > best.objective"),
    Mutant(FIT, "quietly returns what it has", "if last:",
           "if last:\n            return best\n"
           "        if last:"),
    Mutant(FIT, "always the gated model", "cones=not gated", "cones=False"),
    Mutant(PROJECT, "flips negative heights by shrinking the block",
           "w = project_on_cone(blocks[sign, i], rows)",
           "w = 0.0 * blocks[sign, i]"),
    Mutant(PROJECT, "projects onto the opposite cone",
           "rows = side[i, :, None] * unit", "rows = -side[i, :, None] * unit"),
    Mutant(PROJECT, "forgets the side: all patterns active",
           "np.where(masks[:, live], 1.0, -1.0)", "np.where(masks[:, live], 1.0, 1.0)"),
    Mutant(PROJECT, "projects onto the worst row only",
           "w = project_on_cone(blocks[sign, i], rows)",
           "j = (rows @ blocks[sign, i]).argmin()\n"
           "        w = project_on_cone(blocks[sign, i], rows[j : j + 1])"),
    Mutant(PROJECT, "leaves the rounding error", "0.0 < lift *", "1.0 < lift *"),
    Mutant(PROJECT, "leaves noise where the tip is nearest",
           "<= 1e-12 * np.linalg.norm", "< 0.0 * np.linalg.norm"),
    Mutant(PROJECT, "moves along the gate until inside",
           "w = project_on_cone(blocks[sign, i], rows)",
           "w = blocks[sign, i] + 10 * gates[i]"),
    Mutant(PROJECT, "exchanges the signs", "return ConvexWeights(*blocks)",
           "return ConvexWeights(*blocks[::-1])"),
    Mutant(PROJECT, "projects the first sign only", "np.argwhere(outside)",
           "np.argwhere(outside & [[True], [False]])"),
]  # fmt: skip
