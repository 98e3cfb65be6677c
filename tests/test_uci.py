"""The loader of UCI tables, on small made-up files."""

import numpy as np
import pytest

from companion_data import uci

TEXT = "1,2,?,1\n3,4.5,0,0\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache, an own folder, and a table of two files that is known there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    own = tmp_path / "own"
    (own / "uci").mkdir(parents=True)
    monkeypatch.setenv("COMPANION_DATA", str(own))
    numbers = np.array([[1, 2, np.nan, 1], [3, 4.5, 0, 0]])
    table = uci.Table(
        ("made.data",), "made/", (2, 4), uci.checksum(numbers), missing="?"
    )
    monkeypatch.setitem(uci.TABLES, "made", table)
    monkeypatch.setattr(uci, "OFFICIAL", (tmp_path / "source").as_uri() + "/")
    return own


@pytest.mark.parametrize("place", ["uci/made.data", "made.data"])
@pytest.mark.parametrize("heading", ["", "a, b, c, class\n"])
def test_with_and_without_a_heading(folder, place, heading):
    (folder / place).write_text(heading + TEXT.replace("4.5", " 4.50"))
    X, y = uci.uci("made")
    np.testing.assert_array_equal(X, [[1, 2, np.nan], [3, 4.5, 0]])
    np.testing.assert_array_equal(y, [1, -1])


def test_download_is_cached(folder, tmp_path):
    source = tmp_path / "source/made/made.data"
    source.parent.mkdir(parents=True)
    source.write_text(TEXT)
    assert uci.uci("made")[0].shape == (2, 3)
    source.unlink()
    assert uci.uci("made")[0].shape == (2, 3)


def test_nowhere_is_an_error_that_says_what_to_do(folder, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"made\.data.*COMPANION_DATA"):
        uci.uci("made")
    assert not list(uci.cache_folder().iterdir())
    withdrawn = uci.Table(("gone.csv",), None, (1, 1), "")
    monkeypatch.setitem(uci.TABLES, "gone", withdrawn)
    with pytest.raises(FileNotFoundError, match="no official source"):
        uci.uci("gone")


@pytest.mark.parametrize(
    "text, message",
    [
        (TEXT + "5,6,7,1\n", "shape"),  # a row too many
        (TEXT.replace("4.5", "4.6"), "checksum"),
        (TEXT + "5,6\n", "entries"),
        (TEXT + "5,6,x,1\n", "line 3"),
    ],
)
def test_another_table_is_refused(folder, text, message):
    (folder / "made.data").write_text(text)
    with pytest.raises(ValueError, match=message):
        uci.uci("made")


def test_two_files_a_leading_label_and_words(folder, monkeypatch):
    numbers = np.array([[1.0, 5, 1], [0, 6, 0]])
    table = uci.Table(
        ("a.train", "a.test"), None, (2, 3), uci.checksum(numbers), label=0,
        words=3,
    )  # fmt: skip
    monkeypatch.setitem(uci.TABLES, "two", table)
    (folder / "a.train").write_text(" 1 5 O data_1\n\n")
    (folder / "a.test").write_text(" 0 6 N data_2\n")
    X, y = uci.uci("two")
    np.testing.assert_array_equal(X, [[5, 1], [6, 0]])
    np.testing.assert_array_equal(y, [1, -1])


def test_unknown_names():
    with pytest.raises(ValueError, match="fertility"):
        uci.uci("iris")
    assert len(uci.NAMES) == 5
