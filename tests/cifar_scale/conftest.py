"""What several tests of chapter 18 start from."""

import pytest

from tests.cifar_scale.oracle import write_pictures


@pytest.fixture
def pictures(tmp_path, monkeypatch):
    """A folder with small pictures in the layout of CIFAR-10."""
    write_pictures(tmp_path)
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path))
    return tmp_path
