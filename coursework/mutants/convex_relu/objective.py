"""Plausible mistakes in `reference.convex_relu.objective`."""

from coursework.mutants import Mutant

ROOT = "root = np.sqrt(np.hypot.reduce(network.hidden, axis=0, initial=0.0))"

MUTANTS = [
    Mutant(
        "balanced_network",
        "does not take the root",
        ROOT,
        "root = np.hypot.reduce(network.hidden, axis=0, initial=0.0)",
    ),
    Mutant(
        "balanced_network",
        "multiplies by the root instead of dividing",
        "network.hidden / root,",
        "network.hidden * root,",
    ),
    Mutant(
        "balanced_network",
        "forgets the signs",
        "network.output * root)",
        "root)",
    ),
    Mutant(
        "balanced_network",
        "swaps the signs",
        "network.output * root)",
        "-network.output * root)",
    ),
    Mutant(
        "balanced_network",
        "leaves the blocks unscaled, as (u, 1)",
        "return ReluNetwork(network.hidden / root, network.output * root)",
        "return network",
    ),
    Mutant(
        "balanced_network",
        "drops every block shorter than 1",
        ROOT,
        ROOT + "\n    root *= np.where(root > 1, 1.0, np.inf)",
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
        "total_norm(as_blocks(weights))",
        "(as_blocks(weights) ** 2).sum()",
    ),
    Mutant(
        "convex_objective",
        "halves the penalty",
        "0.5 * r @ r + reg * total",
        "0.5 * r @ r + 0.5 * reg * total",
    ),
    Mutant(
        "convex_objective",
        "takes one norm of all blocks",
        "return float(np.linalg.norm(blocks, axis=-1).sum())",
        "return float(np.linalg.norm(blocks))",
    ),
    Mutant(
        "convex_objective",
        "sums absolute values instead of norms",
        "return float(np.linalg.norm(blocks, axis=-1).sum())",
        "return float(np.abs(blocks).sum())",
    ),
    Mutant(
        "convex_objective",
        "forgets the ½ of the loss",
        "0.5 * r @ r + reg * total",
        "r @ r + reg * total",
    ),
    Mutant(
        "cone_slack",
        "takes the largest slack",
        "(F.side * heights).min(initial=np.inf)",
        "(F.side * heights).max(initial=-np.inf)",
    ),
    Mutant(
        "cone_slack",
        "forgets the inactive samples",
        "(F.side * heights)",
        "(np.maximum(F.side, 0.0) * heights)",
    ),
    Mutant(
        "cone_slack",
        "flips the cones",
        "(F.side * heights)",
        "(-F.side * heights)",
    ),
    Mutant(
        "cone_slack",
        "looks at the positive blocks only",
        "as_blocks(weights, *F.shape[1:]) @",
        "as_blocks(weights, *F.shape[1:])[:1] @",
    ),
    Mutant(
        "cone_slack",
        "counts zero rows",
        "    return float((F.side * heights).min(initial=np.inf))",
        "    return float(min((F.side * heights).min(initial=np.inf), "
        "np.inf if F.live.all() else 0.0))",
    ),
    Mutant(
        "cone_slack",
        "averages over the samples",
        "(F.side * heights).min(initial=np.inf)",
        "(F.side * heights).mean(-1).min()",
    ),
]
