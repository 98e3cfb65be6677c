"""Loaders: own folder first, then the cache, a checked download, a clear error."""

import hashlib
import io
import pickle
import tarfile

import numpy as np
import pytest

from companion_data import images


@pytest.fixture
def published(tmp_path, monkeypatch):
    """An empty cache, and a small archive in CIFAR-10's layout at a local address."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COMPANION_DATA", raising=False)
    rng = np.random.default_rng(0)
    path = tmp_path / "cifar-10-python.tar.gz"
    pixels = rng.integers(0, 256, (6, 10, 3072), dtype=np.uint8)
    with tarfile.open(path, "w:gz") as archive:
        names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
        for name, data in zip(names, pixels, strict=True):
            text = pickle.dumps({b"data": data, b"labels": list(range(10))})
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    monkeypatch.setattr(images, "CIFAR10", path.as_uri())
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setattr(images, "CIFAR10_MD5", md5)
    return path, pixels


def test_archive_is_downloaded_checked_cached_and_read(published):
    path, pixels = published
    X_train, y_train, X_test, y_test = images.cifar10(classes=[3, 5])
    assert X_train.shape == (10, 32, 32, 3)
    assert X_test.shape == (2, 32, 32, 3)
    assert y_train.tolist() == [3, 5] * 5
    assert y_test.tolist() == [3, 5]
    # channel-major in the file: byte 1024 is the green of the first pixel
    assert X_train[0, 0, 0, 1] == pixels[0, 3, 1024]
    path.unlink()  # the second time it comes from the cache
    assert images.cifar10()[0].shape == (50, 32, 32, 3)


def test_a_broken_download_is_an_error_and_leaves_no_file(published, monkeypatch):
    monkeypatch.setattr(images, "CIFAR10_MD5", "0" * 32)
    with pytest.raises(ValueError, match="checksum"):
        images.cifar10()
    assert not list(images.cache_folder().iterdir())


def test_no_network_is_an_error_that_says_what_to_do(published):
    published[0].unlink()
    with pytest.raises(OSError, match="COMPANION_DATA"):
        images.cifar10()
    assert not list(images.cache_folder().iterdir())


def test_own_folder_comes_first(published, tmp_path, monkeypatch):
    from PIL import Image

    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("COMPANION_DATA", str(folder))
    arrays = {}
    for part in ("train", "test"):
        files = []
        for grey in (0, 128, 255):
            buffer = io.BytesIO()
            Image.fromarray(np.full((32, 32, 3), grey, np.uint8)).save(buffer, "JPEG")
            files.append(buffer.getvalue())
        arrays[f"jpeg_{part}"] = np.frombuffer(b"".join(files), np.uint8)
        arrays[f"offset_{part}"] = np.cumsum([0, *map(len, files)])
        arrays[f"y_{part}"] = np.array([1, 2, 1])
    np.savez(folder / "cifar10_jpeg.npz", **arrays)
    X, y, _, _ = images.cifar10(classes=[1])
    assert y.tolist() == [1, 1]
    assert abs(X[1].astype(int) - 255).max() <= 2


def test_bad_classes():
    with pytest.raises(ValueError, match="classes"):
        images.cifar10(classes=[10])
