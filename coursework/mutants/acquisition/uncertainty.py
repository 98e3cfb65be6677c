"""Plausible mistakes in the uncertainty scores and in batches drawn by score."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "random_picks",
        "with replacement",
        "as_rng(rng).permutation(size)[: as_budget(budget, size)]",
        "as_rng(rng).integers(size, size=as_budget(budget, size))",
    ),
    Mutant(
        "random_picks",
        "never the last sample",
        "as_rng(rng).permutation(size)[: as_budget(budget, size)]",
        (
            "as_rng(rng).permutation(max(size - 1, as_budget(budget, "
            "size)))[: as_budget(budget, size)]"
        ),
    ),
    Mutant(
        "random_picks",
        "sorted, so the first is small",
        "as_rng(rng).permutation(size)[: as_budget(budget, size)]",
        ("np.sort(as_rng(rng).permutation(size)[: as_budget(budget, size)])"),
    ),
    Mutant(
        "random_picks",
        "the first samples",
        "as_rng(rng).permutation(size)[: as_budget(budget, size)]",
        "np.arange(as_budget(budget, size))",
    ),
    Mutant(
        "random_picks",
        "a seed of its own",
        "as_rng(rng).permutation(size)[: as_budget(budget, size)]",
        ("np.random.default_rng().permutation(size)[: as_budget(budget, size)]"),
    ),
    Mutant(
        "margin",
        "largest margin",
        "top[:, -1] - top[:, -2]",
        "top[:, -2] - top[:, -1]",
    ),
    Mutant(
        "margin",
        "to the third class",
        "top = np.partition(scores, -2, axis=1)",
        "top = np.sort(scores, axis=1)[:, [0, -1]]",
    ),
    Mutant(
        "margin",
        "confidence",
        "top[:, -1] - top[:, -2]",
        "top[:, -1]",
    ),
    Mutant(
        "margin",
        "the second class only",
        "top[:, -1] - top[:, -2]",
        "-top[:, -2]",
    ),
    Mutant(
        "margin",
        "normalises logits",
        "top = np.partition(scores, -2, axis=1)",
        (
            "scores = np.exp(scores) / np.exp(scores).sum(axis=1, "
            "keepdims=True); top = np.partition(scores, -2, axis=1)"
        ),
    ),
    Mutant(
        "margin",
        "a ratio",
        "top[:, -1] - top[:, -2]",
        "top[:, -1] / np.where(top[:, -2], top[:, -2], 1e-300)",
    ),
    Mutant(
        "margin",
        "a budget beyond the pool is cut",
        "budget = as_budget(budget, len(scores))",
        "budget = min(budget, len(scores))",
    ),
    Mutant(
        "margin",
        "one class: the first samples",
        "lowest_first(np.zeros(len(scores)), budget, as_rng(rng))",
        "np.arange(budget)",
    ),
    Mutant(
        "least_confidence",
        "most confident",
        "confidence = p.max(axis=1)",
        "confidence = -p.max(axis=1)",
    ),
    Mutant(
        "least_confidence",
        "the first class",
        "confidence = p.max(axis=1)",
        "confidence = p[:, 0]",
    ),
    Mutant(
        "least_confidence",
        "margin",
        "confidence = p.max(axis=1)",
        ("confidence = np.ptp(np.partition(p, -2, axis=1)[:, -2:], axis=1)"),
    ),
    Mutant(
        "least_confidence",
        "the least likely class",
        "confidence = p.max(axis=1)",
        "confidence = -p.min(axis=1)",
    ),
    Mutant(
        "least_confidence",
        "entropy",
        "confidence = p.max(axis=1)",
        "confidence = -np.sum(entr(p), axis=1)",
    ),
    Mutant(
        "entropy",
        "least entropy",
        "clouded = entr(p).sum(axis=1)",
        "clouded = -entr(p).sum(axis=1)",
    ),
    Mutant(
        "entropy",
        "forgets the weights",
        "clouded = entr(p).sum(axis=1)",
        "clouded = -np.log(p + 1e-300).sum(axis=1)",
    ),
    Mutant(
        "entropy",
        "0 log 0 is not zero",
        "clouded = entr(p).sum(axis=1)",
        "clouded = -(p * np.log(p)).sum(axis=1)",
    ),
    Mutant(
        "entropy",
        "collision entropy",
        "clouded = entr(p).sum(axis=1)",
        "clouded = -(p**4).sum(axis=1)",
    ),
    Mutant(
        "entropy",
        "the largest term",
        "clouded = entr(p).sum(axis=1)",
        "clouded = entr(p).max(axis=1)",
    ),
    Mutant(
        "stochastic_batch",
        "no noise",
        "as_rng(rng).gumbel(size=len(s))",
        "0 * as_rng(rng).gumbel(size=len(s))",
    ),
    Mutant(
        "stochastic_batch",
        "normal noise",
        ".gumbel(size",
        ".standard_normal(size",
    ),
    Mutant(
        "stochastic_batch",
        "low scores first",
        "-coldness * known - noise",
        "coldness * known - noise",
    ),
    Mutant(
        "stochastic_batch",
        "noise with the wrong sign",
        "known - noise",
        "known + noise",
    ),
    Mutant(
        "stochastic_batch",
        "scores, not their logarithms",
        "np.log(s, out",
        "np.add(s, 0, out",
    ),
    Mutant(
        "stochastic_batch",
        "forgets the coldness",
        "-coldness * known",
        "-known",
    ),
    Mutant(
        "stochastic_batch",
        "temperature for coldness",
        "-coldness * known",
        "-known / max(coldness, 1e-9)",
    ),
    Mutant(
        "stochastic_batch",
        "zeros count as ones",
        "- noise, last)",
        "- noise, 0 * last)",
    ),
    Mutant(
        "stochastic_batch",
        "zeros are last at coldness zero",
        "(s == 0.0) & (coldness > 0.0)",
        "s == 0.0",
    ),
]
