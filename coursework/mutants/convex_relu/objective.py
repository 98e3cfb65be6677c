"""Plausible mistakes in `reference.convex_relu.objective`."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "balanced_network",
        "does not take the root",
        "root = np.sqrt(sizes[live])",
        "root = sizes[live]",
    ),
    Mutant(
        "balanced_network",
        "multiplies by the root instead of dividing",
        "blocks[live] / root[:, None]",
        "blocks[live] * root[:, None]",
    ),
    Mutant(
        "balanced_network",
        "forgets the signs",
        "signs[live] * root)",
        "root)",
    ),
    Mutant(
        "balanced_network",
        "swaps the signs",
        "signs = np.repeat([1.0, -1.0]",
        "signs = np.repeat([-1.0, 1.0]",
    ),
    Mutant(
        "balanced_network",
        "leaves the blocks unscaled, as (u, 1)",
        "return ReluNetwork((blocks[live] / root[:, None]).T, signs[live] * root)",
        "return ReluNetwork(blocks[live].T, signs[live])",
    ),
    Mutant(
        "balanced_network",
        "drops every block shorter than 1",
        "live = sizes > 0\n    root",
        "live = sizes > 1\n    root",
    ),
    Mutant(
        "nonconvex_objective",
        "forgets the ½ of the weight decay",
        "0.5 * r @ r + 0.5 * reg * decay",
        "0.5 * r @ r + reg * decay",
    ),
    Mutant(
        "nonconvex_objective",
        "forgets the ½ of the loss",
        "0.5 * r @ r + 0.5 * reg * decay",
        "r @ r + 0.5 * reg * decay",
    ),
    Mutant(
        "nonconvex_objective",
        "averages the loss",
        "0.5 * r @ r + 0.5 * reg * decay",
        "0.5 * r @ r / len(r) + 0.5 * reg * decay",
    ),
    Mutant(
        "nonconvex_objective",
        "decays the first layer only",
        "(network.hidden**2).sum() + (network.output**2).sum()",
        "(network.hidden**2).sum()",
    ),
    Mutant(
        "nonconvex_objective",
        "does not square the output weights",
        "(network.output**2).sum()",
        "np.abs(network.output).sum()",
    ),
    Mutant(
        "convex_objective",
        "squares the norms",
        "np.linalg.norm(_blocks(weights), axis=-1).sum())",
        "(_blocks(weights) ** 2).sum())",
    ),
    Mutant(
        "convex_objective",
        "halves the penalty",
        "0.5 * r @ r + reg * np.linalg",
        "0.5 * r @ r + 0.5 * reg * np.linalg",
    ),
    Mutant(
        "convex_objective",
        "takes one norm of all blocks",
        "norm(_blocks(weights), axis=-1).sum())",
        "norm(_blocks(weights)))",
    ),
    Mutant(
        "convex_objective",
        "sums absolute values instead of norms",
        "np.linalg.norm(_blocks(weights), axis=-1).sum())",
        "np.abs(_blocks(weights)).sum())",
    ),
    Mutant(
        "convex_objective",
        "forgets the ½ of the loss",
        "0.5 * r @ r + reg * np.linalg",
        "r @ r + reg * np.linalg",
    ),
    Mutant(
        "cone_slack",
        "takes the largest slack",
        "X[live].T)).min(initial=np.inf)",
        "X[live].T)).max(initial=-np.inf)",
    ),
    Mutant(
        "cone_slack",
        "forgets the inactive samples",
        "np.where(masks[:, live], 1.0, -1.0)",
        "np.where(masks[:, live], 1.0, 0.0)",
    ),
    Mutant(
        "cone_slack",
        "flips the cones",
        "np.where(masks[:, live], 1.0, -1.0)",
        "np.where(masks[:, live], -1.0, 1.0)",
    ),
    Mutant(
        "cone_slack",
        "looks at the positive blocks only",
        "_blocks(weights, len(masks)) @",
        "_blocks(weights, len(masks))[:1] @",
    ),
    Mutant(
        "cone_slack",
        "counts zero rows",
        "live = X.any(axis=1)",
        "live = np.ones(len(X), dtype=bool)",
    ),
    Mutant(
        "cone_slack",
        "averages over the samples",
        "X[live].T)).min(initial=np.inf)",
        "X[live].T)).mean(-1).min()",
    ),
]
