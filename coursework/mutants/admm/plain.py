"""Plausible mistakes in plain ADMM and plain sampled programs."""

from coursework.mutants import Mutant

ADMM, SAMPLED = "plain_admm", "plain_sampled"
SHORTER = "np.maximum(sizes - reg / rho, 0.0) / np.maximum(sizes, reg / rho)"
SYSTEM = "np.eye(F.shape[1]) + G.T @ G + F.T @ F / rho"
RIGHT = "F.T @ y / rho + copy - mu + G.T @ (s - tau)"
BOUND = "(F.T @ nu + G.T @ eta)"
SCALE = "np.clip(y @ nu / (nu @ nu), -reg / c, reg / c)"

MUTANTS = [
    Mutant(ADMM, "shrinks by λ ρ", SHORTER, SHORTER.replace("reg / rho", "reg * rho")),
    Mutant(
        ADMM,
        "shrinks entries, not blocks",
        "np.linalg.norm(q, axis=1, keepdims=True)",
        "np.abs(q)",
    ),
    Mutant(ADMM, "forgets ρ in the matrix", SYSTEM, SYSTEM.replace(" / rho", "")),
    Mutant(
        ADMM,
        "forgets the cones in the matrix",
        SYSTEM,
        SYSTEM.replace(" + G.T @ G", ""),
    ),
    Mutant(ADMM, "forgets ρ beside y", RIGHT, RIGHT.replace(" / rho", "")),
    Mutant(ADMM, "adds the multipliers", RIGHT, RIGHT.replace("s - tau", "s + tau")),
    Mutant(ADMM, "clips on the wrong side", "s = np.maximum(G", "s = np.minimum(G"),
    Mutant(ADMM, "drops the multipliers of the cones", "tau + G @ u - s", "0 * s"),
    Mutant(
        ADMM,
        "the same sign for all blocks",
        "np.repeat([1.0, -1.0]",
        "np.repeat([1.0, 1.0]",
    ),
    Mutant(ADMM, "cones of active samples only", "(2.0 * m - 1.0)", "(1.0 * m)"),
    Mutant(ADMM, "a bound without the cones", BOUND, "(F.T @ nu)"),
    Mutant(
        ADMM, "a bound with multipliers of the wrong sign", "-rho * tau", "rho * tau"
    ),
    Mutant(ADMM, "a bound that is not scaled", SCALE, "1.0"),
    Mutant(
        ADMM,
        "returns the copies as they are",
        "plain_project(copy.reshape(2, -1, d), X, masks)",
        "copy.reshape(2, -1, d)",
    ),
    Mutant(
        SAMPLED, "forgets the ReLU", "np.maximum(neurons @ X.T, 0.0)", "neurons @ X.T"
    ),
    Mutant(SAMPLED, "weights of one sign", "output = (up - down)", "output = up"),
    Mutant(
        SAMPLED, "exchanges the signs", "output = (up - down)", "output = (down - up)"
    ),
    Mutant(SAMPLED, "forgets the scale of the multipliers", " / (1.0 - h @ zeta)", ""),
    Mutant(SAMPLED, "forgets λ", "[pull - reg, -pull - reg]", "[pull, -pull]"),
    Mutant(
        SAMPLED,
        "one side of |features'ν| <= λ",
        "[pull - reg, -pull - reg]",
        "[pull - reg, -pull - 9 * reg]",
    ),
    Mutant(
        SAMPLED,
        "the fitted values for the dual",
        "return output, y - output",
        "return output, output",
    ),
]
