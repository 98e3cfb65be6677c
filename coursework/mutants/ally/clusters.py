"""Plausible mistakes in the clusters and the picks from them."""

from coursework.mutants import Mutant

F, G = "k_means", "even_picks"

MUTANTS = [
    Mutant(F, "empty clusters stay", "labels = _refill(distinct, centers, labels)",
           "pass"),
    Mutant(F, "copies count once", "csr_matrix((copies, (labels",
           "csr_matrix((np.ones_like(copies), (labels"),
    Mutant(F, "sums for means", " / (one_hot @ np.ones(len(labels)))[:, None]", ""),
    Mutant(F, "one round", "for _ in range(max_iter):", "for _ in range(1):"),
    Mutant(F, "centres without the mean", "(centers + middle) * unit",
           "centers * unit"),
    Mutant(F, "centres in other units", "(centers + middle) * unit",
           "centers + middle"),
    Mutant(F, "digits of no unit", "np.round(points / unit - middle, DIGITS)",
           "np.round(points - middle * unit, DIGITS) / unit"),
    Mutant(F, "clusters of the distinct points", "labels[place.ravel()]",
           "np.resize(labels, len(points))"),
    Mutant(F, "more clusters than points", "min(clusters, len(distinct))",
           "clusters"),
    Mutant(F, "first centres uniformly", "chances = copies * gaps\n",
           "chances = copies * (gaps > 0.0)\n"),
    Mutant(F, "first centres by the distance", "chances = copies * gaps\n",
           "chances = copies * np.sqrt(gaps)\n"),
    Mutant(F, "gaps to the last centre only", "np.minimum(gaps, ((points - "
           "points[chosen[-1]]) ** 2).sum(axis=1))", "((points - points[chosen[-1]]) "
           "** 2).sum(axis=1)"),
    Mutant(F, "forgets half the squared length", "halves - points @ centers.T",
           "-points @ centers.T"),
    Mutant(F, "twice the squared length", "halves = 0.5 *", "halves = 1.0 *"),
    Mutant(F, "an empty centre moves, its point stays", "labels[fresh < gaps] = empty",
           "pass"),
    Mutant(F, "fills from the nearest point", "int(gaps.argmax())",
           "int(gaps.argmin())"),
    Mutant(F, "the last refill leaves centres beside their means",
           "labels = _refill(distinct, centers, labels)",
           "labels = _refill(distinct, centers, labels)\n        if (labels == "
           "before).all():\n            break"),
    Mutant(F, "the unit is above all floats", "np.ldexp(0.5,", "np.ldexp(1.0,"),
    Mutant(G, "the lowest scores", "order = np.lexsort((tie, -s, groups))",
           "order = np.lexsort((tie, s, groups))"),
    Mutant(G, "the last turn to the lowest", "np.lexsort((tie, -s, turn))[:budget]",
           "np.lexsort((tie, s, turn))[:budget]"),
    Mutant(G, "no turns: the top of the list", "np.lexsort((tie, -s, turn))[:budget]",
           "np.lexsort((tie, -s))[:budget]"),
    Mutant(G, "first come", "order = np.lexsort((tie, -s, groups))",
           "order = np.lexsort((np.arange(len(s)), -s, groups))\n    tie = "
           "np.arange(len(s))"),
    Mutant(G, "counts in another order", "turn[order] = ahead", "turn[:] = ahead"),
    Mutant(G, "equal scores have one turn", "turn[order] = ahead",
           "turn[:] = ((groups[:, None] == groups) & (s > s[:, None])).sum(axis=1)"),
    Mutant(G, "turns over all groups", "np.searchsorted(groups[order], groups[order])",
           "0"),
    Mutant(G, "ranks by rounded scores", "s = as_vector(scores, \"scores\")",
           "s = np.round(as_vector(scores, \"scores\"), 1)"),
]  # fmt: skip
