"""Plausible mistakes in the walk of chapter 1."""

from coursework.mutants import Mutant

WALK = "hit_and_run"

MUTANTS = [
    Mutant(WALK, "draws from the middle half of the chord", "rng.random((chains, 1))",
           "(0.25 + 0.5 * rng.random((chains, 1)))"),
    Mutant(WALK, "measures the chord from the start, not from the point",
           "limits - z @ A.T", "limits - start @ A.T"),
    Mutant(WALK, "walks along one axis only",
           "rng.standard_normal((chains, d)) @ spread",
           "rng.standard_normal((chains, 1)) * spread[0]"),
    Mutant(WALK, "always goes forward", "low + (high - low) * rng.random((chains, 1))",
           "high * rng.random((chains, 1))"),
    Mutant(WALK, "reports the far end as the midpoint", "(low + high) / 2 * line",
           "high * line"),
    Mutant(WALK, "forgets the factor 1/2 of the midpoint", "(low + high) / 2 * line",
           "(low + high) * line"),
    Mutant(WALK, "returns the points as midpoints", "return Walk(points, midpoints)",
           "return Walk(points, points)"),
    Mutant(WALK, "never adapts the directions and starts from a round metric",
           'np.linalg.qr(recent - recent.mean(axis=0), mode="r")', "np.eye(d)"),
    Mutant(WALK, "ends the warm-up in the corner of a thin set",
           " and size < before + np.log(2)", ""),
    Mutant(WALK, "forgets that the slack belongs to the start",
           "limits = slack + A @ start", "limits = slack"),
]  # fmt: skip
