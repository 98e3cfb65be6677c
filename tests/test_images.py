"""Loaders: own folder first, then the cache, a checked download, a clear error."""

import gzip
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


@pytest.fixture
def digits(tmp_path, monkeypatch):
    """An empty cache, and four small files in MNIST's layout at a local address."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COMPANION_DATA", raising=False)
    rng = np.random.default_rng(0)
    arrays, sums = [], {}
    for name in images.MNIST_MD5:
        shape = (20 if "train" in name else 10,) + (28, 28) * ("images" in name)
        array = rng.integers(0, 256, shape, dtype=np.uint8)
        if array.ndim == 1:
            array = np.arange(len(array), dtype=np.uint8) % 10
        head = bytes([0, 0, 8, array.ndim]) + np.array(shape, ">i4").tobytes()
        data = gzip.compress(head + array.tobytes())
        (tmp_path / name).write_bytes(data)
        sums[name] = hashlib.md5(data).hexdigest()
        arrays.append(array)
    monkeypatch.setattr(images, "MNIST", tmp_path.as_uri() + "/")
    monkeypatch.setattr(images, "MNIST_MD5", sums)
    known = dict(
        zip(
            ("train", "test"),
            (images.unordered_checksum(*arrays[k : k + 2]) for k in (0, 2)),
            strict=True,
        )
    )
    monkeypatch.setattr(images, "MNIST_SHA256", known)
    return arrays


def test_mnist_is_downloaded_checked_cached_and_read(digits, tmp_path):
    X_train, y_train, X_test, _ = images.mnist(classes=[3, 5])
    np.testing.assert_array_equal(X_train, digits[0][[3, 5, 13, 15]])
    assert y_train.tolist() == [3, 5, 3, 5]
    np.testing.assert_array_equal(X_test, digits[2][[3, 5]])
    for name in images.MNIST_MD5:
        (tmp_path / name).unlink()  # the second time they come from the cache
    assert images.mnist()[0].shape == (20, 28, 28)


def test_mnist_of_the_own_folder_in_any_order(digits, tmp_path, monkeypatch):
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path / "own"))
    X, y, X_test, y_test = digits
    order = np.random.default_rng(1).permutation(20)
    parts = {"y_train": y[order], "x_test": X_test, "y_test": y_test}
    np.savez(tmp_path / "own/mnist.npz", x_train=X[order], **parts)
    np.testing.assert_array_equal(images.mnist()[0], X[order])
    np.savez(tmp_path / "own/mnist.npz", x_train=X, **parts)  # labels do not belong
    with pytest.raises(ValueError, match="not the published"):
        images.mnist()


def test_mnist_nowhere_is_an_error_that_says_what_to_do(digits, tmp_path):
    next(tmp_path.glob("t10k-labels*")).unlink()
    with pytest.raises(OSError, match=r"t10k-labels.*COMPANION_DATA"):
        images.mnist()
    with pytest.raises(ValueError, match="classes"):
        images.mnist(classes=[10])
