"""Plausible mistakes in the line search."""

from coursework.mutants import Mutant

MUTANTS = (
    Mutant("line_search", "takes one full Newton step",
           "for _ in range(20):\n        q", "for _ in range(1):\n        q"),
    Mutant("line_search", "forgets the damping, and leaves the set",
           "t -= first / second / (1 + decrement)", "t -= first / second"),
    Mutant("line_search", "goes uphill",
           "t -= first / second /", "t += first / second /"),
    Mutant("line_search", "forgets the slope",
           "slope + bend * t - q.sum(), bend", "bend * t - q.sum(), bend"),
    Mutant("line_search", "forgets that the parabola's slope grows with t",
           "slope + bend * t - q.sum(), bend", "slope - q.sum(), bend"),
    Mutant("line_search", "does not update the ratios as t moves",
           "q = ratios / (1 + t * ratios)", "q = ratios"),
    Mutant("line_search", "divides by the curvature of nothing",
           "        if second <= 0:\n            break\n", ""),
)  # fmt: skip
