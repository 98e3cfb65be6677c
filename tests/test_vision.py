"""Sets of images in the layouts of their publishers: read, checked, never executed."""

import hashlib
import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from companion_data import images, vision
from tests.test_images import archive_of, old_pickle


@pytest.fixture
def published(tmp_path, monkeypatch):
    """An empty cache; a function that publishes bytes at a local address."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("COMPANION_DATA", raising=False)

    def publish(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path.as_uri(), hashlib.md5(data).hexdigest()

    return publish


def published_archive(folder, monkeypatch, name, members):
    """Publish an archive as the one that `vision` knows under this name."""
    path = folder / f"{name.lower()}.tar.gz"
    monkeypatch.setattr(vision, f"{name}_MD5", archive_of(path, members))
    monkeypatch.setattr(vision, name, path.as_uri())
    return path


def jpeg(grey):
    buffer = io.BytesIO()
    Image.fromarray(np.full((64, 64), grey, np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


def publish_cifar100(folder, monkeypatch, extra=None):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (2, 4, 3072), dtype=np.uint8)
    members = {}
    for name, data in zip(("train", "test"), pixels, strict=True):
        batch = {
            "filenames": [f"{k}.png" for k in range(4)], "batch_label": "one of one",
            "fine_labels": [3, 99, 0, 3], "coarse_labels": extra, "data": data,
        }  # fmt: skip
        members[f"cifar-100-python/{name}"] = old_pickle(batch)
    members = {"cifar-100-python": None, "cifar-100-python/meta": b""} | members
    published_archive(folder, monkeypatch, "CIFAR100", members)
    return pixels


def test_cifar100(published, monkeypatch, tmp_path):
    pixels = publish_cifar100(tmp_path, monkeypatch)
    X, y, X_test, y_test = vision.cifar100()
    assert X.shape == X_test.shape == (4, 32, 32, 3)
    assert y.tolist() == y_test.tolist() == [3, 99, 0, 3]
    assert X[2, 0, 1, 2] == pixels[0, 2, 2049]  # blue of the second pixel
    data = vision.image_data("cifar100", [99, 3])
    assert data.y_train.tolist() == [1, 0, 1]  # renumbered in the order asked for
    np.testing.assert_array_equal(data.X_train, X[[0, 1, 3]])
    assert data.source == "cifar100"


@pytest.mark.parametrize("thing", [print, np.savetxt, images.fetch])
def test_a_pickle_with_code_is_not_read(published, monkeypatch, thing, tmp_path):
    publish_cifar100(tmp_path, monkeypatch, extra=thing)
    with pytest.raises(ValueError, match="which no array needs"):
        vision.cifar100()


def test_svhn(published, monkeypatch):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (32, 32, 3, 5), dtype=np.uint8)
    sums = {}
    for name in vision.SVHN_MD5:
        buffer = io.BytesIO()
        digits = np.array([[10], [1], [9], [10], [2]], np.uint8)
        savemat(buffer, {"X": pixels, "y": digits}, do_compression=True)
        url, sums[name] = published(name, buffer.getvalue())
    monkeypatch.setattr(vision, "SVHN", url.rpartition("/")[0] + "/")
    monkeypatch.setattr(vision, "SVHN_MD5", sums)
    X, y, _, y_test = vision.svhn()
    assert y.tolist() == y_test.tolist() == [0, 1, 9, 0, 2]  # ten is nought
    assert X.shape == (5, 32, 32, 3)
    np.testing.assert_array_equal(X[4], pixels[..., 4])


def test_stl10(published, monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (2, 3, 96, 96), dtype=np.uint8)
    members = {"stl10_binary": None, "stl10_binary/class_names.txt": b"airplane\n"}
    for part in ("test", "train"):
        members[f"stl10_binary/{part}_X.bin"] = pixels.tobytes()
        members[f"stl10_binary/{part}_y.bin"] = bytes([1, 10])
    members |= {
        f"stl10_binary/{n}": b"" for n in ("unlabeled_X.bin", "fold_indices.txt")
    }
    published_archive(tmp_path, monkeypatch, "STL10", members)
    X, y, _, _ = vision.stl10()
    assert y.tolist() == [0, 9]
    assert X.shape == (2, 96, 96, 3)
    assert X[1, 5, 7, 2] == pixels[1, 2, 7, 5]  # stored down the columns


def publish_tiny(publish, monkeypatch):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        root = "tiny-imagenet-200/"
        archive.writestr(root + "wnids.txt", "n02\nn01\n")
        archive.writestr(
            root + "val/val_annotations.txt",
            "val_0.JPEG\tn01\t0\t0\t1\t1\nval_1.JPEG\tn02\t0\t0\t1\t1\n",
        )
        for k, word in enumerate(["n01", "n02", "n01"]):
            archive.writestr(f"{root}train/{word}/images/{word}_{k}.JPEG", jpeg(80 * k))
        archive.writestr(root + "train/n01/n01_boxes.txt", "n01_0.JPEG\t0\t0\t9\t9\n")
        archive.writestr(root + "test/images/test_0.JPEG", jpeg(3))  # has no label
        archive.writestr(root + "words.txt", "n01\ta fish\n")
        archive.writestr(root + "val/images/val_0.JPEG", jpeg(200))
        archive.writestr(root + "val/images/val_1.JPEG", jpeg(10))
        archive.writestr("../escape.JPEG", jpeg(1))  # nothing is unpacked
    url, md5 = publish("tiny-imagenet-200.zip", buffer.getvalue())
    monkeypatch.setattr(vision, "TINY", url)
    monkeypatch.setattr(vision, "TINY_MD5", md5)


def test_tiny_imagenet(published, monkeypatch, tmp_path):
    publish_tiny(published, monkeypatch)
    X, y, X_test, y_test = vision.tiny_imagenet()
    assert y.tolist() == [1, 1, 0]  # in the order of wnids.txt
    assert X[:, 0, 0, 0].tolist() == [0, 160, 80]
    assert y_test.tolist() == [1, 0]
    assert X_test.shape == (2, 64, 64, 3)
    assert not list(tmp_path.rglob("escape.JPEG"))


def test_grey_images_and_unknown_names(published, monkeypatch):
    square = np.zeros((2, 28, 28), np.uint8)
    monkeypatch.setattr(vision, "mnist", lambda keep: (square, [0, 1], square, [1, 1]))
    data = vision.image_data("mnist")
    assert data.X_train.shape == (2, 28, 28, 3)
    with pytest.raises(ValueError, match="name must be one of"):
        vision.image_data("imagenet")
    for classes in ([0, 0], [10], [-1]):
        with pytest.raises(ValueError, match="classes must be distinct"):
            vision.image_data("svhn", classes)


def test_a_file_that_is_not_the_published_one(published, monkeypatch):
    publish_tiny(published, monkeypatch)
    monkeypatch.setattr(vision, "TINY_MD5", "0" * 32)
    with pytest.raises(ValueError, match="checksum"):
        vision.tiny_imagenet()
    monkeypatch.setattr(vision, "STL10", "file:///nowhere/stl10_binary.tar.gz")
    with pytest.raises(OSError, match="COMPANION_DATA"):
        vision.stl10()
