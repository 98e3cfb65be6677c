"""CIFAR-100, SVHN, STL-10 and Tiny ImageNet, and one door to all sets of images.

Each comes from its official source, by the published checksum, as arrays of bytes.
Archives are never unpacked to the disk: their members are read by the names that they
must have. Nothing that is executed is loaded: tables of MATLAB and raw bytes hold only
numbers, and the pickles of CIFAR go through a reader that knows arrays and no code.
"""

import tarfile
import zipfile
from dataclasses import dataclass

import numpy as np

from companion_data.images import (
    cifar10,
    fetch,
    mnist,
    own_file,
    read_batch,
    read_jpeg,
    read_member,
)

__all__ = ["ImageData", "cifar100", "image_data", "stl10", "svhn", "tiny_imagenet"]

CIFAR100 = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
CIFAR100_MD5 = "eb9058c3a382ffc7106e4002c42a8d85"
SVHN = "http://ufldl.stanford.edu/housenumbers/"
SVHN_MD5 = {
    "train_32x32.mat": "e26dedcc434d2e4c54c9b2d4a06d8373",
    "test_32x32.mat": "eb5a983be6a315427106f1b164d9cef3",
}
STL10 = "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz"
STL10_MD5 = "91f7769df0f17e558f3565bffb0c7dfb"
TINY = "http://cs231n.stanford.edu/tiny-imagenet-200.zip"
TINY_MD5 = "90528d7ca1a48142e341f4ef8d21d0de"


