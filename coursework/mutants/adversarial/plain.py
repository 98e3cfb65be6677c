"""Plausible mistakes in the plain attack, worst case and robust program."""

from coursework.mutants import Mutant

FGSM, RANGE, ROBUST = "plain_fgsm", "plain_worst_outputs", "plain_robust"
STEP = "return X - y[:, None] * epsilon * np.sign(slope)"
SLOPE = "slope = ((X @ hidden > 0) * output) @ hidden.T"
G = "g = masks.T.astype(float) @ (blocks[0] - blocks[1])"
T = "np.abs(g) @ epsilon  # (eq:adv-affine)"
CONES = "cones = side * (u @ X.T) - (a @ epsilon)[..., None]"
HINGE = "hinge = e - (one - y * (X * g).sum(axis=1) + c @ epsilon)"
COST = "cost = np.repeat([0.0, 1.0, reg]"
TANGENT = "tangents[:, ends[3] :] = np.eye(t.size)"

MUTANTS = [
    Mutant(FGSM, "goes towards the label", STEP, STEP.replace("X - y", "X + y")),
    Mutant(FGSM, "forgets the labels", STEP, STEP.replace("y[:, None] * ", "")),
    Mutant(FGSM, "follows the slope, not its sign", STEP, STEP.replace("np.sign", "")),
    Mutant(
        FGSM,
        "all neurons active",
        SLOPE,
        SLOPE.replace("X @ hidden > 0", "X[:, :1] == X[:, :1]"),
    ),
    Mutant(
        FGSM, "forgets the output weights", SLOPE, SLOPE.replace(" * output", " * 1.0")
    ),
    Mutant(FGSM, "one radius for all", STEP, STEP.replace("epsilon", "epsilon.max()")),
    Mutant(RANGE, "adds the two signs", G, G.replace("[0] - b", "[0] + b")),
    Mutant(RANGE, "forgets the masks", G, G.replace("masks.T", "(masks.T | True)")),
    Mutant(
        RANGE,
        "the Euclidean norm",
        T,
        T.replace("np.abs(g) @ epsilon", "np.sqrt(g**2 @ epsilon**2)"),
    ),
    Mutant(RANGE, "slopes with their signs", T, T.replace("np.abs(g)", "g")),
    Mutant(RANGE, "half the box", T, T.replace("epsilon", "epsilon / 2")),
    Mutant(
        RANGE, "the sum of norms", T, "masks.T @ (np.abs(blocks).sum(axis=0) @ epsilon)"
    ),
    Mutant(RANGE, "exchanges the ends", "return f - t, f + t", "return f + t, f - t"),
    Mutant(ROBUST, "cones without the box", CONES, CONES.replace("- (a", "- 0 * (a")),
    Mutant(
        ROBUST,
        "cones of active samples only",
        "side, D, kind = 2.0 * masks - 1.0,",
        "side, D, kind = 1.0 * masks,",
    ),
    Mutant(
        ROBUST, "no adversary in the loss", HINGE, HINGE.replace(" + c @", " + 0 * c @")
    ),
    Mutant(ROBUST, "an adversary who helps", HINGE, HINGE.replace("+ c @", "- c @")),
    Mutant(
        ROBUST,
        "a margin of zero",
        "np.zeros(ends[-1]), 1.0)",
        "np.zeros(ends[-1]), 0.0)",
    ),
    Mutant(ROBUST, "forgets the labels", HINGE, HINGE.replace("y * (X", "(X")),
    Mutant(
        ROBUST,
        "bounds one side of the slopes",
        "c - g, c + g, hinge",
        "c - g, c - g, hinge",
    ),
    Mutant(
        ROBUST, "the decay's factor one half", COST, COST.replace("reg]", "0.5 * reg]")
    ),
    Mutant(
        ROBUST,
        "tangents that are not normalised",
        "q = u / np.maximum(sizes, 1e-300)[..., None]",
        "q = u",
    ),
    Mutant(ROBUST, "tangents of the other side", "block_diag(*-q", "block_diag(*q"),
    Mutant(
        ROBUST,
        "says that the first program is exact",
        "gap = reg * (sizes - t).sum()",
        "gap = 0.0",
    ),
    Mutant(
        ROBUST,
        "a gap without λ",
        "gap = reg * (sizes - t).sum()",
        "gap = (sizes - t).sum()",
    ),
    Mutant(
        ROBUST,
        "tangents for one sign only",
        TANGENT,
        TANGENT + "\n        tangents[len(masks) :] = 0.0",
    ),
    Mutant(
        ROBUST,
        "the lower bound for the objective",
        "e.sum() + reg * sizes.sum()",
        "e.sum() + reg * t.sum()",
    ),
]
