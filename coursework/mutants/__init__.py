"""Plausible wrong solutions, and the property that catches each.

    python -m coursework.mutants relu_lp

A mutant is one file of a chapter with one piece of its text replaced: a dropped
factor 1/2, ``>`` for ``>=``, a transposed index. It stands in the file of the same
name here, and names the public function of the chapter that goes wrong with it. The
checker must reject every one.
"""

import functools
import importlib.util
import json
import sys
import types
from dataclasses import dataclass

from coursework.layout import ROOT, chapters, imports_of, properties
from coursework.subjects import reference_function

SECONDS = 20.0  # for each property


@dataclass(frozen=True)
class Mutant:
    """One wrong solution of `function`: `old` in the file's text becomes `new`."""

    function: str
    mistake: str
    old: str
    new: str

    def build(self, chapter, file):
        """Return the function as it is with the mistake in a file of its chapter.

        Every file of the chapter that imports the changed one is loaded anew with
        it; the reference itself stays as it is.

        Raises
        ------
        ValueError
            If `old` does not stand exactly once in the file, or the function does
            not depend on the file.
        """
        room = ROOT / "reference" / chapter
        count = (room / f"{file}.py").read_text("utf-8").count(self.old)
        if count != 1:
            raise ValueError(
                f"mutant {self.mistake!r} of {chapter}.{self.function}: the text "
                f"{self.old!r} stands {count} times in {file}.py, expected once"
            )
        (order,) = (c.files for c in chapters() if c.name == chapter)
        loaded = {}
        for stem in order:
            path = room / f"{stem}.py"
            wanted = {f"{chapter}.{other}" for other in loaded}
            if stem != file and not wanted & set(imports_of(path)):
                continue
            source = path.read_text("utf-8")
            if stem == file:
                source = source.replace(self.old, self.new)
            for other, module in loaded.items():
                source = source.replace(
                    f"from reference.{chapter}.{other} import",
                    f"from {module.__name__} import",
                )
            module = loaded[stem] = types.ModuleType(f"mutant_{chapter}_{stem}")
            sys.modules[module.__name__] = module  # dataclasses look there
            exec(compile(source, str(path), "exec"), vars(module))
        name = f"{chapter}.{self.function}"
        home = reference_function(name).__module__.rpartition(".")[2]
        if home not in loaded:
            raise ValueError(f"{name} does not depend on {file}.py")
        return getattr(loaded[home], self.function)


def mutants_of(chapter, file):
    """Return the mutants of a file of a chapter, empty where it has none."""
    name = f"coursework.mutants.{chapter}.{file}"
    if importlib.util.find_spec(name) is None:
        return []
    return importlib.import_module(name).MUTANTS


KILLERS = ROOT / "coursework/mutants/killers.json"


@functools.cache
def killers():
    """Return ``{mutant: [test, profile]}``: what caught each mutant when last recorded.

    The record makes a run quick and repeatable, no more: a mutant that its recorded
    test lets live meets all others.
    """
    return json.loads(KILLERS.read_text("utf-8")) if KILLERS.exists() else {}


def key_of(chapter, file, number):
    """Return the name of a mutant in the record."""
    mutant = mutants_of(chapter, file)[number]
    return f"{chapter}.{file}: {mutant.function} {mutant.mistake}"


def order_of_trial(name, recorded):
    """Return the tests of a function's properties: the recorded one, then the others.

    Among the others, those on explicit data come first, since they cost least, and
    those of errors on bad input last: only a mistake in a check may need them.
    """
    tests = [p for p in properties() if name in p.subjects]
    first = [p for p in tests if p.test == recorded]
    others = [p for p in tests if p not in first]
    return first, sorted(others, key=lambda p: (p.id[0] == "I", p.drawn))


def caught_by(chapter, file, number):
    """Return the property that rejects a mutant, and its test; or None."""
    from coursework.remote import Local
    from coursework.runner import run

    mutant = mutants_of(chapter, file)[number]
    name = f"{chapter}.{mutant.function}"
    recorded = killers().get(key_of(chapter, file, number), [None])[0]
    for chosen in order_of_trial(name, recorded):
        local = Local(mutant.build(chapter, file), SECONDS)
        verdicts = run(local, name, chosen, stop_at_first=True) if chosen else []
        failed = next((v for v in verdicts if not v.passed), None)
        if failed and not failed.seconds:
            raise RuntimeError(f"{failed.test} of {name} was {failed.problem}")
        if failed:
            return failed.property, failed.test.partition("[")[0]
    return None
