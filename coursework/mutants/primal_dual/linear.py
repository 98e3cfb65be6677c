"""Plausible mistakes in the solver of linear models."""

from coursework.mutants import Mutant

F = "pdcl"

MUTANTS = [
    Mutant(F, "a sum of losses, not the mean", "self.loss.slope(self.basis @ t, self.y)"
           " / len(self.y)\n        return self.basis.T",
           "self.loss.slope(self.basis @ t, self.y)\n        return self.basis.T"),
    Mutant(F, "no ridge in the gradient", "slopes + self.ridge * t", "slopes"),
    Mutant(F, "the ridge twice", "self.ridge @ t**2 / 2", "self.ridge @ t**2"),
    Mutant(F, "the objective is a sum", "losses.mean() +", "losses.sum() +"),
    Mutant(F, "the ridge in the wrong units", "reg / sizes[:rank] ** 2", "reg"),
    Mutant(F, "parameters in the wrong units", "(Vt[:rank] * units).T / sizes[:rank]",
           "(Vt[:rank] * units).T"),
    Mutant(F, "a column in small units is lost", "if reg == 0.0:",
           "if False:"),
    Mutant(F, "columns in units that a ridge knows", "if reg == 0.0:",
           "if True:"),
    Mutant(F, "a row in small units is lost", "columns) > rank:", "columns) > np.inf:"),
    Mutant(F, "dust in the proof", "nu[np.abs(nu) <= 1e-13", "nu[np.abs(nu) <= -1.0"),
    Mutant(F, "rounding counts as rank", "max(X.shape) * PRECISION * sizes[0]", "0.0"),
    Mutant(F, "forgets the lower ends", "np.concatenate([above, below]),\n",
           "np.concatenate([above, below[:0]]),\n"),
    Mutant(F, "the lower ends are not turned", "high[above], -low[below]",
           "high[above], low[below]"),
    Mutant(F, "believes that a point is inside", "(program.bound - C @ t).min() > 1e-9",
           "(program.bound - C @ t).min() > -1e9"),
    Mutant(F, "labels that can be separated are tried",
           "is not None:\n        raise ValueError(\n            \"reg",
           "is None:\n        raise ValueError(\n            \"reg"),
    Mutant("lagrangian_bound", "needs curvature in all directions",
           "np.linalg.lstsq(hessian, right)[0]", "right * np.inf"),
    Mutant(F, "never finds a proof", "worst < -1e-12", "worst < -1e12"),
    Mutant(F, "calls touching bounds impossible",
           "worst < -1e-12 * unit * np.abs(nu).sum()", "True"),
    Mutant(F, "weights of rows without their signs", "program.sign * weights",
           "weights"),
    Mutant(F, "the ends of the intervals swapped", "np.where(nu > 0, bounds[1.0], "
           "bounds[-1.0])", "np.where(nu > 0, bounds[-1.0], bounds[1.0])"),
    Mutant(F, "stops at once", "np.linalg.norm(dual) <= tol * size and", "True or"),
    Mutant(F, "stops where products are not zero", " and mu @ s <= tol * size", ""),
    Mutant(F, "no progress towards zero products", "tau = 0.1 * (mu @ s)",
           "tau = 1.0 * (mu @ s)"),
    Mutant(F, "a Newton system without rows", "+ (C.T * (mu / s)) @ C", ""),
    Mutant(F, "the step of the multipliers forgotten", "mu + step * dmu\n        s =",
           "mu\n        s ="),
    Mutant(F, "steps through the walls", "0.99 / max(toward_wall.max(initial=0.0), "
           "0.99)", "1.0"),
    Mutant("lagrangian_bound", "never shortens a step", "and step > 1e-10",
           "and step > 1e10"),
    Mutant(F, "zero times infinity", "np.where(used, reach, 0.0)", "reach"),
    Mutant(F, "asks for a minimum though there is decay", " or program.ridge.any() or",
           " or"),
]  # fmt: skip
