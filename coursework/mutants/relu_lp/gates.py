"""Plausible wrong gates and steps."""

from coursework.mutants import Mutant

FIT = "fit_relu_lp"

MUTANTS = [
    Mutant(
        FIT,
        "steps away from the cones",
        "t = -F.cone_values(blocks) / F.cone_values(gates)",
        "t = F.cone_values(blocks) / F.cone_values(gates)",
    ),
    Mutant(
        FIT,
        "the step of an average row",
        "return np.maximum(t, 0.0).max(axis=-1, initial=0.0, keepdims=True)",
        "return np.maximum(t, 0.0).mean(axis=-1, keepdims=True)",
    ),
    Mutant(
        FIT,
        "mends no gate",
        "for i in np.flatnonzero(depth < 1e-6):",
        "for i in []:",
    ),
    Mutant(
        FIT,
        "the center of the opposite cone",
        "version_space(F.rows, F.side[i])",
        "version_space(F.rows, -F.side[i])",
    ),
    Mutant(
        "fit_relu_lp",
        "finds no center good enough",
        "if ball.radius == 0:",
        "if ball.radius < 1:",
    ),
]
