"""Loaders: own folder first, then the cache, a checked download, a clear error."""

import gzip
import hashlib
import io
import os
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest

from companion_data import images


class OldPickler(pickle._Pickler):
    """Writes what Python 2 wrote, as the published files hold it: all text is bytes."""

    dispatch = pickle._Pickler.dispatch.copy()

    def save_text(self, value):
        raw = value.encode() if isinstance(value, str) else value
        if len(raw) < 256:
            self.write(pickle.SHORT_BINSTRING + bytes([len(raw)]) + raw)
        else:
            self.write(pickle.BINSTRING + len(raw).to_bytes(4, "little") + raw)
        self.memoize(value)

    dispatch[bytes] = dispatch[str] = save_text


def old_pickle(value):
    buffer = io.BytesIO()
    OldPickler(buffer, protocol=2).dump(value)
    return buffer.getvalue().replace(b"numpy._core.", b"numpy.core.")


def archive_of(path, members):
    """Write a gzipped tar archive; a member that is no bytes is a link to it."""
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            if data is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(data, str):
                info.type, info.linkname = tarfile.SYMTYPE, data
            else:
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return hashlib.md5(path.read_bytes()).hexdigest()


@pytest.fixture
def published(tmp_path, monkeypatch):
    """An empty cache, and a small archive in CIFAR-10's layout at a local address."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COMPANION_DATA", raising=False)
    rng = np.random.default_rng(0)
    path = tmp_path / "cifar-10-python.tar.gz"
    pixels = rng.integers(0, 256, (6, 10, 3072), dtype=np.uint8)
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    members = {
        name: old_pickle(
            {"batch_label": f"batch {name}", "labels": list(range(10)), "data": data,
             "filenames": [f"{name}_{k}.png" for k in range(10)]}
        )
        for name, data in zip(names, pixels, strict=True)
    }  # fmt: skip
    members["batches.meta"] = old_pickle({"num_vis": 3072, "label_names": ["cat"]})
    members["readme.html"] = b"<html>"
    order = ["data_batch_4", "readme.html", "test_batch", *members]  # not ours
    members = {f"cifar-10-batches-py/{name}": members[name] for name in order}
    md5 = archive_of(path, {"cifar-10-batches-py": None, "../../evil": b""} | members)
    monkeypatch.setattr(images, "CIFAR10", path.as_uri())
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


def test_a_truncated_file_of_the_own_folder_is_an_error_and_stays(
    published, tmp_path, monkeypatch
):
    own = tmp_path / "own" / published[0].name
    own.parent.mkdir()
    own.write_bytes(published[0].read_bytes()[:-100])
    monkeypatch.setenv("COMPANION_DATA", str(own.parent))
    with pytest.raises(ValueError, match=r"own/cifar-10.*checksum"):
        images.cifar10()
    assert own.exists()


@pytest.mark.parametrize("link", ["../../../etc/passwd", "test_batch"])
def test_links_are_not_followed_and_nothing_is_unpacked(
    published, tmp_path, monkeypatch, link
):
    path, _ = published
    with tarfile.open(path) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive if m.isreg()}
    members["cifar-10-batches-py/data_batch_3"] = link
    monkeypatch.setattr(images, "CIFAR10_MD5", archive_of(path, members))
    with pytest.raises(ValueError, match="no file cifar-10-batches-py/data_batch_3"):
        images.cifar10()
    kept = [p.name for p in tmp_path.rglob("*") if p.is_file()]
    assert kept == [path.name] * 2  # the file, and the cache's


def test_no_network_is_an_error_that_says_what_to_do(published):
    published[0].unlink()
    with pytest.raises(OSError, match="COMPANION_DATA"):
        images.cifar10()
    assert not list(images.cache_folder().iterdir())


def write_jpeg(folder, side=32, kind="JPEG", **changes):
    from PIL import Image

    folder.mkdir(exist_ok=True)
    arrays = {}
    for part in ("train", "test"):
        files = []
        for grey in (0, 128, 255):
            buffer = io.BytesIO()
            pixels = np.full((side, side, 3), grey, np.uint8)
            Image.fromarray(pixels).save(buffer, kind)
            files.append(buffer.getvalue())
        arrays[f"jpeg_{part}"] = np.frombuffer(b"".join(files), np.uint8)
        arrays[f"offset_{part}"] = np.cumsum([0, *map(len, files)])
        arrays[f"y_{part}"] = np.array([1, 2, 1])
    np.savez(folder / "cifar10_jpeg.npz", **arrays | changes)


def test_own_folder_comes_first(published, tmp_path, monkeypatch):
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path / "own"))
    write_jpeg(tmp_path / "own")
    X, y, _, _ = images.cifar10(classes=[1])
    assert y.tolist() == [1, 1]
    assert abs(X[1].astype(int) - 255).max() <= 2
    assert images.cifar10(classes=[7])[0].shape == (0, 32, 32, 3)


@pytest.mark.parametrize(
    "changes, said",
    [({"side": 16}, "no JPEG of 32 x 32"), ({"kind": "PNG"}, "no JPEG of 32 x 32"),
     ({"kind": "EPS"}, "no JPEG of 32 x 32"),  # its reader would start a program
     ({"jpeg_test": np.zeros(9, np.uint8)}, "no JPEG of 32 x 32"),
     ({"y_train": np.array([1, 2])}, "one offset more than labels"),
     ({"y_test": np.array([print, 1, 2], object)}, "broken, or has not the arrays")],
)  # fmt: skip
def test_an_own_file_that_holds_something_else(tmp_path, monkeypatch, changes, said):
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path / "own"))
    write_jpeg(tmp_path / "own", **changes)
    with pytest.raises(ValueError, match=rf"cifar10_jpeg\.npz.*{said}"):
        images.cifar10()


@pytest.mark.parametrize("name, load", [("cifar10_jpeg.npz", images.cifar10),
                                        ("mnist.npz", images.mnist)])  # fmt: skip
def test_an_own_file_that_is_broken_is_named(tmp_path, monkeypatch, name, load):
    monkeypatch.setenv("COMPANION_DATA", str(tmp_path))
    path = tmp_path / name
    np.savez(path, something=np.arange(500))
    whole = path.read_bytes()
    for data in (whole, whole[:-40], whole[:200], b"", b"no zip", pickle.dumps(print)):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=rf"{name} is broken, or has not the arr"):
            load()


OWN = Path(os.environ.get("COMPANION_DATA", ""), "cifar10_jpeg.npz").is_file()


@pytest.mark.skipif(not OWN, reason="COMPANION_DATA has no cifar10_jpeg.npz")
def test_the_real_images_of_the_own_folder():
    X, y, X_test, y_test = images.cifar10(classes=[3])
    assert X.shape == (5000, 32, 32, 3)
    assert X_test.shape == (1000, 32, 32, 3)
    assert X.dtype == np.uint8
    assert set(y) == set(y_test) == {3}
    assert (X.min(), X.max()) == (0, 255)
    assert 115 < X.mean() < 125


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