@dataclass(frozen=True)
class ImageData:
    """Images for training and testing, and where they come from.

    Attributes
    ----------
    X_train, X_test : ndarray of uint8, shape (n, h, w, 3)
    y_train, y_test : ndarray of int64, shape (n,)
        Classes 0..C-1.
    source : str
        What to write beside every result on them.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    source: str


def image_data(name, classes=()):
    """Return a set of images by its name, all of it or some classes.

    Parameters
    ----------
    name : {"cifar10", "cifar100", "mnist", "stl10", "svhn", "tiny_imagenet"}
    classes : sequence of int
        Labels to keep, renumbered from 0 in this order; none: all.

    Returns
    -------
    ImageData
        Grey images have their one channel three times.

    Raises
    ------
    OSError
        If it is nowhere and cannot be downloaded; the message says what to do.
    ValueError
        If there is no such set or class, or the file is not the published one.
    """
    known = {
        "cifar10": (cifar10, 10),
        "cifar100": (cifar100, 100),
        "mnist": (mnist, 10),
        "stl10": (stl10, 10),
        "svhn": (svhn, 10),
        "tiny_imagenet": (tiny_imagenet, 200),
    }
    if name not in known:
        raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}")
    load, count = known[name]
    keep = list(classes)
    if len(set(keep)) < len(keep) or not set(keep) <= set(range(count)):
        raise ValueError(
            f"classes must be distinct labels in 0..{count - 1}, got {classes!r}"
        )
    source = name
    if name == "cifar10" and own_file("cifar10_jpeg.npz"):
        source = "cifar10, re-encoded as JPEG: not for absolute accuracies"
    if name in ("cifar10", "mnist"):
        parts = load(keep or None)
    else:
        parts = load()
    found = []
    for X, y in (parts[:2], parts[2:]):
        if X.ndim == 3:
            X = np.repeat(X[..., None], 3, axis=3)
        if keep:
            new = np.full(count, -1)
            new[keep] = np.arange(len(keep))
            X, y = X[new[y] >= 0], new[y][new[y] >= 0]
        found += [X, y]
    return ImageData(*found, source)


def cifar100():
    """Return CIFAR-100 as bytes, ``X_train, y_train, X_test, y_test``, fine labels.

    Returns
    -------
    X_train, X_test : ndarray of uint8, shape (n, 32, 32, 3)
    y_train, y_test : ndarray of int64, shape (n,)

    Raises
    ------
    OSError, ValueError
        As of :func:`companion_data.images.fetch`.

    References
    ----------
    Krizhevsky (2009), Learning multiple layers of features from tiny images.
    """
    result = []
    with tarfile.open(fetch(CIFAR100, CIFAR100_MD5)) as archive:
        for name in ("train", "test"):
            batch = read_batch(read_member(archive, f"cifar-100-python/{name}"))
            images = batch[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
            result += [images, np.asarray(batch[b"fine_labels"], dtype=np.int64)]
    return tuple(result)


def svhn():
    """Return the house numbers as bytes, ``X_train, y_train, X_test, y_test``.

    Returns
    -------
    X_train, X_test : ndarray of uint8, shape (n, 32, 32, 3)
    y_train, y_test : ndarray of int64, shape (n,)
        The digit in the middle; 0 is 10 in the files.

    Raises
    ------
    OSError, ValueError
        As of :func:`companion_data.images.fetch`.

    References
    ----------
    Netzer et al. (2011), Reading digits in natural images.
    """
    from scipy.io import loadmat

    result = []
    for name, md5 in SVHN_MD5.items():
        table = loadmat(fetch(SVHN + name, md5, f"svhn_{name}"))
        result += [
            np.ascontiguousarray(table["X"].transpose(3, 0, 1, 2)),
            table["y"].ravel().astype(np.int64) % 10,
        ]
    return tuple(result)


def stl10():
    """Return the labelled part of STL-10 as bytes.

    Returns
    -------
    X_train, X_test : ndarray of uint8, shape (n, 96, 96, 3)
        5,000 and 8,000; the 100,000 images without labels are not read.
    y_train, y_test : ndarray of int64, shape (n,)
        In the order ``X_train, y_train, X_test, y_test``.

    Raises
    ------
    OSError, ValueError
        As of :func:`companion_data.images.fetch`.

    References
    ----------
    Coates, Ng and Lee (2011).
    """
    result = []
    with tarfile.open(fetch(STL10, STL10_MD5)) as archive:
        for part in ("train", "test"):
            parts = [
                np.frombuffer(
                    read_member(archive, f"stl10_binary/{part}_{kind}.bin"), np.uint8
                )
                for kind in "Xy"
            ]
            # channel, column, row: an image is stored down its columns
            images = parts[0].reshape(-1, 3, 96, 96).transpose(0, 3, 2, 1)
            result += [np.ascontiguousarray(images), parts[1].astype(np.int64) - 1]
    return tuple(result)


def tiny_imagenet():
    """Return Tiny ImageNet as bytes; its validation images are the test images.

    Returns
    -------
    X_train, X_test : ndarray of uint8, shape (n, 64, 64, 3)
    y_train, y_test : ndarray of int64, shape (n,)
        Numbered in the order of the file's list of classes. In the order ``X_train,
        y_train, X_test, y_test``.

    Raises
    ------
    OSError, ValueError
        As of :func:`companion_data.images.fetch`.

    References
    ----------
    Le and Yang (2015), Tiny ImageNet visual recognition challenge.
    """
    from tqdm import tqdm

    root = "tiny-imagenet-200/"
    path = fetch(TINY, TINY_MD5)
    with zipfile.ZipFile(path) as archive:
        words = archive.read(root + "wnids.txt").decode().split()
        number = {word: k for k, word in enumerate(words)}
        lines = archive.read(root + "val/val_annotations.txt").decode().splitlines()
        tests = [line.split("\t")[:2] for line in lines]
        trains = [
            (name, name.split("/")[2])
            for name in sorted(archive.namelist())
            if name.startswith(root + "train/") and name.endswith(".JPEG")
        ]
        result = []
        for part in (trains, [(f"{root}val/images/{n}", w) for n, w in tests]):
            images = [
                read_jpeg(path, archive.read(name), 64)
                for name, _ in tqdm(part, desc="Tiny ImageNet", leave=False)
            ]
            result += [np.stack(images), np.array([number[word] for _, word in part])]
    return tuple(result)
