"""The built book, read: its links, the ways from theorem to code and back."""

import pytest

from tests.browser.backlinks import one_way, results
from tests.browser.site import HTML, broken_links, page_names, read_site


def test_no_link_is_broken():
    assert broken_links() == []


def test_every_link_has_a_name():
    assert {name: p.empty for name, p in read_site().items() if p.empty} == {}


def test_theorems_lead_to_tests_and_code_and_back():
    assert len(results()) > 20
    assert one_way() == {"no test": [], "no code": [], "not back": []}


def test_there_is_a_page_for_every_theorem_in_the_index():
    index = read_site()["prf-prf.html"]
    linked = {(target, anchor) for _, _, target, anchor in index.links}
    assert [r for r in results() if r not in linked] == []


@pytest.mark.parametrize("word", ["eq:", "{eq}", "{prf:ref}", "{py:func}"])
def test_no_label_shows_as_text(word):
    shown = [
        name
        for name in page_names()
        if name.startswith(("api/", "reference/"))
        and word in (HTML / name).read_text("utf-8").replace("equation-eq:", "")
    ]
    assert shown == []


def test_formulas_are_drawn_only_where_there_are_any():
    for name in page_names():
        text = (HTML / name).read_text("utf-8")
        has_formulas = 'class="math' in text or "\\(" in text.partition("<article")[2]
        assert ("mathjax/tex" in text) <= has_formulas, name
