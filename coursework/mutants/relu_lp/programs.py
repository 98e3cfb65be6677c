"""Plausible wrong linear programs."""

from coursework.mutants import Mutant

FIT = "fit_relu_lp"

MUTANTS = [
    Mutant(
        FIT,
        "leaves the cones out: w is used as a neuron",
        "return halves + t * (1 + 1e-9) * gates",
        "return halves + 0 * t * gates",
    ),
    Mutant(
        FIT,
        "steps into the cone for one block only",
        "steps_into_cones(F, gates, halves).max(axis=0)",
        "steps_into_cones(F, gates, halves)[0]",
    ),
    Mutant(
        FIT,
        "mixes up the blocks",
        "return halves + t * (1 + 1e-9) * gates",
        "return -halves + t * (1 + 1e-9) * gates",
    ),
    Mutant(
        FIT,
        "trusts every gate",
        "gates = interior_gates(F, gates / units)",
        "gates = gates / units",
    ),
    Mutant(
        FIT,
        "ignores the margin",
        'margin = as_real(margin, "margin", low=0.0, open_low=True)',
        'margin = as_real(margin, "margin", low=0.0, open_low=True) and 1.0',
    ),
    Mutant(
        FIT,
        "scales the features, and forgets to scale the weights back",
        "ConvexWeights(*units * scale_to_margin(",
        "ConvexWeights(*scale_to_margin(",
    ),
    Mutant(
        FIT,
        "evaluates the network on features in other units",
        "(ConvexWeights(*blocks))(F.X)).min())",
        "(ConvexWeights(*blocks))(X)).min())",
    ),
    Mutant(
        FIT,
        "measures features in the units they come in",
        "    units = column_units(X)",
        "    units = np.ones(X.shape[1])",
    ),
    Mutant(
        FIT,
        "looks for weights without cones in other units than the data's",
        "separate_without_cones(F.X, y, masks)",
        "separate_without_cones(X, y, masks)",
    ),
    Mutant(
        FIT,
        "answers every objective with the closed form",
        'if objective == "feasible":\n        blocks',
        "if True:\n        blocks",
    ),
    Mutant(
        FIT,
        "exchanges the two objectives",
        '**({"bounds": bounds} if objective == "min_l1"',
        '**({"bounds": bounds} if objective != "min_l1"',
    ),
    Mutant(
        FIT,
        "forgets that the norm is of the weights in their own units",
        "price = np.tile(units / units.min(), KT.shape[0] // len(units))",
        "price = np.ones(KT.shape[0])",
    ),
    Mutant(
        FIT,
        "adds the two blocks in the margins",
        "sparse.hstack([active, -active])",
        "sparse.hstack([active, active])",
    ),
    Mutant(
        FIT,
        "forgets the labels in the program",
        "sparse.csr_array((y * m)[:, None] * F.X)",
        "sparse.csr_array((1.0 * m)[:, None] * F.X)",
    ),
    Mutant(
        FIT,
        "leaves out the cones of the negative blocks",
        "for s in F.side] * 2)",
        "for s in F.side] + [0 * F.X[F.live]] * len(F.D))",
    ),
    Mutant(
        FIT,
        "bounds the sum where the largest entry is meant",
        '(np.sum, np.max) if objective == "min_l1"',
        '(np.sum, np.sum) if objective == "min_l1"',
    ),
    Mutant(
        FIT,
        "one-sided bounds in the dual",
        "sparse.hstack([KT, -weights, weights]",
        "sparse.hstack([KT, -weights, -weights]",
    ),
    Mutant(
        FIT,
        "bounds p alone in the dual of the largest entry",
        "np.concatenate([0 * c, one, one])[None]",
        "np.concatenate([0 * c, one, none])[None]",
    ),
    Mutant(
        FIT,
        "reports the margin of some other sample",
        "return float((y * to_network(ConvexWeights(*blocks))(F.X)).min())",
        "return float((y * to_network(ConvexWeights(*blocks))(F.X)).max())",
    ),
    Mutant(
        "fit_relu_lp",
        "weights of the wrong sign from the multipliers",
        "0.0), -program.eqlin.marginals",
        "0.0), program.eqlin.marginals",
    ),
    Mutant(
        "fit_relu_lp",
        "clips the dual on the wrong side",
        "return np.maximum(program.x[: len(c)], 0.0)",
        "return np.minimum(program.x[: len(c)], 0.0)",
    ),
    Mutant(
        "fit_relu_lp",
        "no dual point, no bound",
        "return np.maximum(program.x[: len(c)], 0.0)",
        "return 0.0 * c",
    ),
]
