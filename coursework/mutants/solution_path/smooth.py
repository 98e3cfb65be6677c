"""Plausible mistakes in the conditions of smoothness."""

from coursework.mutants import Mutant

MEASURE, OPTIMUM = "smooth_conditions", "smooth_optimum"

MUTANTS = [
    Mutant(MEASURE, "an active sample on a wall", "on[near] = False", "pass"),
    Mutant(MEASURE, "the targets for the residual", "r = y - found.fitted", "r = y"),
    Mutant(
        MEASURE,
        "no output signs in the pull",
        "pull = signs[k] * (r * on) @ X",
        "pull = (r * on) @ X",
    ),
    Mutant(
        MEASURE,
        "forces against the pull",
        "np.linalg.lstsq(walls.T, fit.reg * e - pull",
        "np.linalg.lstsq(walls.T, fit.reg * e + pull",
    ),
    Mutant(
        MEASURE,
        "forces not in parts of λ",
        "float(slack.min(initial=np.inf)) / fit.reg",
        "float(slack.min(initial=np.inf))",
    ),
    Mutant(
        MEASURE,
        "one cell of each neuron only",
        "touching[found.index[k, 0], cells] = used[k]",
        "touching[tuple(found.index[k])] = True",
    ),
    Mutant(
        MEASURE,
        "cells of the other sign",
        "touching[found.index[k, 0], cells]",
        "touching[1 - found.index[k, 0], cells]",
    ),
    Mutant(
        MEASURE,
        "distance of every block",
        "_largest_other(F, r, touching)",
        "_largest_other(F, r, touching & False)",
    ),
    Mutant(
        MEASURE,
        "distance by the pull, not its projection",
        "point = project_on_cone(pulls[s, i], cone_rows(F, int(i)))",
        "point = pulls[s, i]",
    ),
    Mutant(
        MEASURE,
        "both sides pull",
        "np.where(side, c - toward, -back - c)",
        "np.where(side, c - toward, -toward - c)",
    ),
    Mutant(
        MEASURE,
        "only the side of the normal",
        "np.where(side, c - toward, -back - c)",
        "np.where(side, c - toward, c - toward)",
    ),
    Mutant(MEASURE, "a wall for each sample", "if same:", "if False:"),
    Mutant(
        MEASURE,
        "the sum of walls for the surplus",
        "extra += len(walls) - _rank(walls)",
        "extra += len(walls)",
    ),
    Mutant(
        MEASURE,
        "the first of the other blocks for the largest",
        "if bounds[s, i] <= largest:",
        "if largest > 0.0:",
    ),
    Mutant(
        OPTIMUM,
        "unit vectors for weights",
        "weights=found.alpha[:, None] * found.directions",
        "weights=found.directions",
    ),
    Mutant(
        OPTIMUM,
        "no walls",
        "walls=np.vstack([np.zeros((0, d)), *[p[1] for p in parts]])",
        "walls=np.zeros((0, d))",
    ),
    Mutant(OPTIMUM, "many optima are one", "if found.optimum is None:", "if False:"),
    Mutant(OPTIMUM, "LICQ is not asked", "if not found.independent:", "if False:"),
    Mutant(OPTIMUM, "strictness is not asked", "if not found.strict:", "if False:"),
    Mutant(
        OPTIMUM,
        "forces may vanish",
        "min(self.force, self.distance) > STRICT",
        "self.distance > STRICT",
    ),
    Mutant(
        OPTIMUM,
        "distances may vanish",
        "min(self.force, self.distance) > STRICT",
        "self.force > STRICT",
    ),
    Mutant(
        OPTIMUM,
        "the targets for the residual",
        "residual=r,",
        "residual=r + found.fitted,",
    ),
    Mutant(
        "data_sensitivity",
        "copies on a wall are one sample",
        "count[same[0]] += 1",
        "pass",
    ),
]
