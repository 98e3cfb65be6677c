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
        "return shrink_blocks(project(blocks), step * reg)",
        "return project(shrink_blocks(blocks, step * reg))",
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
        "if gated else blocks[1]\n    )",
        "if gated else 0 * blocks[1]\n    )",
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
        "    objective = 0.5 * float(r @ r)",
        "    objective = float(r @ r)",
    ),
    Mutant(
        "fit_convex_relu",
        "lets idle patterns loosen the bound, and never ends",
        "min(reg, inside))",
        "reg if round_ > 1 else 0.0)",
    ),
    Mutant(
        "fit_convex_relu",
        "reports no cone slack",
        "    slack = cone_slack(weights, X, masks)",
        "    slack = 0.0",
    ),
    Mutant(
        "fit_convex_relu",
        "certifies without the cones",
        "np.linalg.norm(project(pull), axis=-1).max()",
        "np.linalg.norm(pull, axis=-1).max()",
    ),
]
