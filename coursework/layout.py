"""Where everything is: the chapters of `_toc.yml` and the files of each.

A chapter is four files with one name: page, lab, module, tests. A chapter with
several modules names them in its page's front matter, in order.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Chapter:
    """One chapter: its number, its name and the modules it explains."""

    number: int
    name: str
    modules: tuple[str, ...]

    @property
    def stem(self):
        return f"{self.number:02d}_{self.name}"

    @property
    def page(self):
        return ROOT / "book" / f"{self.stem}.md"

    @property
    def lab(self):
        return ROOT / "chapters" / f"{self.stem}.ipynb"


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

    return list(walk(yaml.safe_load(path.read_text("utf-8"))))


def front_matter(page):
    """Return the YAML front matter of a MyST page as a dict, empty without one."""
    if not page.exists():
        return {}
    head, _, rest = page.read_text("utf-8").partition("---\n")
    return {} if head else yaml.safe_load(rest.partition("\n---")[0]) or {}


def chapters():
    """Return the numbered chapters of `_toc.yml`, in order."""
    found = []
    for file in toc_pages():
        folder, _, stem = file.rpartition("/")
        number, _, name = stem.partition("_")
        if folder == "book" and number.isdigit():
            modules = front_matter(ROOT / f"{file}.md").get("modules", [name])
            found.append(Chapter(int(number), name, tuple(modules)))
    return found


def module_order():
    """Return the names of the reference modules, in the order of the book."""
    return [module for chapter in chapters() for module in chapter.modules]


@dataclass(frozen=True)
class Property:
    """One test of a property: its number, its words, its place, its subjects."""

    id: str
    statement: str
    module: str
    test: str
    line: int
    subjects: tuple[str, ...]

    @property
    def node(self):
        return f"tests/test_{self.module}.py::{self.test}"


@cache
def properties():
    """Return every test that carries a `prop` marker, found by reading the tests.

    The subjects of a test are the names it asks for in so many words:
    ``subject("module.function")``.
    """
    found = []
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            marks = [
                tuple(ast.literal_eval(argument) for argument in mark.args)
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
            module = path.stem.removeprefix("test_")
            for number, statement in marks:
                found.append(
                    Property(
                        number,
                        statement,
                        module,
                        node.name,
                        node.lineno,
                        tuple(subjects),
                    )
                )
    return tuple(found)
