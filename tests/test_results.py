"""Numbers in prose come from committed results."""

import importlib.util
import json
import re

import pytest

from coursework.layout import ROOT

spec = importlib.util.spec_from_file_location("results", ROOT / "book/_ext/results.py")
results = importlib.util.module_from_spec(spec)
spec.loader.exec_module(results)

PAGES = sorted((ROOT / "book").glob("*.md"))
USES = [
    (page.stem, use)
    for page in PAGES
    for use in re.findall(r"\{result\}`([^`]+)`", page.read_text("utf-8"))
]


@pytest.fixture
def numbers(tmp_path, monkeypatch):
    rows = [{"seed": s, "scores": [s, 10.0 + s]} for s in (1, 2, 4)]
    rows[0]["odd"] = rows[2]["odd"] = True
    folder = tmp_path / "experiments/results"
    folder.mkdir(parents=True)
    (folder / "trial.json").write_text(json.dumps({"results": {"rows": rows}}))
    monkeypatch.setattr(results, "ROOT", tmp_path)
    results.committed.cache_clear()
    yield
    results.committed.cache_clear()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("trial rows.0.scores.1 | .1f", "11.0"),
        ("trial rows.-1.seed", "4"),
        ("trial rows.*.scores.1 | mean | .2f", "12.33"),
        ("trial rows.*.seed | std | .3f", "1.528"),  # with n - 1
        ("trial rows.seed=2.scores.0 | d", "2"),
        ("trial rows.*.seed | count", "3"),
        ("trial rows.*.seed; count", "3"),  # as in a table
        ("trial rows.*.odd? | count", "2"),
        ("trial rows.*.scores.* | max | g", "14"),
        ("trial rows.odd=*.seed=4.scores.1 | .0f", "14"),
        ("trial rows.odd=*.seed | spread | .1f", "2.5 ± 2.1"),
    ],
)
def test_a_path_leads_to_its_number(numbers, text, expected):
    assert results.look_up(text) == expected


@pytest.mark.parametrize(
    "text", ["nothing rows", "trial columns", "trial rows.9.seed", "trial rows.*.seed"]
)
def test_a_path_that_leads_nowhere_is_an_error(numbers, text):
    with pytest.raises(ValueError, match=r"nowhere|values"):
        results.look_up(text)


@pytest.mark.parametrize("page, use", USES)
def test_every_number_of_the_pages_is_there(page, use):
    assert re.search(r"\d", results.look_up(use)), f"{page}: {use}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_bar_of_a_number_parts_a_table(page):
    rows = [r for r in page.read_text("utf-8").splitlines() if r.startswith("|")]
    wrong = [r for r in rows if re.search(r"\{result\}`[^`|]*\|", r)]
    assert not wrong, "in a table write ; for | inside {result}: " + wrong[0]
