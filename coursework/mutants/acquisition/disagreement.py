"""Plausible mistakes in mutual information, BALD and the gradient length."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "mutual_information",
        "the entropy of the mean",
        ("entr(p.mean(axis=0)).sum(axis=1) - entr(p).sum(axis=2).mean(axis=0)"),
        "entr(p.mean(axis=0)).sum(axis=1)",
    ),
    Mutant(
        "mutual_information",
        "the wrong sign",
        ("entr(p.mean(axis=0)).sum(axis=1) - entr(p).sum(axis=2).mean(axis=0)"),
        ("entr(p).sum(axis=2).mean(axis=0) - entr(p.mean(axis=0)).sum(axis=1)"),
    ),
    Mutant(
        "mutual_information",
        "the sum over members",
        "entr(p).sum(axis=2).mean(axis=0)",
        "entr(p).sum(axis=(0, 2))",
    ),
    Mutant(
        "mutual_information",
        "in bits",
        "np.maximum(gain, 0.0)",
        "np.maximum(gain, 0.0) / np.log(2)",
    ),
    Mutant(
        "mutual_information",
        "not cut at zero",
        "np.maximum(gain, 0.0)",
        "gain - 1e-15",
    ),
    Mutant(
        "mutual_information",
        "the first member for all",
        "entr(p).sum(axis=2).mean(axis=0)",
        "entr(p[0]).sum(axis=1)",
    ),
    Mutant(
        "mutual_information",
        "the mean over classes",
        "entr(p.mean(axis=0)).sum(axis=1)",
        "entr(p.mean(axis=0)).mean(axis=1)",
    ),
    Mutant(
        "bald",
        "agreement first",
        "lowest_first(-scores, as_budget",
        "lowest_first(scores, as_budget",
    ),
    Mutant(
        "bald",
        "the unsurest mean",
        "scores = mutual_information(members)",
        "scores = entr(as_members(members).mean(axis=0)).sum(axis=1)",
    ),
    Mutant(
        "bald",
        "the unsurest members",
        "scores = mutual_information(members)",
        "scores = entr(as_members(members)).sum(axis=2).mean(axis=0)",
    ),
    Mutant(
        "bald",
        "the variance of the first class",
        "scores = mutual_information(members)",
        "scores = -as_members(members)[:, :, 0].var(axis=0)",
    ),
    Mutant(
        "bald",
        "ties by position",
        ("lowest_first(-scores, as_budget(budget, len(scores)), as_rng(rng))"),
        (
            "np.argsort(-scores, kind='stable')[: as_budget(budget, "
            "len(scores))] + 0 * as_rng(rng).integers(1)"
        ),
    ),
    Mutant(
        "gradient_length",
        "shortest first",
        "lowest_first(-scores, budget",
        "lowest_first(scores, budget",
    ),
    Mutant(
        "gradient_length",
        "without the embeddings",
        "np.linalg.norm(H, axis=1) * lengths",
        "lengths",
    ),
    Mutant(
        "gradient_length",
        "the squared length of an embedding",
        "np.linalg.norm(H, axis=1) * lengths",
        "(H**2).sum(axis=1) * lengths",
    ),
    Mutant(
        "gradient_length",
        "not weighed by the probabilities",
        "lengths += p[:, y] * np",
        "lengths += np",
    ),
    Mutant(
        "gradient_length",
        "squared lengths",
        "np.linalg.norm(q, axis=1)\n",
        "(q**2).sum(axis=1)\n",
    ),
    Mutant(
        "gradient_length",
        "the guessed label only",
        "lengths += p[:, y] * np",
        "lengths += (p.argmax(axis=1) == y) * np",
    ),
    Mutant(
        "gradient_length",
        "slopes of all labels at once",
        "q = p.copy()",
        "q = p.copy() if y == 0 else q",
    ),
    Mutant(
        "gradient_length",
        "forgets the last class",
        "range(p.shape[1])",
        "range(p.shape[1] - 1)",
    ),
]
