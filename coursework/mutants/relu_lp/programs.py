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
        "steps_into_cones(F, gates, halves).max(axis=0)",
        "steps_into_cones(F, gates, halves)[0]",
    ),
    Mutant(
        "fit_relu_lp",
        "mixes up the blocks",
        "return halves + t * gates",
        "return -halves + t * gates",
    ),
    Mutant(
        "fit_relu_lp",
        "trusts every gate",
        "    gates = interior_gates(F, gates)\n    w = separate",
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
        "blocks = scale_to_margin(blocks / unit, lambda b: _lowest(X, y, b), margin)",
        "blocks = scale_to_margin(blocks, lambda b: _lowest(F.X, y, b), margin)",
    ),
    Mutant(
        "fit_relu_lp",
        "calls nearly equal rows equal",
        "farkas_residual(X, y, masks, multipliers) > 1e-12:",
        "farkas_residual(X, y, masks, multipliers) > 1e-8:",
    ),
    Mutant(
        "fit_relu_lp",
        "a ridge hides that the Gram matrix is singular",
        "factor = cho_factor(F.gram())",
        "factor = cho_factor(F.gram() + 1e-6 * np.eye(len(y)))",
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
        "forgets the labels in the program",
        "sparse.csr_array((y * mask)[:, None] * X)",
        "sparse.csr_array((1.0 * mask)[:, None] * X)",
    ),
    Mutant(
        "farkas_residual",
        "forgets the labels",
        "adjoint(y * multipliers) / size",
        "adjoint(multipliers) / size",
    ),
    Mutant(
        "farkas_residual",
        "forgets the scale of the data",
        "adjoint(y * multipliers) / size",
        "adjoint(y * multipliers)",
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
        "max(np.abs(sums.mean(axis=1)).max(), ",
    ),
]
