"""What `make test` found is kept for the book, for this very tree only."""

from types import SimpleNamespace

from tools import book, record


def test_results_belong_to_the_tree_that_was_tested(monkeypatch, tmp_path):
    for module in (book, record):
        monkeypatch.setattr(module, "BUILD", tmp_path)
        monkeypatch.setattr(module, "RECORD", tmp_path / "tests.json")
        monkeypatch.setattr(module, "tree_hash", lambda: "this tree")
    assert book.read_record() is None
    kept = record.Record()
    for when, outcome in (("setup", "passed"), ("call", "passed"), ("call", "failed")):
        report = SimpleNamespace(
            nodeid=f"t::{outcome}", when=when, outcome=outcome, duration=1.0
        )
        kept.pytest_runtest_logreport(report)
    kept.pytest_sessionfinish()
    assert book.read_record()["outcomes"] == {
        "t::failed": "failed",
        "t::passed": "passed",
    }
    monkeypatch.setattr(book, "tree_hash", lambda: "another tree")
    assert book.read_record() is None


def test_the_run_says_where_the_time_went(monkeypatch):
    monkeypatch.setattr(record, "tree_hash", lambda: "this tree")
    found = record.Record()
    for name, seconds in [("relu_lp/test_a.py", 2), ("relu_lp/test_b.py", 1.2)]:
        report = SimpleNamespace(
            nodeid=f"tests/{name}::test_x", duration=seconds, when="call",
            outcome="passed",
        )  # fmt: skip
        found.pytest_runtest_logreport(report)
    report.nodeid = "tests/test_check.py::test_y"
    found.pytest_runtest_logreport(report)
    lines = []
    found.pytest_terminal_summary(SimpleNamespace(write_line=lines.append))
    assert lines == ["Most time went into tests/relu_lp 3 s, tests/test_check.py 1 s."]


def test_the_status_page_says_what_failed_and_what_was_not_run(monkeypatch):
    monkeypatch.syspath_prepend(book.ROOT / "book/_ext")
    from companion import tested

    outcomes = {
        "conftest.py::a": "passed",
        "reference/ntk/plain.py::reference.ntk.plain": "passed",
        "tests/ntk/test_plain.py::test_two[1]": "failed",
        "tests/test_lab.py::test_x": "skipped",
    }
    kept = {"date": "2026-11-26", "seconds": 3, "outcomes": outcomes}
    monkeypatch.setattr(tested, "RECORD", kept)
    line, table, *lists = tested.results(SimpleNamespace(titles={}))
    assert "26 November 2026, in 3 s: 2 passed, 1 failed, 1 skipped" in line.astext()
    assert "Not run: those of chapters 1, 2," in line.astext()
    assert ", 14, 16, 17, 18." in line.astext()
    rows = [row.astext().split() for row in table.findall(tested.nodes.row)]
    assert ["15.", "15_ntk", "1", "1", "0"] in rows
    assert rows[-1][-3:] == ["1", "0", "1"]
    text = " ".join(part.astext() for part in lists)
    assert "Failed: tests/ntk/test_plain.py::test_two[1]" in text
    assert "Skipped: tests/test_lab.py::test_x" in text
