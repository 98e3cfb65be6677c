"""Plausible mistakes in the path and in the bounds between its points."""

from coursework.mutants import Mutant

PATH, BOUNDS = "regularization_path", "path_bounds"

MUTANTS = [
    Mutant(
        PATH,
        "in the order of the values, not as asked",
        "tuple(fits[reg] for reg in regs)",
        "tuple(fits.values())",
    ),
    Mutant(PATH, "from the smallest λ on", "-np.unique(-regs)", "np.unique(regs)"),
    Mutant(PATH, "never calls back", "if callback is not None:", "if False:"),
    Mutant(PATH, "takes negative values", "regs.min() <= 0.0", "regs.min() < -1e9"),
    Mutant(
        PATH,
        "ten thousand times the gap",
        "WarmSolver(X, y, patterns, tol)",
        "WarmSolver(X, y, patterns, 1e4 * tol)",
    ),
    Mutant(
        PATH,
        "says nothing of the gap",
        "gap = max(found.gap, 0.0)",
        "gap = 0.0 * found.gap - 1.0",
    ),
    Mutant(
        PATH,
        "no shrinking to dual points",
        "shrink = min(1.0, reg",
        "shrink = max(1.0, reg",
    ),
    Mutant(
        PATH,
        "a gap without the dual part",
        "+ alpha @ (reg - c))",
        "+ 0 * alpha @ (reg - c))",
    ),
    Mutant(
        PATH,
        "one sign for all that is rescued",
        "signs = np.array(F.signs)[index[:, 0]]",
        "signs = np.ones(len(index))",
    ),
    Mutant(
        PATH,
        "the loss for the objective",
        "value += reg * total_norm(blocks)",
        "value += 0.0",
    ),
    Mutant(
        PATH,
        "never rescued by an interior point",
        "if found.gap > self.tol * self.scale:",
        "if False:",
    ),
    Mutant(
        PATH,
        "old norms bound without the distance",
        "gamma * self.known + away",
        "gamma * self.known",
    ),
    Mutant(
        PATH,
        "remembers the wrong pull",
        "self.pulls[s, i] = q[s, i]",
        "self.pulls[s, i] = 9 * q[s, i]",
    ),
    Mutant(
        BOUNDS,
        "gaps do not count",
        "(path.objectives - path.gaps)[order]",
        "path.objectives[order]",
    ),
    Mutant(
        BOUNDS,
        "a path that is not in order",
        "np.argsort(path.regs)",
        "np.arange(len(path.regs))",
    ),
    Mutant(
        BOUNDS,
        "chords below, chords above",
        "return lower, (losses + regs[:, None] * R).min(axis=1)",
        "return lower, np.interp(regs, known, path.objectives[order])",
    ),
    Mutant(
        BOUNDS,
        "the largest tangent",
        "(losses + regs[:, None] * R).min(axis=1)",
        "(losses + regs[:, None] * R).max(axis=1)",
    ),
    Mutant(
        BOUNDS,
        "the objective for the loss",
        "losses = path.objectives - path.regs * R",
        "losses = path.objectives",
    ),
    Mutant(BOUNDS, "beyond the ends of the path", "if outside.any():", "if False:"),
    Mutant(PATH, "blocks for directions", "e = used / alpha[:, None]", "e = used"),
    Mutant(
        PATH,
        "patterns in another order",
        "lifted_operator(X, patterns)",
        "LiftedOperator(X, patterns.masks[::-1])",
    ),
    Mutant(
        PATH,
        "the opposite targets",
        "self.y, self.patterns = y, patterns",
        "self.y, self.patterns = -y, patterns",
    ),
    Mutant(
        PATH,
        "a proof for a smaller λ",
        "            found = self._proved(r, reg)\n            idle",
        "            found = self._proved(r, 0.9 * reg)\n            idle",
    ),
    Mutant(
        PATH,
        "a proof for a larger λ",
        "            found = self._proved(r, reg)\n            idle",
        "            found = self._proved(r, 1.1 * reg)\n            idle",
    ),
    Mutant(
        PATH,
        "believes the first interior point",
        "            if gap <= self.tol * self.scale:\n                return _as",
        "            if True:\n                return _as",
    ),
    Mutant(
        PATH,
        "no pattern joins the work",
        "more = ~work & (sizes.max(axis=0) > reg)",
        "more = ~work & False",
    ),
]
