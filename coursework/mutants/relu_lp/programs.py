"""Plausible wrong linear programs and certificates."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "fit_relu_lp",
        "leaves the cones out: w is used as a neuron",
        "    t *= 1 + 1e-9\n",
        "    t *= 0\n",
    ),
    Mutant(
        "fit_relu_lp",
        "steps into the cone for one block only",
        "    t = np.maximum(\n"
        "        steps_into_cones(X, masks, gates, half),\n"
        "        steps_into_cones(X, masks, gates, -half),\n"
        "    )\n",
        "    t = steps_into_cones(X, masks, gates, half)\n",
    ),
    Mutant(
        "fit_relu_lp",
        "uses w in both blocks without halving",
        "    half = w / 2 ",
        "    half = w ",
    ),
    Mutant(
        "fit_relu_lp",
        "mixes up the blocks",
        "return ConvexWeights(half + t * gates, -half + t * gates)",
        "return ConvexWeights(-half + t * gates, half + t * gates)",
    ),
    Mutant(
        "fit_relu_lp",
        "trusts every gate",
        "    gates = interior_gates(X, masks, gates)\n    w = separate",
        "    w = separate",
    ),
    Mutant(
        "fit_relu_lp",
        "ignores the margin",
        'margin = as_real(margin, "margin", low=0.0, open_low=True)',
        'margin = as_real(margin, "margin", low=0.0, open_low=True) and 1.0',
    ),
    Mutant(
        "fit_relu_lp",
        "scales the data, and forgets to scale the weights back",
        "min(lowest, 1.0) / unit, unit * X",
        "min(lowest, 1.0), unit * X",
    ),
    Mutant(
        "fit_relu_lp",
        "calls nearly equal rows equal",
        "farkas_residual(X, y, masks, multipliers) > 1e-12:",
        "farkas_residual(X, y, masks, multipliers) > 1e-8:",
    ),
    Mutant(
        "fit_relu_lp",
        "multiplies Boolean masks: a logical or, not a count",
        "(masks.T.astype(float) @ masks)  # (eq:lp-gram)",
        "(masks.T @ masks)",
    ),
    Mutant(
        "fit_relu_lp",
        "a ridge hides that the Gram matrix is singular",
        "factor = cho_factor(gram)",
        "factor = cho_factor(gram + 1e-6 * np.eye(len(y)))",
    ),
    Mutant(
        "fit_relu_lp",
        "says infeasible whenever the Gram matrix is singular",
        "    lengths = np.linalg.norm(X, axis=1)\n    if not lengths.all():",
        "    lengths = np.linalg.norm(X, axis=1)\n    if True:",
    ),
    Mutant(
        "fit_relu_lp",
        "forgets that the certificate is for rows of length one",
        "    multipliers /= lengths\n",
        "",
    ),
    Mutant(
        "fit_relu_lp",
        "a certificate without its sum",
        "raise _infeasible(X, y, multipliers / multipliers.sum(), masks)",
        "raise Infeasible('no', 2 * multipliers)",
    ),
    Mutant(
        "fit_relu_lp",
        "answers every objective with the closed form",
        'if objective == "feasible":',
        "if True:",
    ),
    Mutant(
        "fit_relu_lp",
        "exchanges the two objectives",
        'if objective == "min_l1":  # (eq:lp-dual-l1)',
        'if objective != "min_l1":',
    ),
    Mutant(
        "fit_relu_lp",
        "adds the two blocks in the margins",
        "sparse.hstack([active, -active])",
        "sparse.hstack([active, active])",
    ),
    Mutant(
        "fit_relu_lp",
        "cones of one sign for active and inactive samples",
        "    signs = np.where(masks, 1.0, -1.0)\n    active",
        "    signs = np.where(masks, 1.0, 1.0)\n    active",
    ),
    Mutant(
        "fit_relu_lp",
        "forgets the labels in the program",
        "sparse.csr_array((y * mask)[:, None] * X)",
        "sparse.csr_array((1.0 * mask)[:, None] * X)",
    ),
    Mutant(
        "farkas_residual",
        "forgets the labels",
        "sums = (masks * (y * multipliers)) @ X / size",
        "sums = (masks * multipliers) @ X / size",
    ),
    Mutant(
        "farkas_residual",
        "forgets the patterns",
        "sums = (masks * (y * multipliers)) @ X / size",
        "sums = (y * multipliers) @ X / size",
    ),
    Mutant(
        "farkas_residual",
        "forgets the scale of the data",
        "sums = (masks * (y * multipliers)) @ X / size",
        "sums = (masks * (y * multipliers)) @ X",
    ),
    Mutant(
        "farkas_residual",
        "lets positive and negative sums cancel",
        "max(np.abs(sums).max(), ",
        "max(sums.max(), ",
    ),
    Mutant(
        "farkas_residual",
        "accepts negative multipliers",
        "-multipliers.min(), total",
        "total",
    ),
    Mutant(
        "farkas_residual",
        "accepts the zero vector",
        "-multipliers.min(), total, 0.0",
        "-multipliers.min(), 0.0",
    ),
    Mutant(
        "farkas_residual",
        "takes the mean over patterns",
        "max(np.abs(sums).max(), ",
        "max(np.abs(sums.mean(axis=0)).max(), ",
    ),
]
