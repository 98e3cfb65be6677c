"""The loader of Parkinsons telemonitoring, on a small made-up table."""

import numpy as np
import pytest

from companion_data import parkinsons, uci

HEADING = "subject#,age,sex,test_time,motor_UPDRS,total_UPDRS,...\n"


@pytest.fixture
def table(tmp_path, monkeypatch):
    """An empty cache, an own folder, and the text of a table that is known there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path / "own"))
    monkeypatch.setattr(uci, "OFFICIAL", (tmp_path / "source").as_uri() + "/")
    numbers = np.arange(66.0).reshape(3, 22)
    numbers[:, 0] = 1, 1, 2
    known = uci.Table(("made.data",), "made/", (3, 22), uci.checksum(numbers))
    monkeypatch.setattr(parkinsons, "TABLE", known)
    lines = [",".join(f"{v:.3e}" for v in row) for row in numbers]
    return numbers, HEADING + "\n".join(lines)


@pytest.mark.parametrize(
    "place", ["parkinsons_updrs.csv", "made.data", "uci/made.data"]
)
def test_own_folder_comes_first(table, tmp_path, place):
    numbers, text = table
    path = tmp_path / "own" / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    X, y, subjects = parkinsons.parkinsons()
    np.testing.assert_array_equal(X, np.delete(numbers, [0, 4, 5], axis=1))
    np.testing.assert_array_equal(y, numbers[:, 5])
    assert subjects.tolist() == [1, 1, 2]
    assert X.shape[1] == len(parkinsons.FEATURES)


def test_download_is_cached(table, tmp_path):
    source = tmp_path / "source/made/made.data"
    source.parent.mkdir(parents=True)
    source.write_text(table[1])
    assert parkinsons.parkinsons()[0].shape == (3, 19)
    source.unlink()
    assert parkinsons.parkinsons()[0].shape == (3, 19)


def test_nowhere_and_another_table_are_errors(table, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"made\.data.*COMPANION_DATA"):
        parkinsons.parkinsons()
    changed = table[1].replace("3.000e+00", "3.001e+00")
    (tmp_path / "own/made.data").write_text(changed)
    with pytest.raises(ValueError, match="checksum"):
        parkinsons.parkinsons()


@pytest.mark.parametrize("share, tests", [(0.01, 1), (0.4, 2), (0.99, 4)])
def test_no_subject_is_on_both_sides(share, tests):
    subjects = np.array([3, 1, 1, 7, 3, 8, 9, 9])
    rng = np.random.default_rng(0)
    train, test = parkinsons.split_subjects(subjects, share, rng=rng)
    assert sorted([*train, *test]) == list(range(8))
    assert not set(subjects[train]) & set(subjects[test])
    assert len(set(subjects[test])) == tests
    with pytest.raises(ValueError, match="share"):
        parkinsons.split_subjects(subjects, 1.0, rng=rng)
    with pytest.raises(ValueError, match="subjects"):
        parkinsons.split_subjects([1, 1], 0.5, rng=rng)
