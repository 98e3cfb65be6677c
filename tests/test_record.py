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
        report = SimpleNamespace(nodeid=f"t::{outcome}", when=when, outcome=outcome)
        kept.pytest_runtest_logreport(report)
    kept.pytest_sessionfinish()
    assert book.read_record()["outcomes"] == {
        "t::failed": "failed",
        "t::passed": "passed",
    }
    monkeypatch.setattr(book, "tree_hash", lambda: "another tree")
    assert book.read_record() is None
