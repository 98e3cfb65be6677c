"""Plausible mistakes in `reference.convex_relu.certificate`."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "scaled_residual_gap",
        "uses the residual unscaled",
        "    if abs(alpha) * dual_norm > reg:\n",
        "    if False:\n",
    ),
    Mutant(
        "scaled_residual_gap",
        "takes α = 1",
        "alpha = inner / square",
        "alpha = 1.0",
    ),
    Mutant(
        "scaled_residual_gap",
        "forgets the ½ of the dual",
        "0.5 * alpha**2 * square",
        "alpha**2 * square",
    ),
    Mutant(
        "scaled_residual_gap",
        "forgets the penalty",
        "0.5 * square + reg * penalty - (",
        "0.5 * square - (",
    ),
    Mutant(
        "scaled_residual_gap",
        "clips at c/λ instead of λ/c",
        "copysign(reg / dual_norm, inner)",
        "copysign(dual_norm / reg, inner)",
    ),
    Mutant(
        "scaled_residual_gap",
        "loses the sign when clipping",
        "float(np.copysign(reg / dual_norm, inner))",
        "reg / dual_norm",
    ),
    Mutant(
        "cone_dual_norms",
        "ignores the cones",
        "norms[k, i] = np.linalg.norm(project_on_cone(sign * q[i], cone))",
        "norms[k, i] = np.linalg.norm(q[i])",
    ),
    Mutant(
        "cone_dual_norms",
        "projects the same vector for both signs",
        "project_on_cone(sign * q[i], cone)",
        "project_on_cone(q[i], cone)",
    ),
    Mutant(
        "cone_dual_norms",
        "flips the cone",
        "cone = np.where(masks[i, live, None], rows, -rows)",
        "cone = np.where(masks[i, live, None], -rows, rows)",
    ),
    Mutant(
        "cone_dual_norms",
        "keeps active samples only in the cone",
        "cone = np.where(masks[i, live, None], rows, -rows)",
        "cone = rows[masks[i, live]]",
    ),
    Mutant(
        "cone_dual_norms",
        "forgets the mask",
        "q = (masks * residual) @ X",
        "q = np.ones((len(masks), 1)) * (residual @ X)",
    ),
    Mutant(
        "cone_dual_norms",
        "skips the blocks above the threshold",
        "np.flatnonzero(norms[0] > above)",
        "np.flatnonzero(norms[0] < above)",
    ),
    Mutant(
        "cone_dual_norms",
        "returns squared norms",
        "norms[k, i] = np.linalg.norm(project_on_cone(sign * q[i], cone))",
        "norms[k, i] = np.linalg.norm(project_on_cone(sign * q[i], cone)) ** 2",
    ),
    Mutant(
        "duality_gap",
        "certifies with y instead of the residual",
        "return scaled_residual_gap(y, r, penalty, reg, _largest",
        "return scaled_residual_gap(y, y, penalty, reg, _largest",
    ),
    Mutant(
        "duality_gap",
        "forgets the negative blocks",
        "for u in (weights.positive, weights.negative)",
        "for u in (weights.positive,)",
    ),
    Mutant(
        "duality_gap",
        "claims twice the dual bound",
        "penalty, reg, _largest_norm(X, masks, r, gated))",
        "penalty, reg, _largest_norm(X, masks, r, gated) / 2)",
    ),
    Mutant(
        "duality_gap",
        "uses the cones of a gated model",
        "_largest_norm(X, masks, r, gated))",
        "_largest_norm(X, masks, r, False))",
    ),
    Mutant(
        "duality_gap",
        "bounds the norms of the cones by those without",
        "    if gated:\n        return",
        "    if True:\n        return",
    ),
    Mutant(
        "duality_gap",
        "stops at the first block",
        "        if bounds[i] <= largest:",
        "        if largest > 0:",
    ),
    Mutant(
        "duality_gap",
        "leaves λ R out",
        "    penalty = sum(",
        "    penalty = 0 * sum(",
    ),
    Mutant(
        "critical_reg",
        "takes the last block that it looks at",
        "largest = max(largest, float(cone_dual_norms(X, masks[[i]], r).max()))",
        "largest = float(cone_dual_norms(X, masks[[i]], r).max())",
    ),
    Mutant(
        "critical_reg",
        "looks at positive output weights only",
        "float(cone_dual_norms(X, masks[[i]], r).max())",
        "float(cone_dual_norms(X, masks[[i]], r)[0].max())",
    ),
    Mutant(
        "critical_reg",
        "ignores the cones",
        "    if gated:\n        return",
        "    if True:\n        return",
    ),
    Mutant(
        "critical_reg",
        "uses the cones of a gated model",
        "    if gated:\n        return",
        "    if False:\n        return",
    ),
    Mutant(
        "critical_reg",
        "averages over the samples",
        "return _largest_norm(X, masks, y, gated)",
        "return _largest_norm(X, masks, y, gated) / len(y)",
    ),
]
