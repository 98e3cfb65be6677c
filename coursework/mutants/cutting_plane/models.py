"""Plausible mistakes in the lifted models."""

from coursework.mutants import Mutant

ACTIVE, TRAIN = "active_learn", "train"

MUTANTS = [
    Mutant(
        ACTIVE,
        "u and v change places in the network",
        "return ConvexWeights(theta[0], theta[1])",
        "return ConvexWeights(theta[1], theta[0])",
    ),
    Mutant(
        ACTIVE,
        "weights in another memory order",
        "return ConvexWeights(theta[0], theta[1])",
        'return ConvexWeights(*theta.reshape(-1).reshape(theta.shape, order="F"))',
    ),
    Mutant(
        ACTIVE,
        "a linear rule with one neuron",
        "return ConvexWeights(theta[None], -theta[None])",
        "return ConvexWeights(theta[None], 0 * theta[None])",
    ),
    Mutant(
        ACTIVE,
        "no cones in dense rows",
        "return cones, np.hstack([half, -half])  # (eq:lp-cones)",
        "return cones[:0], np.hstack([half, -half])",
    ),
    Mutant(
        ACTIVE,
        "dense rows of u and v with one sign",
        "np.hstack([half, -half])  # (eq:lp-cones)",
        "np.hstack([half, half])",
    ),
    Mutant(
        ACTIVE,
        "rows of the local norm with one sign",
        "return np.stack([half, -half])",
        "return np.stack([half, half])",
    ),
    Mutant(
        ACTIVE,
        "does not look whether patterns belong to the pool",
        "    _need_same(patterns.masks, model.masks, name)\n",
        "",
    ),
    Mutant(
        TRAIN,
        "three layers are taken for two",
        "return DeepConvexWeights(theta)\n\n    def network",
        "return DeepConvexWeights(np.abs(theta))\n\n    def network",
    ),
    Mutant(
        ACTIVE,
        "silent units stay",
        "return C[C.any(axis=1)], outputs.toarray()",
        "return C[:0], outputs.toarray()",
    ),
    Mutant(
        ACTIVE,
        "patterns of all rows, not of the bought",
        "return Patterns(self.masks[:, bought], self.gates)",
        "return Patterns(self.masks, self.gates)",
    ),
    Mutant(
        ACTIVE,
        "takes rows of zeros",
        "    need_nonzero_rows(X, name)\n",
        "",
    ),
]
