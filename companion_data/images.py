"""CIFAR-10 and MNIST, from your own folder, the cache, or their official sources.

No chapter needs a download: experiments do. A loader looks in the folder that the
environment variable ``COMPANION_DATA`` names, then in the user's cache, then
downloads from the official source and checks the file, then says what to do.
"""

import gzip
import hashlib
import io
import os
import pickle
import tarfile
import urllib.request
import zipfile
import zlib
from pathlib import Path

import numpy as np

__all__ = ["cifar10", "fetch", "mnist"]

CIFAR10 = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
CIFAR10_MD5 = "c58f30108f718f92721af3b95e74349a"  # as published beside the file
MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MNIST_MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}
# of the set of (image, label) pairs, whatever their order: see `unordered_checksum`
MNIST_SHA256 = {
    "train": "54e1ab866c9484947dd4821c52bb7a43938f555d6b046be6af55247f8e6ffc64",
    "test": "97b756d55950f1841ebd48df7379b9b2fc87a10d63e08d6213dad41d564e8508",
}


def cache_folder():
    """Return the folder for downloads: the user's cache, made if need be."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "cuts-duals-and-kernels"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def own_file(name):
    """Return a file of the folder that ``COMPANION_DATA`` names, or None."""
    folder = os.environ.get("COMPANION_DATA")
    path = Path(folder) / name if folder else None
    return path if path and path.exists() else None


def fetch(url, md5, name=None):
    """Return the path of a file from the cache, downloading it if it is not there.

    Parameters
    ----------
    url : str
        Where the file is published.
    md5 : str
        Its checksum, as published; guards against broken downloads.
    name : str, optional
        Name in the folder and in the cache; by default the last part of the URL.

    Returns
    -------
    Path
        A complete file with the right checksum.

    Raises
    ------
    OSError
        If it cannot be downloaded; the message says what to do.
    ValueError
        If the checksum is wrong; the broken file is removed from the cache.
    """
    name = name or url.rpartition("/")[2]
    path = own_file(name) or cache_folder() / name
    if not path.exists():
        part = path.with_suffix(path.suffix + ".part")
        try:
            _download(url, part)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise OSError(
                f"{url} cannot be downloaded ({error}). Get it on a machine with a "
                "network and set the environment variable COMPANION_DATA to the folder "
                f"that holds it, as {name}."
            ) from error
        part.replace(path)
    with path.open("rb") as file:  # piece by piece: some have gigabytes
        digest = hashlib.file_digest(file, _md5).hexdigest()
    if digest != md5:
        if path.parent == cache_folder():
            path.unlink()
        raise ValueError(
            f"{path} has the MD5 checksum {digest}, expected {md5}: the file is broken "
            "or has changed; remove it and try again"
        )
    return path


def _md5():
    return hashlib.md5(usedforsecurity=False)


def _download(url, path):
    from tqdm import tqdm

    with urllib.request.urlopen(url, timeout=60) as source, path.open("wb") as target:
        total = int(source.headers.get("Content-Length") or 0) or None
        with tqdm(total=total, unit="B", unit_scale=True, desc=path.stem) as bar:
            while block := source.read(1 << 18):
                target.write(block)
                bar.update(len(block))


def cifar10(classes=None):
    """Return CIFAR-10 as arrays of bytes, all of it or some classes.

    Parameters
    ----------
    classes : sequence of int, optional
        Labels to keep, in 0..9; by default all ten.

    Returns
    -------
    X_train, X_test : ndarray of uint8, shape (n, 32, 32, 3)
    y_train, y_test : ndarray of int64, shape (n,)
        In the order ``X_train, y_train, X_test, y_test``.

    Notes
    -----
    A ``cifar10_jpeg.npz`` in the ``COMPANION_DATA`` folder (JPEG images end to end:
    ``jpeg_train``, ``offset_train``, ``y_train``, and the same for ``test``) is taken
    first. JPEG costs a little accuracy: fine for comparisons between methods, not
    for comparisons with published accuracies.

    Raises
    ------
    OSError
        If the images are nowhere and cannot be downloaded.
    ValueError
        If a file holds something else, or `classes` are no labels; it names the file.

    References
    ----------
    Krizhevsky (2009), Learning multiple layers of features from tiny images.
    """
    keep = np.arange(10) if classes is None else np.asarray(classes)
    if keep.ndim != 1 or not np.isin(keep, np.arange(10)).all():
        raise ValueError(f"classes must be labels in 0..9, got {classes!r}")
    own = own_file("cifar10_jpeg.npz")
    parts = _from_jpeg(own, keep) if own else _from_archive(fetch(CIFAR10, CIFAR10_MD5))
    result = []
    for images, labels in parts:
        chosen = np.isin(labels, keep)
        result += [images[chosen], labels[chosen].astype(np.int64)]
    return tuple(result)


def _from_jpeg(path, keep):
    for part in ("train", "test"):
        data, offset, labels = arrays_of(
            path, f"jpeg_{part}", f"offset_{part}", f"y_{part}"
        )
        if len(offset) != len(labels) + 1:
            raise ValueError(
                f"{path} must have one offset more than labels, got {len(offset)} and "
                f"{len(labels)}"
            )
        chosen = np.flatnonzero(np.isin(labels, keep))  # decode only what is asked
        data = data.tobytes()
        images = [read_jpeg(path, data[offset[i] : offset[i + 1]], 32) for i in chosen]
        yield np.array(images, np.uint8).reshape(-1, 32, 32, 3), labels[chosen]


def arrays_of(path, *names):
    """Return arrays of an npz file by their names; ValueError if it is another file."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return [file[name] for name in names]
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError,
            ValueError) as error:  # fmt: skip
        raise ValueError(
            f"{path} is broken, or has not the arrays {', '.join(names)}: get it again"
        ) from error


