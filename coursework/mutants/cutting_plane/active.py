"""Plausible mistakes in active learning and in the final solve."""

from coursework.mutants import Mutant

ACTIVE, REAL, SOLVE = "active_learn", "active_learn_regression", "convex_final_solve"

MUTANTS = [
    Mutant(
        ACTIVE,
        "the final solve gets the labels of the pool's beginning",
        "X, patterns = model.X[run.queried], model.patterns_at(run.queried)",
        "X, patterns = model.X[:len(y)], model.patterns_at(np.arange(len(y)))",
    ),
    Mutant(
        ACTIVE,
        "the final solve gets signs of outputs, not labels",
        "y = np.array([record.label for record in run.history])",
        "y = np.sign([record.output - 0.1 for record in run.history])",
    ),
    Mutant(
        ACTIVE,
        "the final solve is forgotten",
        "return replace(run, network=network, weights=weights)",
        "return run",
    ),
    Mutant(
        ACTIVE,
        "initial may repeat",
        "if len(set(first)) < len(first) or len(first) > budget:",
        "if len(first) > budget:",
    ),
    Mutant(
        ACTIVE,
        "no slack",
        'loss = SignLoss(as_real(slack, "slack", low=0.0))',
        "loss = SignLoss(0.0)",
    ),
    Mutant(
        ACTIVE,
        "label is asked for all of the pool",
        "return lambda _, i: label(i), rules, budget, first",
        "everything = [label(j) for j in range(n)]\n"
        "    return lambda _, i: everything[i], rules, budget, first",
    ),
    Mutant(
        ACTIVE,
        "the radius is not heeded",
        "return Rules(choose, loss, center, radius, tol, cut_on, rng, callback)",
        "return Rules(choose, loss, center, None, tol, cut_on, rng, callback)",
    ),
    Mutant(
        ACTIVE,
        "nobody is called back",
        "return Rules(choose, loss, center, radius, tol, cut_on, rng, callback)",
        "return Rules(choose, loss, center, radius, tol, cut_on, rng, None)",
    ),
    Mutant(
        REAL,
        "epsilon is halved",
        'loss = TubeLoss(as_real(epsilon, "epsilon", low=0.0, open_low=True))',
        'loss = TubeLoss(as_real(epsilon, "epsilon", low=0.0, open_low=True) / 2)',
    ),
    Mutant(
        REAL,
        "epsilon is doubled",
        'loss = TubeLoss(as_real(epsilon, "epsilon", low=0.0, open_low=True))',
        'loss = TubeLoss(as_real(epsilon, "epsilon", low=0.0, open_low=True) * 2)',
    ),
    Mutant(
        SOLVE,
        "patterns are not merged",
        "merge_patterns(patterns), reg",
        "patterns, reg",
    ),
    Mutant(
        SOLVE,
        "lambda for a mean of squares",
        "merge_patterns(patterns), reg, tol=tol",
        "merge_patterns(patterns), reg * len(y), tol=tol",
    ),
    Mutant(
        SOLVE,
        "half of lambda",
        "merge_patterns(patterns), reg, tol=tol",
        "merge_patterns(patterns), reg / 2, tol=tol",
    ),
    Mutant(
        SOLVE,
        "fits the signs' opposites",
        "return fit_convex_relu(X, y,",
        "return fit_convex_relu(X, -y,",
    ),
    Mutant(
        SOLVE,
        "drops the cones",
        "reg, tol=tol).weights",
        "reg, gated=True, tol=tol).weights",
    ),
    Mutant(
        SOLVE,
        "takes any patterns",
        "if not isinstance(patterns, Patterns):",
        "if False:",
    ),
    Mutant(
        SOLVE,
        "a hundredth of the digits",
        "reg, tol=tol).weights",
        "reg, tol=0.3).weights",
    ),
    Mutant(
        ACTIVE,
        "slack is halved",
        'loss = SignLoss(as_real(slack, "slack", low=0.0))',
        'loss = SignLoss(as_real(slack, "slack", low=0.0) / 2)',
    ),
]
