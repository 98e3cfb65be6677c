"""Plausible mistakes in the centres between two labels."""

from coursework.mutants import Mutant

ACTIVE, REAL = "active_learn", "active_learn_regression"

MUTANTS = [
    Mutant(
        ACTIVE,
        "cuts with the wrong sign",
        "cuts = ReluCuts(X[bought.at], -bought.signs, b)",
        "cuts = ReluCuts(X[bought.at], bought.signs, b)",
    ),
    Mutant(
        ACTIVE,
        "cones at the first inputs of the pool",
        "X, model.masks[:, bought.index], model.gates, cuts,",
        "model.X[:len(X)], model.masks[:, :len(X)], model.gates, cuts,",
    ),
    Mutant(
        ACTIVE,
        "the radius is forgotten",
        "radius=ball, start=near, tol=tol,\n        )  # fmt: skip",
        "radius=1.5, start=near, tol=tol,\n        )",
    ),
    Mutant(
        ACTIVE,
        "a box twice as large",
        "np.full(2 * D, size)",
        "np.full(2 * D, 2 * size)",
    ),
    Mutant(
        ACTIVE,
        "the centroid is Chebyshev's",
        'if center == "centroid":',
        'if center == "middle":',
    ),
    Mutant(
        ACTIVE,
        "Chebyshev's is the centroid",
        'if center == "centroid":',
        'if center != "analytic":',
    ),
    Mutant(
        ACTIVE,
        "cones of the other side",
        "np.vstack([-C, rows])",
        "np.vstack([C, rows])",
    ),
    Mutant(ACTIVE, "no stated size", "if entries > DENSE_ENTRIES:", "if entries < 0:"),
    Mutant(ACTIVE, "no limit for walks", "if D > WALK_VARIABLES:", "if D < 0:"),
    Mutant(
        ACTIVE,
        "a callable sees the whole pool",
        "model.X[bought.index], bought.labels, model.patterns_at(bought.index)\n    )",
        "model.X, bought.labels, model.patterns_at(bought.index)\n    )",
    ),
    Mutant(
        ACTIVE,
        "a callable's outputs with the wrong sign",
        "return Point(None, outputs, network, 0",
        "return Point(None, 1 / (1 + np.abs(outputs)), network, 0",
    ),
    Mutant(
        ACTIVE,
        "the cut belongs to the next label",
        "np.full(len(new), len(self.index))",
        "np.full(len(new), 0)",
    ),
    Mutant(
        ACTIVE,
        "labels are forgotten",
        "np.append(self.labels, y),",
        "np.append(self.labels, 1.0),",
    ),
    Mutant(
        REAL,
        "the radius never grows",
        "size *= 2.0  # the labels fit",
        "size *= 1.0  # the labels fit",
    ),
    Mutant(
        REAL,
        "the radius grows where it was given",
        "grows = radius is None and loss.needs_room",
        "grows = loss.needs_room",
    ),
    Mutant(
        ACTIVE,
        "contradictions are not explained",
        "            if not attempt:\n",
        "            if attempt:\n",
    ),
]
