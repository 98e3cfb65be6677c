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
        "        work |= _most",
        "        if round_ > 1:\n            return blocks, gap\n        work |= _most",
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
        "            X, y, masks, reg, gated=gated",
        "            X, y, masks, 10 * reg, gated=gated",
    ),
    Mutant(
        "fit_convex_relu",
        "scales the loss by 1/n",
        "            X, y, masks, reg, gated=gated",
        "            X, y, masks, len(y) * reg, gated=gated",
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
        "norms = np.linalg.norm(project_blocks(F, F.adjoint(residual)), axis=-1)",
        "norms = cone_dual_norms(\n"
        "            X, masks, residual, above=reg if round_ > 1 else 0.0\n        )",
    ),
    Mutant(
        "fit_convex_relu",
        "reports no cone slack",
        "convex_output(X, masks, weights), cone_slack(weights, X, masks)",
        "convex_output(X, masks, weights), 0.0",
    ),
    Mutant(
        "fit_convex_relu",
        "certifies without the cones",
        "np.linalg.norm(project_blocks(F, pull), axis=-1).max()",
        "np.linalg.norm(pull, axis=-1).max()",
    ),
]
