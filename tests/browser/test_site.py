"""The built book, read: its links, the ways from theorem to code and back."""

import ast
import re

import pytest

from coursework.layout import ROOT, chapters
from tests.browser.backlinks import (
    links_by_part,
    one_way,
    results,
    sections_one_way,
)
from tests.browser.figures import headings, numbers
from tests.browser.site import HTML, broken_links, page_names, read_site, unlinked_code


def public_names(file):
    """Return what a file of the code names as public."""
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return []


def test_no_link_is_broken():
    assert broken_links() == []


def test_every_link_has_a_name():
    assert {name: p.empty for name, p in read_site().items() if p.empty} == {}


def test_theorems_lead_to_tests_and_code_and_back():
    assert len(results()) > 20
    assert one_way() == {"no test": [], "no code": [], "not back": []}


def test_sections_of_pages_and_labs_lead_to_each_other():
    assert sections_one_way() == []


def test_every_section_of_a_lab_names_its_place_on_the_page():
    labs = [page for page in read_site() if re.match(r"chapters/\d\d_", page)]
    assert len(labs) > len(chapters())  # some have further ones
    without = {
        lab: [text for text, _, placed in headings(lab) if not placed] for lab in labs
    }
    assert {lab: texts for lab, texts in without.items() if texts != ["Try it"]} == {}


def test_no_two_figures_share_a_number():
    names = {}
    for name, places in numbers().items():
        for number in places.values():
            names.setdefault(number, set()).add(name)
    assert "" not in names
    assert {n: pictures for n, pictures in names.items() if len(pictures) > 1} == {}


def test_a_figure_of_page_and_lab_has_one_number_and_ways_between():
    both = {name: places for name, places in numbers().items() if len(places) > 1}
    assert len(both) > 2 * len(chapters())
    assert [name for name, at in both.items() if len(set(at.values())) > 1] == []
    graph = links_by_part()
    ways = [(a, b) for at in both.values() for a in at for b in at if a != b]
    assert [(a, b) for a, b in ways if b not in graph.get(a, ())] == []


@pytest.mark.parametrize("page", ["when_it_does_not_work", "errata", "reproduction"])
def test_a_chapter_in_a_heading_is_a_link(page):
    named = [
        (int(number), html)
        for text, html, _ in headings(f"book/{page}.html")
        for number in re.findall(r"[Cc]hapter (\d+)", text)
    ]
    assert len(named) >= len(chapters()) - 7
    pages = {c.number: f'href="{c.stem}.html"' for c in chapters()}
    assert [n for n, html in named if pages[n] not in html] == []


def test_every_entry_of_the_code_names_its_page_and_its_tests():
    public = {
        f"about-{str(file.relative_to(ROOT))[:-3].replace('/', '.')}.{name}"
        for file in (ROOT / "reference").rglob("[!_]*.py")
        for name in public_names(file)
    }
    graph = {
        line: {target.partition("/")[0] for target, _ in links}
        for (page, line), links in links_by_part().items()
        if page.startswith("api/") and line.startswith("about-")
    }
    assert graph.keys() == public
    needed = {"book", "reference", "tests"}
    assert {line: needed - to for line, to in graph.items() if needed - to} == {}


def test_a_phone_gets_one_drawing_of_its_own_on_every_page_and_lab():
    figure = re.compile(r"<figure.*?</figure>", re.DOTALL)
    wrong = []
    for name in page_names():
        if name.startswith(("book/", "chapters/")):
            for found in figure.findall((HTML / name).read_text("utf-8")):
                if ".svg" in found and found.count('class="phone"') != 1:
                    wrong.append((name, found[:80]))
    assert wrong == []


@pytest.mark.parametrize("page", ["when_it_does_not_work", "errata", "reproduction"])
def test_functions_that_a_page_names_are_links(page):
    assert unlinked_code(f"book/{page}.html") == []


def test_there_is_a_page_for_every_theorem_in_the_index():
    index = read_site()["prf-prf.html"]
    linked = {(target, anchor) for _, _, target, anchor in index.links}
    assert [r for r in results() if r not in linked] == []


@pytest.mark.parametrize("word", ["eq:", "{eq}", "{prf:ref}", "{py:func}"])
def test_no_label_shows_as_text(word):
    shown = [
        name
        for name in page_names()
        if name.startswith(("api/", "reference/", "book/", "chapters/"))
        and word in (HTML / name).read_text("utf-8").replace("equation-eq:", "")
    ]
    assert shown == []


def test_formulas_are_drawn_only_where_there_are_any():
    for name in page_names():
        text = (HTML / name).read_text("utf-8")
        has_formulas = 'class="math' in text or "\\(" in text.partition("<article")[2]
        assert ("mathjax/tex" in text) <= has_formulas, name
