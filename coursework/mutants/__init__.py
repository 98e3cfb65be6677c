"""Plausible wrong solutions, and the property that catches each.

    python -m coursework.mutants relu_lp

A mutant is the reference module with one piece of its text replaced: a dropped
factor 1/2, ``>`` for ``>=``, a transposed index. The checker must reject every one.
"""

import importlib
import sys
import types
from dataclasses import dataclass

from coursework.layout import ROOT


@dataclass(frozen=True)
class Mutant:
    """One wrong solution of `function`: `old` in the module's text becomes `new`."""

    function: str
    mistake: str
    old: str
    new: str

    def build(self, module):
        """Return the mutated function of a reference module.

        Raises
        ------
        ValueError
            If `old` does not stand exactly once in the module.
        """
        source = (ROOT / "reference" / f"{module}.py").read_text("utf-8")
        if source.count(self.old) != 1:
            raise ValueError(
                f"mutant {self.mistake!r} of {module}.{self.function}: the text "
                f"{self.old!r} stands {source.count(self.old)} times, expected once"
            )
        namespace = types.ModuleType(f"mutant_{module}")
        sys.modules[namespace.__name__] = namespace  # dataclasses look there
        exec(
            compile(source.replace(self.old, self.new), module, "exec"), vars(namespace)
        )
        return getattr(namespace, self.function)


def mutants_of(module):
    """Return the mutants of a module."""
    return importlib.import_module(f"coursework.mutants.{module}").MUTANTS


def caught_by(module, number):
    """Return the property that rejects a mutant, or None."""
    from coursework.check import check

    mutant = mutants_of(module)[number]
    name = f"{module}.{mutant.function}"
    report = check(mutant.build(module), name, stop_at_first=True)
    return next((v.property for v in report.verdicts if not v.passed), None)
