"""Plausible mistakes in `reference.convex_relu`."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "fit_convex_relu",
        "trains the gated model with cones and signs",
        "gated=gated, tol=tol, callback=callback\n        )\n        blocks",
        "gated=False, tol=tol, callback=callback\n        )\n        blocks",
    ),
    Mutant(
        "fit_convex_relu",
        "shrinks before it projects",
        "return shrink_blocks(project_blocks(F, blocks), step * reg)",
        "return project_blocks(F, shrink_blocks(blocks, step * reg))",
    ),
    Mutant(
        "fit_convex_relu",
        "never looks beyond the first working set",
        "        work[worst] |=",
        "        if round_ > 1:\n            return blocks, gap\n"
        "        work[worst] |=",
    ),
    Mutant(
        "fit_convex_relu",
        "loses the negative blocks",
        "if gated else blocks[1])",
        "if gated else 0 * blocks[1])",
    ),
    Mutant(
        "fit_convex_relu",
        "passes the solver ten times the regularisation",
        "            F.X, y, patterns.masks, reg, gated=gated",
        "            F.X, y, patterns.masks, 10 * reg, gated=gated",
    ),
    Mutant(
        "fit_convex_relu",
        "scales the loss by 1/n",
        "            F.X, y, patterns.masks, reg, gated=gated",
        "            F.X, y, patterns.masks, len(y) * reg, gated=gated",
    ),
    Mutant(
        "fit_convex_relu",
        "reports the objective without the ½ of the loss",
        "objective = convex_objective(weights, X, y, patterns, reg)",
        "objective = 2 * convex_objective(weights, X, y, patterns, reg / 2)",
    ),
    Mutant(
        "fit_convex_relu",
        "lets idle patterns loosen the bound, and never ends",
        "norms = dual_norms(F, residual)",
        "norms, bounds = dual_norms(F, residual), F.adjoint(residual)\n"
        "        bounds = np.linalg.norm(bounds, axis=-1)\n"
        "        loose = (bounds <= reg) & (round_ > 1)\n"
        "        norms = np.where(loose, bounds, norms)",
    ),
    Mutant(
        "fit_convex_relu",
        "reports no cone slack",
        "F.outputs(blocks), cone_slack(weights, F.X, patterns.masks)",
        "F.outputs(blocks), 0.0",
    ),
    Mutant(
        "fit_convex_relu",
        "certifies without the cones",
        "np.linalg.norm(project_blocks(F, pull), axis=-1).max()",
        "np.linalg.norm(pull, axis=-1).max()",
    ),
]
