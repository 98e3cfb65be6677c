"""Plausible mistakes in reading a configuration."""

from coursework.mutants import Mutant

F = "read_settings"

MUTANTS = [
    Mutant(
        F,
        "the section is dropped",
        'inner = table.pop("fixmatch", {})',
        'inner = table.pop("fixmatch", {}) and {}',
    ),
    Mutant(
        F,
        "the file is not named",
        'raise ValueError(f"{path}: {error}")',
        'raise ValueError(f"{error}")',
    ),
    Mutant(
        F,
        "unknown keys pass",
        'if name not in kinds or name == "fixmatch":',
        "if name not in kinds:\n            continue\n        if False:",
    ),
    Mutant(
        F,
        "any trainer",
        'as_choice(self.trainer, "trainer", ("fixmatch", "pdcl"))',
        "pass",
    ),
    Mutant(F, "whole numbers stay whole", "value = float(value)", "value = int(value)"),
    Mutant(
        F,
        "true is one",
        "if type(value) is not wanted:",
        "if not isinstance(value, wanted):",
    ),
    Mutant(
        F,
        "a budget below the start",
        'as_integer(self.budget, "budget", low=self.initial)',
        'as_integer(self.budget, "budget", low=1)',
    ),
    Mutant(
        F,
        "bounds may be negative",
        'as_real(self.epsilon, "epsilon", low=0.0, open_low=True)',
        "pass",
    ),
    Mutant(F, "no ratio is asked for", '("ratio", 0)', '("ratio", -9)'),
    Mutant(F, "an average of one", '("momentum", "average")', '("momentum",)'),
    Mutant(F, "up to one", "if value >= 1.0:", "if value > 1.0:"),
]
