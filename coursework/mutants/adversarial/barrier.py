"""Plausible wrong robust solvers."""

from coursework.mutants import Mutant

SLACKS = "return side * (w @ rows.T) - (a @ E)[..., None]"
WORST = "value = worst_deviation(f, np.abs(g[:, : len(E)]) @ E, y, loss).sum()"
PENALTY = "return float(value + reg * np.linalg.norm(w, axis=-1).sum())"
SCALE = "scale = min(1.0, reg / np.linalg.norm(blocks, axis=-1).max())  # (eq:adv-gap)"
BEST = "return float(scale * linear - 0.5 * scale**2 * square)"

MUTANTS = [
    Mutant(
        "robust_barrier",
        "cones without the box",
        SLACKS,
        "return side * (w @ rows.T) - 0 * (a @ E)[..., None]",
    ),
    Mutant(
        "robust_barrier",
        "adds the norm to the slack",
        SLACKS,
        SLACKS.replace("- (a", "+ (a"),
    ),
    Mutant(
        "robust_barrier",
        "forgets the box in the loss",
        WORST,
        WORST.replace("np.abs(g[:, : len(E)]) @ E", "0.0 * f"),
    ),
    Mutant(
        "robust_barrier",
        "weight decay with a factor one half",
        PENALTY,
        PENALTY.replace("reg *", "0.5 * reg *"),
    ),
    Mutant(
        "robust_barrier",
        "squared norms",
        PENALTY,
        PENALTY.replace("np.linalg.norm(w, axis=-1).sum()", "(w * w).sum()"),
    ),
    Mutant("robust_barrier", "does not scale the dual point", SCALE, "scale = 1.0"),
    Mutant(
        "robust_barrier",
        "forgets the cone multipliers in the dual point",
        "blocks = signs * (D @ T) - (side * rho) @ rows\n",
        "blocks = signs * (D @ T)\n",
    ),
    Mutant(
        "robust_barrier",
        "a dual value without its square",
        BEST,
        "return float(scale * linear)",
    ),
    Mutant(
        "robust_barrier",
        "one sign for both blocks",
        "np.arange(d), np.array([1.0, -1.0])[:, None, None]",
        "np.arange(d), np.array([1.0, 1.0])[:, None, None]",
    ),
    Mutant(
        "robust_barrier",
        "a hinge without its margin",
        "value = outer(f, c, mu)[0].sum() - mu * (logs + np.log(t).sum())",
        "value = outer(f + y, c, mu)[0].sum() - mu * (logs + np.log(t).sum())",
    ),
    Mutant(
        "robust_barrier",
        "stops too early and reports no gap",
        "if gap <= tol * zero_loss:",
        "if gap <= 0.2 * zero_loss:",
    ),
    Mutant(
        "robust_barrier",
        "returns dust as it is",
        "best = _without_dust(w, primal, bound, tol * zero_loss)",
        "best = w",
    ),
]
