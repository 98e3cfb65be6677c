"""The built book, read: its links, the ways from theorem to code and back."""

import json
import re

import pytest

from coursework.layout import chapters
from tests.browser.backlinks import one_way, results, sections_one_way
from tests.browser.site import HTML, broken_links, page_names, read_site, unlinked_code


def test_no_link_is_broken():
    assert broken_links() == []


def test_every_link_has_a_name():
    assert {name: p.empty for name, p in read_site().items() if p.empty} == {}


def test_theorems_lead_to_tests_and_code_and_back():
    assert len(results()) > 20
    assert one_way() == {"no test": [], "no code": [], "not back": []}


def test_sections_of_pages_and_labs_lead_to_each_other():
    assert sections_one_way() == []


def test_every_lab_is_placed_on_its_page():
    def linked(lab):
        page = read_site()[f"chapters/{lab.stem}.html"]
        return sum("section-links" in classes for _, classes, *_ in page.links)

    def sections(lab):
        cells = json.loads(lab.read_text("utf-8"))["cells"]
        text = "".join("".join(c["source"]) for c in cells if c["cell_type"] != "code")
        return text.count("## ")

    # figures place many sections without a word; "Try it" has no place
    labs = [chapter.lab for chapter in chapters()]
    assert [lab.stem for lab in labs if 3 * linked(lab) < sections(lab)] == []


def test_a_phone_gets_its_own_drawing_on_every_page_and_lab():
    figure = re.compile(r"<figure.*?</figure>", re.DOTALL)
    alone = []
    for name in page_names():
        if name.startswith(("book/", "chapters/")):
            for found in figure.findall((HTML / name).read_text("utf-8")):
                if ".svg" in found and 'class="phone"' not in found:
                    alone.append((name, found[:80]))
    assert alone == []


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
