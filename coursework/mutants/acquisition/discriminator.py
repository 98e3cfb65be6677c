"""Plausible mistakes in discriminative active learning."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "discriminative",
        "what looks labelled",
        "np.argsort(-score(H[left])",
        "np.argsort(score(H[left])",
    ),
    Mutant(
        "discriminative",
        "the sides are swapped",
        "np.repeat([0.0, 1.0], [len(bought)",
        "np.repeat([1.0, 0.0], [len(bought)",
    ),
    Mutant(
        "discriminative",
        "picks do not change sides",
        "np.vstack([known, H[picks]])",
        "np.vstack([known, H[picks[:0]]])",
    ),
    Mutant(
        "discriminative",
        "one part",
        "np.linspace(0, budget, parts + 1)",
        "np.linspace(0, budget, 2)",
    ),
    Mutant(
        "discriminative",
        "parts of equal size only",
        "np.linspace(0, budget, parts + 1).astype(int)",
        "np.append(np.arange(parts) * (budget // parts), budget)",
    ),
    Mutant(
        "discriminative",
        "features in their own units",
        "H, known = (H - middle) / spread, (known - middle) / spread",
        "H, known = H - middle, known - middle",
    ),
    Mutant(
        "discriminative",
        "a constant feature divides by zero",
        "spread[spread <= 1e-12 * np.abs(H).max(axis=0)] = 1.0",
        "spread[:0] = 1.0",
    ),
    Mutant(
        "discriminative",
        "far labelled points in units of the pool",
        "np.maximum(H.std(axis=0), FAR",
        "np.maximum(H.std(axis=0), 0.0",
    ),
    Mutant(
        "discriminative",
        "all of the pool",
        "[: ratio * len(bought)]",
        "[: len(H)]",
    ),
    Mutant(
        "discriminative",
        "the first of the pool",
        "rng.permutation(left)[: ratio",
        "np.repeat(left, 2)[: ratio",
    ),
    Mutant(
        "discriminative",
        "no bias",
        "np.column_stack([X, np.ones(len(X))])",
        "np.column_stack([X, np.zeros(len(X))])",
    ),
    Mutant(
        "discriminative",
        "climbs",
        "w = w - size * step",
        "w = w + size * step",
    ),
]
