"""Plausible mistakes in the plain loop and its centre."""

from coursework.mutants import Mutant

LOOP, CENTER = "plain_active_learn", "plain_cut_center"

MUTANTS = [
    Mutant(LOOP, "buys a label twice", "margin[queried] = np.inf", "margin = margin"),
    Mutant(
        LOOP,
        "the most decided",
        "margin == margin.min()",
        "margin == margin[margin < np.inf].max()",
    ),
    Mutant(
        LOOP,
        "the first of equal margins, not a random one",
        "rng.choice(np.flatnonzero(margin == margin.min()))",
        "margin.argmin()",
    ),
    Mutant(LOOP, "the signed output", "np.abs((masks", "((masks"),
    Mutant(LOOP, "the outputs of u alone", "(u - v) @ X.T", "u @ X.T"),
    Mutant(LOOP, "forgets the masks", "(masks * ((u - v) @ X.T))", "((u - v) @ X.T)"),
    Mutant(LOOP, "one label more", "in range(budget)", "in range(budget + 1)"),
    Mutant(
        LOOP,
        "the center of the last label only",
        "plain_cut_center(X[queried], y, masks[:, queried], gates)",
        "plain_cut_center(X[[i]], y[-1:], masks[:, [i]], gates)",
    ),
    Mutant(
        CENTER,
        "the wrong half-space",
        "-np.hstack([half, -half])",
        "np.hstack([half, -half]) * 0.5",
    ),
    Mutant(
        CENTER,
        "forgets the signs of u and v",
        "np.hstack([half, -half])",
        "np.hstack([half, half])",
    ),
    Mutant(
        CENTER,
        "forgets the labels",
        "y[:, None] * mask[:, None] * X",
        "mask[:, None] * X",
    ),
    Mutant(
        CENTER,
        "cones of the other side",
        "(2.0 * mask - 1.0)[:, None] * X",
        "(1.0 - 2.0 * mask)[:, None] * X",
    ),
    Mutant(CENTER, "no cones", "-cones, box", "-0.5 * np.abs(cones) * 0 - 1e-9, box"),
    Mutant(
        CENTER,
        "a box of half the size",
        "np.ones(2 * len(box))",
        "np.full(2 * len(box), 0.5)",
    ),
    Mutant(
        CENTER,
        "cuts moved back",
        "np.zeros(len(y) + len(cones))",
        "np.full(len(y) + len(cones), 0.1)",
    ),
    Mutant(
        CENTER,
        "u and v swapped",
        "    u, v = start.reshape",
        "    v, u = start.reshape",
    ),
    Mutant(
        CENTER,
        "the start is no center",
        "start = plain_center(A, b, 0.5 * start.ravel() / np.abs(start).max())",
        "start = 0.5 * start / np.abs(start).max()",
    ),
]
