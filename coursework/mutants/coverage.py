"""Which functions of the reference code no mutant changes.

    python -m coursework.mutants --survivors

A long function that may be wrong without a mutant to show it is a hole in the tests
of the tests.
"""

import ast

from coursework.layout import ROOT, all_files
from coursework.mutants import mutants_of

LONG = 8  # lines of code from which on a function needs mutants of its own


def code_lines(tree, text):
    """Return the numbers of the lines that are code: no docstring, comment, blank."""
    prose = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and (
            ast.get_docstring(node)
        ):
            prose |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return {
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#") and number not in prose
    }


def mutants_by_function():
    """Return ``{"relu_lp/programs.py: fit_relu_lp": (lines of code, mutants)}``.

    Only long functions and methods are counted; a mutant belongs to the one in which
    the text that it changes begins.
    """
    found = {}
    for chapter, file in all_files():
        text = (ROOT / "reference" / chapter / f"{file}.py").read_text("utf-8")
        if '__name__ == "__main__"' in text:
            continue  # a command: nothing public depends on it, its tests run it
        tree = ast.parse(text)
        code = code_lines(tree, text)
        changed = [
            text[: text.index(mutant.old)].count("\n") + 1
            for mutant in mutants_of(chapter, file)
            if mutant.old in text
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                lines = range(node.lineno, node.end_lineno + 1)
                length = len(code.intersection(lines))
                if length >= LONG:
                    name = f"{chapter}/{file}.py: {node.name}"
                    found[name] = (length, sum(line in lines for line in changed))
    return found


def main():
    """Print the functions with fewer than two mutants; return how many there are."""
    few = {n: (l, c) for n, (l, c) in mutants_by_function().items() if c < 2}
    for name, (length, count) in few.items():
        print(f"{count} mutants, {length} lines of code  {name}")
    return len(few)
