"""Where everything is: the chapters of `_toc.yml` and the files of each.

A chapter is one name in five places: page, lab, and a folder each of code, tests and
mutants. Its files are ordered by their imports, the plain algorithm first.
"""

import ast
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


# Chapters that need another package, and are left out where it is not installed.
OPTIONAL = {"cifar_scale": "torch"}


def lacking(chapter):
    """Return the package that a chapter needs and that is not installed, or ''."""
    package = OPTIONAL.get(chapter)
    return package if package and not importlib.util.find_spec(package) else ""


@dataclass(frozen=True)
class Chapter:
    """One chapter: its number and its name."""

    number: int
    name: str

    @property
    def stem(self):
        return f"{self.number:02d}_{self.name}"

    @property
    def page(self):
        return ROOT / "book" / f"{self.stem}.md"

    @property
    def lab(self):
        return ROOT / "chapters" / f"{self.stem}.ipynb"

    @property
    def room(self):
        return ROOT / "reference" / self.name

    @property
    def face(self):
        return self.room / "__init__.py"

    @property
    def files(self):
        """The files, in reading order: `plain` first, then by imports."""
        found = {path.stem: path for path in sorted(self.room.glob("*.py"))}
        del found["__init__"]
        order = {}

        def visit(stem):
            for target in imports_of(found[stem]):
                chapter, _, inner = target.partition(".")
                if chapter == self.name and inner in found and inner not in order:
                    visit(inner)
            order.setdefault(stem)

        for stem in sorted(found, key=lambda stem: (stem != "plain", stem)):
            if stem not in order:
                visit(stem)
        return tuple(order)


@cache
def imports_of(path):
    """Return what a file imports from `reference`: ``"relu_lp"``, ``"relu_lp.fit"``."""
    return tuple(
        node.module.removeprefix("reference.")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("reference.")
    )


@cache
def toc_pages(path=ROOT / "_toc.yml"):
    """Return every file that `_toc.yml` names, in reading order."""

    def walk(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("root", "file"):
                    yield value
                else:
                    yield from walk(value)
        elif isinstance(node, list):
            for item in node:
                yield from walk(item)

    return tuple(walk(yaml.safe_load(path.read_text("utf-8"))))


@cache
def chapters():
    """Return the numbered chapters of `_toc.yml`, in order."""
    found = []
    for file in toc_pages():
        folder, _, stem = file.rpartition("/")
        number, _, name = stem.partition("_")
        if folder == "book" and number.isdigit():
            found.append(Chapter(int(number), name))
    return tuple(found)


def chapter_order():
    """Return the names of the chapters, in the order of the book."""
    return [chapter.name for chapter in chapters()]


def all_files():
    """Return every ``(chapter, file)`` of the reference code, in reading order."""
    return [(chapter.name, file) for chapter in chapters() for file in chapter.files]


@dataclass(frozen=True)
class Property:
    """One test of a property: its number, its words, its place, its subjects."""

    id: str
    statement: str
    path: str  # of the test file, from the root
    test: str
    line: int
    subjects: tuple[str, ...]
    stage: str = "robust"  # or "plain": only generic data
    drawn: bool = False  # Hypothesis draws the examples

    @property
    def node(self):
        return f"{self.path}::{self.test}"


@cache
def properties():
    """Return every test that carries a `prop` marker, found by reading the tests.

    The subjects of a test are the names it asks for in so many words:
    ``subject("chapter.function")``.
    """
    found = []
    for path in sorted((ROOT / "tests").glob("*/test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            marks = [
                (
                    [ast.literal_eval(argument) for argument in mark.args],
                    {k.arg: ast.literal_eval(k.value) for k in mark.keywords},
                )
                for mark in node.decorator_list
                if isinstance(mark, ast.Call)
                and ast.unparse(mark.func) == "pytest.mark.prop"
            ]
            subjects = {
                call.args[0].value: None
                for call in ast.walk(node)
                if isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id == "subject"
            }
            drawn = any(
                isinstance(mark, ast.Call) and ast.unparse(mark.func) == "given"
                for mark in node.decorator_list
            )
            name = path.relative_to(ROOT).as_posix()
            for words, stage in marks:
                place = name, node.name, node.lineno, tuple(subjects)
                found.append(Property(*words, *place, **stage, drawn=drawn))
    return tuple(found)
