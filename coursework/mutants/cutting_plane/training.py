"""Plausible mistakes in training by cuts and in its rival."""

from coursework.mutants import Mutant

TRAIN, DESCEND = "train", "descend_relu"

MUTANTS = [
    Mutant(
        TRAIN,
        "the lifted output decides who is wrong",
        "else point.network(model.X)",
        "else point.outputs",
    ),
    Mutant(
        TRAIN,
        "the least mistake first",
        "worst = int(margins.argmin())",
        "worst = int(np.where(margins <= 0, margins, -np.inf).argmax())",
    ),
    Mutant(
        TRAIN,
        "cuts on right samples too",
        "return model, [worst] if margins[worst] <= 0 else []",
        "return model, [worst] if margins[worst] < np.inf else []",
    ),
    Mutant(
        TRAIN,
        "stops one mistake early",
        "return model, [worst] if margins[worst] <= 0 else []",
        "return model, [worst] if (margins <= 0).sum() > 1 else []",
    ),
    Mutant(
        TRAIN,
        "counts only the labels of cuts",
        ", labels_bought=len(y))",
        ", queried=run.queried)",
    ),
    Mutant(
        TRAIN,
        "the final solve is forgotten",
        "solved_at_the_end(model, run, final_solve), labels_bought",
        "run, labels_bought",
    ),
    Mutant(
        TRAIN, "labels flipped", "lambda _, i: y[i], rules", "lambda _, i: -y[i], rules"
    ),
    Mutant(
        TRAIN,
        "forgets which samples are done",
        "margins[bought.index] = np.inf  # right",
        "margins[bought.index] = -1  # right",
    ),
    Mutant(
        DESCEND,
        "a second moment that forgets as fast as the first",
        "second = 0.999 * second + 0.001 * gradient**2",
        "second = 0.9 * second + 0.1 * gradient**2",
    ),
    Mutant(DESCEND, "climbs", "slope = -y * expit", "slope = y * expit"),
    Mutant(
        DESCEND,
        "the slope at the other label",
        "expit(-y * (hidden",
        "expit(y * (hidden",
    ),
    Mutant(
        DESCEND,
        "no ReLU in the backward pass",
        "np.outer(slope, alpha) * (hidden > 0)",
        "np.outer(slope, alpha)",
    ),
    Mutant(
        DESCEND,
        "output weights do not matter",
        "np.outer(slope, alpha)",
        "np.outer(slope, np.sign(alpha))",
    ),
    Mutant(
        DESCEND,
        "no correction of the first moment",
        "step_size * first / (1 - 0.9**step) / size",
        "step_size * first / size",
    ),
    Mutant(
        DESCEND,
        "no correction of the second moment",
        "np.sqrt(second / (1 - 0.999**step))",
        "np.sqrt(second)",
    ),
    Mutant(
        DESCEND,
        "divides by the square",
        "np.sqrt(second / (1 - 0.999**step))",
        "(second / (1 - 0.999**step))",
    ),
    Mutant(DESCEND, "hidden weights of variance 1", "* np.sqrt(2 / d),", "* 1.0,"),
    Mutant(
        DESCEND,
        "one step less",
        "for step in range(1, steps + 1):",
        "for step in range(1, steps):",
    ),
]
