"""Plausible mistakes in the shortest optimum along a path."""

from coursework.mutants import Mutant

PATH = "min_norm_path"

MUTANTS = [
    Mutant(PATH, "one cell of each neuron", "if not copies:", "if True:"),
    Mutant(PATH, "copies always", "if not copies:", "if False:"),
    Mutant(PATH, "whole amounts in each copy", "amount / len(mine) * e", "amount * e"),
    Mutant(
        PATH,
        "parts by the root",
        "amount / len(mine) * e",
        "amount / len(mine) ** 0.5 * e",
    ),
    Mutant(PATH, "blocks of one sign", "blocks[s, mine]", "blocks[0, mine]"),
    Mutant(
        PATH,
        "inside a cell only",
        "initial=0.0) >= -ON_ITS_WALL",
        "initial=1.0) >= ON_ITS_WALL",
    ),
    Mutant(
        PATH,
        "amounts that do not know of copies",
        "root = np.sqrt(counts)",
        "root = np.ones(len(counts))",
    ),
    Mutant(
        PATH,
        "copies make dearer",
        "root = np.sqrt(counts)",
        "root = 1.0 / np.sqrt(counts)",
    ),
    Mutant(PATH, "any optimum", "root * scaled.min_norm()", "root * scaled.alpha"),
    Mutant(
        PATH,
        "a member that is not shortest",
        "found.weights(found.min_norm())",
        "found.weights(found.vertex(found.alpha))",
    ),
    Mutant(
        PATH, "the path backwards", "for fit in path.fits", "for fit in path.fits[::-1]"
    ),
    Mutant(
        PATH,
        "copies where none are wanted",
        "fit.patterns, X, copies)",
        "fit.patterns, X, not copies)",
    ),
]
