"""Labs are executed for the book; what counts is their processor time."""

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbformat.v4 import new_code_cell, new_notebook

from tools import book


def lab(path, *cells):
    """Write a notebook of some cells of code."""
    nbformat.write(new_notebook(cells=[new_code_cell(c) for c in cells]), path)
    return path


def test_a_lab_is_executed_and_its_error_is_told(tmp_path):
    path = lab(tmp_path / "lab.ipynb", "print(sum(range(10**6)))", "gone")
    notebook, seconds, error = book.execute(path, timeout=600)
    assert notebook.cells[0].outputs[0].text == "499999500000\n"
    assert "name 'gone' is not defined" in error
    assert seconds["processor_seconds"] > 0.1  # a kernel alone takes as much


def test_a_lab_is_slow_by_its_processor_time(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "CACHE", tmp_path / "cache")
    cache = get_cache(book.CACHE)
    for name, wall, spent in (("waits", 90, 20), ("works", 50, 46)):
        path = lab(tmp_path / f"{name}.ipynb", f"# {name}")
        seconds = {"execution_seconds": wall, "processor_seconds": spent}
        notebook = nbformat.read(path, as_version=4)
        bundle = CacheBundleIn(notebook, str(path), data=seconds)
        cache.cache_notebook_bundle(bundle, check_validity=False)
    assert book.slow_labs(45) == ["works.ipynb: 46 s"]
