"""Plausible mistakes in `reference.convex_relu.certificate`."""

from coursework.mutants import Mutant

INSIDE = "inside = project_blocks(F, np.where(bounds[..., None] > above, pulls, 0.0))"
NORMS = "return np.linalg.norm(project_blocks(F, F.adjoint(r)), axis=-1)"
GAP = "return scaled_residual_gap(y, r, total_norm(as_blocks(weights)), reg, largest)"
GATED = "    F = lifted_operator(X, patterns, gated)\n    "

MUTANTS = [
    Mutant(
        "scaled_residual_gap",
        "uses the residual unscaled",
        "    if abs(gamma) * dual_norm > reg:\n",
        "    if False:\n",
    ),
    Mutant(
        "scaled_residual_gap",
        "takes γ = 1",
        "gamma = inner / max(square, np.finfo(float).tiny)",
        "gamma = 1.0",
    ),
    Mutant(
        "scaled_residual_gap",
        "forgets the ½ of the dual",
        "0.5 * gamma**2 * square",
        "gamma**2 * square",
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
        INSIDE,
        "inside = np.where(bounds[..., None] > above, pulls, 0.0)",
    ),
    Mutant(
        "cone_dual_norms",
        "projects the same vector for both signs",
        INSIDE,
        INSIDE.replace("pulls,", "pulls[[0, 0]],"),
    ),
    Mutant(
        "cone_dual_norms",
        "flips the cone",
        "return F.side[i][:, None] * F.rows",
        "return -F.side[i][:, None] * F.rows",
    ),
    Mutant(
        "cone_dual_norms",
        "keeps active samples only in the cone",
        "return F.side[i][:, None] * F.rows",
        "return F.rows[F.side[i] > 0]",
    ),
    Mutant(
        "cone_dual_norms",
        "forgets the mask",
        "    pulls = F.adjoint(residual)\n",
        "    pulls = np.ones((1, len(masks), 1)) * (residual @ X)\n"
        "    pulls = np.concatenate([pulls, -pulls])\n",
    ),
    Mutant(
        "cone_dual_norms",
        "skips the blocks above the threshold",
        "return np.where(bounds > above, np",
        "return np.where(bounds < above, np",
    ),
    Mutant(
        "cone_dual_norms",
        "returns squared norms",
        "np.linalg.norm(inside, axis=-1), bounds)",
        "np.linalg.norm(inside, axis=-1) ** 2, bounds)",
    ),
    Mutant(
        "duality_gap",
        "certifies with y instead of the residual",
        GAP,
        GAP.replace("(y, r,", "(y, y,"),
    ),
    Mutant(
        "duality_gap",
        "forgets the negative blocks",
        GAP,
        GAP.replace("as_blocks(weights)", "weights.positive"),
    ),
    Mutant(
        "duality_gap",
        "claims twice the dual bound",
        GAP,
        GAP.replace("largest", "largest / 2"),
    ),
    Mutant(
        "duality_gap",
        "uses the cones of a gated model",
        GATED + "y = as",
        GATED.replace(", gated", "") + "y = as",
    ),
    Mutant(
        "duality_gap",
        "bounds the norms of the cones by those without",
        NORMS,
        "return np.linalg.norm(F.adjoint(r), axis=-1)",
    ),
    Mutant(
        "duality_gap",
        "stops at the first block",
        NORMS,
        NORMS + "[:, :1]",
    ),
    Mutant(
        "duality_gap",
        "leaves λ R out",
        GAP,
        GAP.replace("total_norm(as_blocks(weights))", "0.0"),
    ),
    Mutant(
        "critical_reg",
        "takes the last block that it looks at",
        NORMS,
        NORMS + "[:, -1:]",
    ),
    Mutant(
        "critical_reg",
        "looks at positive output weights only",
        NORMS,
        NORMS + "[:1]",
    ),
    Mutant(
        "critical_reg",
        "ignores the cones",
        NORMS,
        "return np.linalg.norm(F.adjoint(r), axis=-1)",
    ),
    Mutant(
        "critical_reg",
        "uses the cones of a gated model",
        GATED + "return",
        GATED.replace(", gated", "") + "return",
    ),
    Mutant(
        "critical_reg",
        "averages over the samples",
        "as_vector(y, size=len(F.X))).max())",
        "as_vector(y, size=len(F.X))).max()) / len(F.X)",
    ),
    Mutant(
        "cone_decomposition",
        "flips the cone",
        "return F.side[i][:, None] * F.rows",
        "return -F.side[i][:, None] * F.rows",
    ),
    Mutant(
        "cone_dual_norms",
        "adds the multipliers for the rows",
        "return q + rows.T @ non_negative",
        "return q - rows.T @ non_negative",
    ),
    Mutant(
        "cone_decomposition",
        "least squares without the sign of the multipliers",
        "        x, _ = nnls(A, b, maxiter=50 * A.shape[1] + 100)",
        "        x = np.linalg.lstsq(A, b, rcond=None)[0]",
    ),
    Mutant(
        "cone_dual_norms",
        "least squares without the sign of the multipliers",
        "        x, _ = nnls(A, b, maxiter=50 * A.shape[1] + 100)",
        "        x = np.linalg.lstsq(A, b, rcond=None)[0]",
    ),
]
