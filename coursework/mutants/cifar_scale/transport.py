"""Plausible mistakes in DARP on a device."""

from coursework.mutants import Mutant

F = "refine_tensor"

MUTANTS = [
    Mutant(
        F,
        "weights for their inverses",
        "    return y, c, w\n",
        "    return y, c, 1.0 / w\n",
    ),
    Mutant(
        F,
        "entropies for their inverses",
        "return y, c, 1.0 / entropies.clamp(min=largest / RATIO)",
        "return y, c, entropies.clamp(min=largest / RATIO)",
    ),
    Mutant(F, "totals are not scaled to the rows", ", c * (len(y) / c.sum())", ", c"),
    Mutant(F, "totals may sum to anything", "> 1e-6 * len(y):", "> 1e6 * len(y):"),
    Mutant(F, "rows may sum to anything", "> 1e-3:", "> 1e3:"),
    Mutant(F, "weights may be zero", "(w > 0.0).all()", "(w >= 0.0).all()"),
    Mutant(
        F,
        "rows that must stay move",
        "moves = torch.isfinite(w) & ((y > 0.0).sum(1) > 1)",
        "moves = (y > 0.0).sum(1) > 1",
    ),
    Mutant(
        F,
        "the totals of all for a part",
        "left = c - y[~moves].sum(0)",
        "left = c * moves.double().mean()",
    ),
    Mutant(F, "never says that it failed", "if not error <= tol * total:", "if False:"),
    Mutant(
        F,
        "one temperature",
        "heat = max(1.0, float(cost[torch.isfinite(cost)].max()))",
        "heat = 1.0",
    ),
    Mutant(
        F,
        "a loose end",
        "float(excess.abs().max()) <= tol or",
        "float(excess.abs().max()) <= 1e3 * tol or",
    ),
    Mutant(
        F,
        "it stops warm",
        "if heat == 1.0:\n                break",
        "if True:\n                break",
    ),
    Mutant(F, "full steps only", ">= -0.5 * first:", ">= -1e300 * first.abs():"),
    Mutant(
        F,
        "prices for all rows alike",
        "x = torch.softmax((-cost - nu) / warm, 1)",
        "x = torch.softmax(-cost / warm - nu, 1)",
    ),
    Mutant(
        F,
        "downhill",
        "vectors @ (vectors.T @ (excess / s)",
        "vectors @ (vectors.T @ (-excess / s)",
    ),
    Mutant(
        F, "the Hessian without weights", "edges = (x / warm).T @ x", "edges = x.T @ x"
    ),
    Mutant(
        F, "steps without end", "edges.sum(1) + excess.abs() / reach", "edges.sum(1)"
    ),
]
