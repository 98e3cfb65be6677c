"""Plausible mistakes in questions that are made up."""

from coursework.mutants import Mutant

SYNTH = "synthesize_queries"

MUTANTS = [
    Mutant(
        SYNTH,
        "asks at random",
        "if walks and point.theta is not None:",
        "if False:",
    ),
    Mutant(
        SYNTH,
        "walks for random queries too",
        'walks = candidates if query == "min_margin" else 0',
        "walks = candidates",
    ),
    Mutant(
        SYNTH,
        "the gradient of all gates, silent ones too",
        "g = w[heights >= 0].sum(axis=0)",
        "g = w.sum(axis=0)",
    ),
    Mutant(
        SYNTH,
        "walks half-way",
        "step *= -(g @ x) / size",
        "step *= -(g @ x) / size / 2",
    ),
    Mutant(SYNTH, "does not see the walls", "if min(wall, side) >= 1.0:", "if True:"),
    Mutant(SYNTH, "leaves the box", "if min(wall, side) >= 1.0:", "if wall >= 1.0:"),
    Mutant(
        SYNTH,
        "walks through the upper side of the box",
        "((x >= high) & (step > 0)) | ((x <= low)",
        "((x <= low)",
    ),
    Mutant(
        SYNTH,
        "the outputs of u alone",
        "w = point.theta[0] - point.theta[1]",
        "w = point.theta[0]",
    ),
    Mutant(
        SYNTH,
        "the nearest to the other questions",
        "return good[away.argmax()]",
        "return good[away.argmin()]",
    ),
    Mutant(
        SYNTH,
        "the first end that comes",
        "good = ends[undecided <= max(1e-9, undecided.min())]",
        "good = ends[:1]",
    ),
    Mutant(
        SYNTH,
        "questions where no gate is active",
        ".all() and (heights > 0).any())",
        ".all())",
    ),
    Mutant(
        SYNTH,
        "questions on the walls",
        "> CLEAR * terms).all() and (heights > 0).any())",
        ">= 0).all())",
    ),
    Mutant(
        SYNTH,
        "gives positions, not inputs",
        "return replace(run, queried=points)",
        "return run",
    ),
    Mutant(
        SYNTH,
        "the final solve is forgotten",
        "if final_solve is not None and budget:",
        "if False:",
    ),
    Mutant(
        SYNTH,
        "starts outside the box",
        "        x = rng.uniform(low, high)\n",
        "        x = rng.uniform(low, high + 0.5)\n",
    ),
    Mutant(
        SYNTH,
        "tries for ever where no gate is active",
        "for _ in range(1000):",
        "for _ in range(1):",
    ),
]
