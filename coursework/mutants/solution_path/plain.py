"""Plausible mistakes in the plain path and the plain sensitivity system."""

from coursework.mutants import Mutant

PATH, MOVE = "plain_path", "plain_sensitivity"

MUTANTS = [
    Mutant(
        PATH,
        "starts at zero for each λ",
        "old, t = u, 1.0  #",
        "u = 0 * u; old, t = u, 1.0  #",
    ),
    Mutant(PATH, "one λ for all", "for reg in regs:", "for reg in regs * 0 + regs[0]:"),
    Mutant(
        PATH,
        "forgets the cones",
        "plain_project(ahead + np.stack([pull, -pull]) / L, X, masks)",
        "ahead + np.stack([pull, -pull]) / L",
    ),
    Mutant(PATH, "one sign only", "np.stack([pull, -pull])", "np.stack([pull, pull])"),
    Mutant(PATH, "a step too long", "L = 2.0 * np", "L = 0.4 * np"),
    Mutant(
        PATH,
        "shrinks by λ, not by λ/L",
        "1.0 - reg / L / np.maximum(sizes, reg / L)",
        "1.0 - reg / np.maximum(sizes, reg)",
    ),
    Mutant(
        PATH,
        "the gap of the last λ",
        "gap = plain_gap(u, X, y, masks, reg)",
        "gap = plain_gap(u, X, y, masks, regs[0])",
    ),
    Mutant(
        PATH, "stops at a hundred times the gap", "if gap <= tol", "if gap <= 100 * tol"
    ),
    Mutant(PATH, "gaps that are none", "gaps.append(gap)", "gaps.append(0.0)"),
    Mutant(
        PATH,
        "changes the data",
        "M = masks.astype(float)",
        "M = masks.astype(float); y -= 1e-9",
    ),
    Mutant(
        MOVE, "no active cone rows", "np.argwhere(tied)", "np.argwhere(tied & False)"
    ),
    Mutant(
        MOVE,
        "all walls are those of the first neuron",
        "J[k * d : (k + 1) * d, c] = J[c, k * d : (k + 1) * d] = X[j]",
        "J[:d, c] = J[c, :d] = X[j]",
    ),
    Mutant(MOVE, "forgets the signs", "[s * D[:, None] * X for", "[D[:, None] * X for"),
    Mutant(MOVE, "forgets λ before M", "+= reg * bend", "+= bend"),
    Mutant(MOVE, "M without the length", "reg * bend / sizes[k]", "reg * bend"),
    Mutant(
        MOVE,
        "curvature in all directions",
        "np.eye(d) - np.outer(w, w) / sizes[k] ** 2",
        "np.eye(d)",
    ),
    Mutant(
        MOVE,
        "the other sign in λ",
        "= -(W / sizes[:, None]).ravel()",
        "= (W / sizes[:, None]).ravel()",
    ),
    Mutant(
        MOVE, "weights for unit vectors", "-(W / sizes[:, None]).ravel()", "-W.ravel()"
    ),
    Mutant(
        MOVE,
        "targets with the other sign",
        "right[: K * d, 1:] = Z.T",
        "right[: K * d, 1:] = -Z.T",
    ),
]
