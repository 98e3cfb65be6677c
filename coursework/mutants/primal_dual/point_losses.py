"""Plausible mistakes in the losses of one output and their intervals."""

from coursework.mutants import Mutant

F = "pdcl"

MUTANTS = [
    Mutant(F, "a squared loss without ½ in the interval", "y - np.sqrt(2 * epsilon), "
           "y + np.sqrt(2 * epsilon)", "y - np.sqrt(epsilon), y + np.sqrt(epsilon)"),
    Mutant(F, "the logistic slope with the wrong sign", "-y * expit(-y * f)",
           "y * expit(-y * f)"),
    Mutant(F, "the slope of the right answers", "-y * expit(-y * f)",
           "-y * expit(y * f)"),
    Mutant(F, "one side for both labels", "np.where(y > 0, margin, -np.inf)",
           "margin + 0.0 * y"),
    Mutant(F, "the margin of a negative label not turned", "np.inf, -margin)",
           "np.inf, margin)"),
    Mutant(F, "ε as a margin", "-(epsilon + np.log(-np.expm1(-epsilon)))", "-epsilon"),
    Mutant(F, "the margin's bound added", "_one_sided(y, 1.0 - epsilon)",
           "_one_sided(y, 1.0 + epsilon)"),
    Mutant("lagrangian_bound", "duals multiply the objective",
           "first(f, y) + duals * second(f, y)", "duals * first(f, y) + second(f, y)"),
    Mutant("lagrangian_bound", "forgets the objective",
           "first(f, y) + duals * second(f, y)", "duals * second(f, y)"),
    Mutant(F, "a bound of 0 is let through", "(bounds <= 0.0).any()",
           "(bounds < 0.0).any()"),
    Mutant(F, "labels are not checked", "labels = losses[0].labels or losses[1].labels",
           "labels = False"),
    Mutant(F, "the units of the largest bound",
           "np.abs(y).max() or np.sqrt(2.0 * epsilon.min())",
           "np.sqrt(2.0 * epsilon.max())"),
    Mutant(F, "one good bound is enough", "(bounds <= 0.0).any()",
           "(bounds <= 0.0).all()"),
    Mutant(F, "margins need positive bounds",
           'positive = losses[1] is not POINT_LOSSES["margin"]', "positive = True"),
]  # fmt: skip
