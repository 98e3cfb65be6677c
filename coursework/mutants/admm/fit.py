"""Plausible mistakes around the iteration: certificate, projection, stopping."""

from coursework.mutants import Mutant

FIT, PROJECT = "admm_convex_relu", "project_to_cones"
CONES = "weights = project_to_cones(ConvexWeights(*state.weights), F.X, patterns)"
NEAREST = "nearest = project_blocks(F, blocks)"

MUTANTS = [
    Mutant(
        FIT,
        "returns the copies, which are outside their cones",
        CONES,
        "weights = ConvexWeights(*state.weights)",
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
        "loss_value(fitted, y, loss) + reg * total_norm(blocks)",
        "loss_value(fitted, y, loss)",
    ),
    Mutant(
        FIT,
        "squares the norms",
        "total_norm(blocks)",
        "float((as_blocks(weights) ** 2).sum())",
    ),
    Mutant(
        FIT,
        "stops when the iterates stall, not at the gap",
        "if best.gap <= enough:",
        "if state.primal_residual < 10 * tol:",
    ),
    Mutant(
        FIT,
        "a bound that is scaled too little",
        "dual_bound(state.dual, y, reg, size, loss)",
        "dual_bound(state.dual, y, reg, 0.5 * size, loss)",
    ),
    Mutant(
        FIT,
        "the lower of two bounds",
        "lower = max(one",
        "lower = min(one",
    ),
    Mutant(
        FIT,
        "keeps the worst point",
        "best = min(both",
        "best = max(both",
    ),
    Mutant(
        FIT,
        "half of the gap",
        "gap = objective - dual_bound(",
        "gap = 0.5 * objective - 0.5 * dual_bound(",
    ),
    Mutant(
        FIT,
        "quietly returns what it has",
        '    raise gap_too_large(f"{max_iter}',
        '    return best\n    raise gap_too_large(f"{max_iter}',
    ),
    Mutant(FIT, "always the gated model", "cones=not gated", "cones=False"),
    Mutant(
        PROJECT,
        "flips negative heights by shrinking the block",
        NEAREST,
        "low = F.cone_values(blocks).min(axis=-1, initial=0.0)[..., None]\n"
        "    nearest = np.where(low < 0, 0.0, blocks)",
    ),
    Mutant(
        PROJECT,
        "projects onto the opposite cone",
        NEAREST,
        "nearest = -project_blocks(F, -blocks)",
    ),
    Mutant(
        PROJECT,
        "forgets the side: all patterns active",
        NEAREST,
        "nearest = project_blocks(LiftedOperator(X, 0 * F.D + 1), blocks)",
    ),
    Mutant(
        PROJECT,
        "projects onto half of the rows only",
        NEAREST,
        "half = (len(X) + 1) // 2\n"
        "    nearest = project_blocks(LiftedOperator(X[:half], F.D[:, :half]), blocks)",
    ),
    Mutant(
        PROJECT,
        "leaves noise where the tip is nearest",
        "sizes[1] <= 1e-12 * sizes[0]",
        "sizes[1] < 0.0 * sizes[0]",
    ),
    Mutant(
        PROJECT,
        "moves along the gate until inside",
        NEAREST,
        "nearest = blocks + 10 * patterns.gates",
    ),
    Mutant(
        PROJECT,
        "exchanges the signs",
        "return ConvexWeights(*nearest)",
        "return ConvexWeights(*nearest[::-1])",
    ),
    Mutant(
        PROJECT,
        "projects the first sign only",
        NEAREST,
        "nearest = np.stack([project_blocks(F, blocks)[0], blocks[1]])",
    ),
    Mutant(
        PROJECT,
        "takes half a step to the cone",
        NEAREST,
        "nearest = 0.5 * blocks + 0.5 * project_blocks(F, blocks)",
    ),
]
