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
    "text, printed",
    [
        ("0.863 ± 0.018", "0.863 ± 0.018"),
        ("-0.02", "−0.02"),
        ("+0.028", "+0.028"),
        ("5.2e+10", "5.2 · 10¹⁰"),
        ("-4e-12", "−4 · 10⁻¹²"),
        ("CIFAR-10", "CIFAR-10"),
    ],
)
def test_a_number_is_printed_as_in_a_book(text, printed):
    assert results.typeset(text) == printed


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


# ------------------------------------------------------------ numbers typed into prose

DECIMAL = r"(?<![\w.{^,-])\d*\.\d+(?![\w.])"
# Numbers that no file carries, or that only happen to be those of a file.
ALLOWED = {
    ("01_version_space", "0.632"): "1 - 1/e",
    ("11_acquisition", "0.582"): "an example by hand",
    ("11_acquisition", "0.873"): "an example by hand",
    ("11_acquisition", "0.953"): "an example by hand",
    ("11_acquisition", "0.425"): "the solution of an exercise",
    ("11_acquisition", "0.515"): "the solution of an exercise",
    ("11_acquisition", "1.04"): "an example by hand",
    ("11_acquisition", "1.25"): "the solution of an exercise",
    ("11_acquisition", "1.32"): "the solution of an exercise",
    ("04_relu_lp", "1.00"): "right on every spiral",
    ("04_relu_lp", "1.28"): "the gigabytes of an exercise",
    ("07_admm", "1.25"): "an example by hand",
    ("08_adversarial", "1.11"): "the solution of an exercise",
    ("13_primal_dual", "1.05"): "the paper's advice",
    ("13_primal_dual", "1.25"): "the paper's advice",
    ("14_ally", "1.05"): "the paper's advice",
    ("14_ally", "1.15"): "the middle of the paper's advice",
    ("14_ally", "1.25"): "the paper's advice",
    ("reproduction", "1.05"): "the advice of chapter 13's paper",
    ("reproduction", "1.25"): "the advice of chapter 13's paper",
    ("12_cutting_plane", "0.447"): "1 / sqrt(5), an example by hand",
    ("12_cutting_plane", "0.522"): "the solution of an exercise",
    ("12_cutting_plane", "0.632"): "1 - 1/e",
    ("12_cutting_plane", "2.18"): "1 / log(1 / 0.632)",
    ("reproduction", "2.0"): "a residual that lab 7 prints",
    ("reproduction", "1.404"): "an objective that lab 6 prints",
}


def prose(text):
    """Return the text without code, directives' options, roles and links."""
    text = re.sub(r"^(`{3,}).*?^\1\s*$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(\{[\w:]+\})?`[^`]*`", "", text)


def typed(page):
    found = re.findall(DECIMAL, prose(page.read_text("utf-8")))
    return [number for number in found if (page.stem, number) not in ALLOWED]


def numbers_in(value):
    """Yield the numbers of nested lists and dictionaries."""
    if isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(entry)
    elif isinstance(value, float):
        yield abs(value)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_means_and_spreads_are_inserted(page):
    text = prose(page.read_text("utf-8"))
    assert not re.findall(r"\d*\.\d+ ?(?:±|\\pm) ?\d*\.\d+", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_numbers_of_the_files_that_a_page_uses_are_inserted(page):
    """Three digits that agree are no accident where the page uses that file."""
    uses = {use.split()[0] for stem, use in USES if stem == page.stem}
    values = [v for n in uses for v in numbers_in(results.committed(n)[0])]
    wrong = []
    for number in typed(page):
        step = 10.0 ** -len(number.partition(".")[2])
        if len(number.replace(".", "").lstrip("0")) >= 3:
            near = [v for v in values if abs(v - float(number)) <= 0.5001 * step]
            wrong += [number] if near else []
    assert not wrong, f"insert with {{result}}, or allow with a reason: {wrong}"


def test_our_numbers_in_the_ledger_are_inserted():
    page = ROOT / "book/reproduction.md"
    ours, wrong = None, []
    for line in prose(page.read_text("utf-8")).splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if not cells or "ours" in cells:
            ours = cells.index("ours") if cells else None
        elif ours is not None:
            found = re.findall(DECIMAL.replace("(?![\\w.])", ""), cells[ours])
            wrong += [n for n in found if (page.stem, n) not in ALLOWED]
    assert not wrong, f"insert with {{result}}, or allow with a reason: {wrong}"