def read_jpeg(path, data, side):
    """Return a JPEG image as bytes (side, side, 3); whatever else is refused.

    Only the reader of JPEG is asked, and only after a look at the size.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            if image.size == (side, side):
                return np.asarray(image.convert("RGB"))
    except (OSError, Image.DecompressionBombError):
        pass
    raise ValueError(f"{path} has an image that is no JPEG of {side} x {side} pixels")


def read_member(archive, name):
    """Return the bytes of a file in a tar archive, by the name it must have.

    Nothing is unpacked to the disk, and no link is followed.
    """
    for member in archive:
        if member.name == name and member.isreg():
            return archive.extractfile(member).read()
    raise ValueError(f"{archive.name} has no file {name}: it is another archive")


def _from_archive(path):
    with tarfile.open(path) as archive:
        for names in ([f"data_batch_{i}" for i in range(1, 6)], ["test_batch"]):
            batches = [
                read_batch(read_member(archive, f"cifar-10-batches-py/{name}"))
                for name in names
            ]
            images = np.concatenate([batch[b"data"] for batch in batches])
            labels = np.concatenate([batch[b"labels"] for batch in batches])
            yield images.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), labels


class ArraysOnly(pickle.Unpickler):
    """Reads pickles of arrays, numbers and containers; whatever else is refused."""

    ALLOWED = frozenset({
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("_codecs", "encode"),
    })  # fmt: skip

    def find_class(self, module, name):
        """Return an allowed function; raise for any other."""
        if (module, name) not in self.ALLOWED:
            raise ValueError(
                f"the file wants {module}.{name}, which no array needs: not read"
            )
        module = module.replace("numpy.core", "numpy._core")  # its name today
        return super().find_class(module, name)


def read_batch(data):
    """Return what a pickle of arrays holds, strings as bytes, as CIFAR's files do."""
    return ArraysOnly(io.BytesIO(data), encoding="bytes").load()


def mnist(classes=None):
    """Return MNIST as arrays of bytes, all of it or some classes.

    Parameters
    ----------
    classes : sequence of int, optional
        Digits to keep, in 0..9; by default all ten.

    Returns
    -------
    X_train, X_test : ndarray of uint8, shape (n, 28, 28)
    y_train, y_test : ndarray of int64, shape (n,)
        In the order ``X_train, y_train, X_test, y_test``.

    Raises
    ------
    OSError
        If the files are nowhere and cannot be downloaded; the message says what to do.
    ValueError
        If they are not the published images, or `classes` are no digits.

    Notes
    -----
    An ``mnist.npz`` (``x_train, y_train, x_test, y_test``, as Keras has it) in the
    ``COMPANION_DATA`` folder is taken first, in whatever order its rows stand: the
    checksum is that of the set of images with their labels.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to
    document recognition.
    """
    keep = np.arange(10) if classes is None else np.asarray(classes)
    if keep.ndim != 1 or not np.isin(keep, np.arange(10)).all():
        raise ValueError(f"classes must be digits in 0..9, got {classes!r}")
    own = own_file("mnist.npz")
    if own:
        parts = [arrays_of(own, f"x_{part}", f"y_{part}") for part in MNIST_SHA256]
    else:
        arrays = [_from_idx(fetch(MNIST + n, md5)) for n, md5 in MNIST_MD5.items()]
        parts = [tuple(arrays[:2]), tuple(arrays[2:])]
    result = []
    for part, (images, labels) in zip(MNIST_SHA256, parts, strict=True):
        if unordered_checksum(images, labels) != MNIST_SHA256[part]:
            raise ValueError(
                f"{own or cache_folder()} has {len(images)} {part} images that are not "
                "the published ones of MNIST: remove the file and try again"
            )
        chosen = np.isin(labels, keep)
        result += [images[chosen], labels[chosen].astype(np.int64)]
    return tuple(result)


def _from_idx(path):
    """Return the array in a gzipped IDX file: 0, 0, type, rank, sizes, bytes."""
    data = gzip.decompress(path.read_bytes())
    shape = np.frombuffer(data, ">i4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def unordered_checksum(images, labels):
    """Return the SHA-256 of a set of labelled images, whatever their order."""
    rows = np.column_stack([images.reshape(len(images), -1), labels]).astype(np.uint8)
    digests = sorted(hashlib.sha256(row.tobytes()).digest() for row in rows)
    return hashlib.sha256(b"".join(digests)).hexdigest()
