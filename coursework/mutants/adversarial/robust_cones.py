"""Plausible wrong robust cones."""

from coursework.mutants import Mutant

SLACK = "return float((slack.min(axis=-1) - np.abs(blocks) @ epsilon).min())"
SIDE = "slack = np.where(masks, 1.0, -1.0) * (blocks @ X.T)"
ROWS = "rows = side[:, None] * X[live]"
RADIUS = "radii[i] = 1.0 / reach if reach > 0 else np.inf"
KEPT = "kept = slack.min(axis=1, initial=np.inf) > 1.001 * reach"

MUTANTS = [
    Mutant(
        "robust_slack", "adds the norm", SLACK, SLACK.replace("- np.abs", "+ np.abs")
    ),
    Mutant(
        "robust_slack",
        "the Euclidean norm",
        SLACK,
        SLACK.replace("np.abs(blocks) @ epsilon", "np.sqrt(blocks**2 @ epsilon**2)"),
    ),
    Mutant(
        "robust_slack",
        "forgets the box",
        SLACK,
        SLACK.replace(" - np.abs(blocks) @ epsilon", ""),
    ),
    Mutant(
        "robust_slack",
        "signed weights instead of their absolute values",
        SLACK,
        SLACK.replace("np.abs(blocks)", "blocks"),
    ),
    Mutant(
        "robust_slack",
        "the mean instead of the worst",
        SLACK,
        SLACK.replace("slack.min(", "slack.mean("),
    ),
    Mutant("robust_slack", "masks as 1 and 0", SIDE, SIDE.replace("-1.0", "0.0")),
    Mutant(
        "robust_radius",
        "masks as 1 and 0",
        ROWS,
        ROWS.replace("side[", "(side > 0)["),
    ),
    Mutant(
        "robust_patterns",
        "the opposite pattern",
        ROWS,
        ROWS.replace("side", "-side"),
    ),
    Mutant(
        "robust_radius",
        "the norm, not its inverse",
        RADIUS,
        "radii[i] = reach if reach > 0 else np.inf",
    ),
    Mutant(
        "robust_radius",
        "the bias counts as a moving weight",
        "np.tile(epsilon, 2)",
        "np.ones(2 * X.shape[1])",
    ),
    Mutant(
        "robust_radius",
        "weights cannot be negative",
        "np.hstack([-rows, rows])",
        "np.hstack([-rows, -rows])",
    ),
    Mutant(
        "robust_radius",
        "no bias is infinite",
        RADIUS,
        "radii[i] = 1.0 / max(reach, 1e-3)",
    ),
    Mutant(
        "robust_radius",
        "the Euclidean norm of the l1 solution",
        "reach = np.abs(gates[i]) @ epsilon",
        "reach = np.sqrt(gates[i] ** 2 @ epsilon**2)",
    ),
    Mutant(
        "robust_patterns",
        "believes every gate",
        KEPT,
        "kept = slack.min(axis=1, initial=np.inf) > 0",
    ),
    Mutant(
        "robust_patterns",
        "never looks for a better gate",
        "    kept[~kept] = radii > 1.0\n",
        "",
    ),
    Mutant(
        "robust_patterns",
        "keeps cones that have collapsed",
        "kept[~kept] = radii > 1.0",
        "kept[~kept] = radii > 0.01",
    ),
    Mutant(
        "robust_patterns",
        "keeps the old gates",
        "    gates[~kept] = found\n",
        "",
    ),
    Mutant(
        "robust_patterns",
        "leaves out zero rows although they move",
        "bool(epsilon.any())  # a zero row is fixed if nothing moves",
        "False",
    ),
    Mutant(
        "robust_radius",
        "takes a proof for a failure",
        "X[live], side)).radius > 0:",
        "X[live], side)).radius >= 0:",
    ),
    Mutant(
        "robust_patterns",
        "loses the weights of flat cones",
        "    _refuse_lost_weights(X, masks, kept, epsilon)\n",
        "",
    ),
    Mutant(
        "robust_patterns",
        "takes every flat cone for a loss",
        "if s.max() > 0.5 and not held.all(axis=1).any():",
        "if s.max() > 0.5:",
    ),
    Mutant(
        "robust_patterns",
        "small samples have no sides",
        "held = side[kept] * (U @ v) >= -1e-9 * np.linalg.norm(v)",
        "held = side[kept] * (U @ v) >= -1e9 * np.linalg.norm(v)",
    ),
    Mutant(
        "robust_patterns",
        "drops the rays of boxes that touch",
        "[np.abs(radii - 1.0) <= 1e-9]",
        "[np.abs(radii - 1.0) < 0.0]",
    ),
    Mutant(
        "robust_slack",
        "looks at the positive blocks alone",
        "as_blocks(weights, len(masks), X.shape[1])",
        "as_blocks(weights, len(masks), X.shape[1])[:1]",
    ),
    Mutant(
        "robust_slack",
        "blocks of both signs as differences",
        "* (blocks @ X.T)",
        "* ([[[-1]], [[1]]] * blocks @ X.T)",
    ),
    Mutant(
        "robust_patterns",
        "returns the gates that came in",
        "return Patterns(masks[kept], gates[kept])",
        "return Patterns(masks[kept], patterns.gates[kept])",
    ),
    Mutant(
        "robust_patterns",
        "turns the order round",
        "return Patterns(masks[kept], gates[kept])",
        "return Patterns(masks[kept][::-1], gates[kept][::-1])",
    ),
    Mutant(
        "robust_patterns",
        "half of the box",
        "    return X, masks, gates, checked_radii(epsilon, X)\n",
        "    return X, masks, gates, 0.5 * checked_radii(epsilon, X)\n",
    ),
    Mutant(
        "robust_patterns",
        "inactive for active",
        "    return X, masks, gates, checked_radii(epsilon, X)\n",
        "    return X, ~masks, gates, checked_radii(epsilon, X)\n",
    ),
    Mutant(
        "robust_patterns",
        "takes every single unmoved column for a bias",
        "(U.shape[1] == 1 and U.all())",
        "U.shape[1] == 1",
    ),
]
