"""Five small tables of the UCI repository, for the tuning experiment of chapter 9.

No chapter needs a download: experiments do. A loader looks in the folder that the
environment variable ``COMPANION_DATA`` names (and in its subfolder ``uci``), then in
the user's cache, then downloads from the official source where there still is one,
then says what to do. Files circulate with and without a line of headings and with other
spacing; what is checked is the table that comes out, by its shape and a checksum.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from companion_data.images import _download, cache_folder, own_file

__all__ = ["NAMES", "uci"]

OFFICIAL = "https://archive.ics.uci.edu/ml/machine-learning-databases/"


@dataclass(frozen=True)
class Table:
    """Where a table is, how it is read, and what it must be."""

    files: tuple  # one or more, one below the other
    folder: str | None  # at the official source; None: withdrawn there
    shape: tuple  # of the parsed numbers
    sha256: str  # of the parsed numbers, see `checksum`
    label: int = -1  # column of the class
    words: int | None = None  # how many of a line are numbers; None: all
    missing: str | None = None  # how a missing value is written
    positive: float = 0.5  # classes above it are +1


TABLES = {
    "fertility": Table(
        ("fertility_Diagnosis.txt",),
        "00244/",
        (100, 10),
        "d15fe097911007975f6e522c79e04cae4331a1bcec81a2c52090c8bbbf90acad",
    ),
    "heart-hungarian": Table(
        ("reprocessed.hungarian.data",),
        "heart-disease/",
        (294, 14),
        "999922177f7d12be2d666437a0ab09f6755171a740fb91d4005567a6f5bc82a7",
        missing="-9",
    ),
    "mammographic": Table(
        ("mammographic_masses.data",),
        "mammographic-masses/",
        (961, 6),
        "667071a23d72bf893f92a02180fed4208a95939d990fd411a8df770dd107cede",
        missing="?",
    ),
    "monks-1": Table(
        ("monks-1.train", "monks-1.test"),
        "monks-problems/",
        (556, 7),
        "806e7fcc40445f6dc16012f4cb431c511978779fe5a3ec0c51c659c75a743d40",
        label=0,
        words=7,
    ),
    "pima": Table(
        ("pima-indians-diabetes.csv",),
        None,
        (768, 9),
        "22370a6dc550c1e6bd0caef869a699c341f707d5a066ae4b08a79ee933ddc40b",
    ),
}
NAMES = tuple(TABLES)
WORDS = {"N": 0.0, "O": 1.0}  # fertility: normal, altered


def uci(name):
    """Return one of five tables of two classes.

    Parameters
    ----------
    name : {"fertility", "heart-hungarian", "mammographic", "monks-1", "pima"}

    Returns
    -------
    X : ndarray, shape (n, d)
        Features as they stand in the file; NaN where a value is missing (written -9 in
        heart-hungarian and ? in mammographic). Fill them from training rows only.
    y : ndarray, shape (n,)
        +1 for an altered diagnosis, any heart disease (1 to 4), a malignant mass,
        class 1, diabetes; else -1.

    Raises
    ------
    FileNotFoundError
        If a file is nowhere and cannot be downloaded; the message says what to do.
    ValueError
        If the table in it is not the published one.

    Notes
    -----
    monks-1 is its training file (124 rows) and below it its test file (432 rows). In
    pima zeros in columns 1 to 5 stand for values that were not measured; they are left.

    References
    ----------
    Dua and Graff (2017), UCI machine learning repository.
    """
    if name not in TABLES:
        raise ValueError(f"name must be one of {', '.join(NAMES)}, got {name!r}")
    table = TABLES[name]
    rows = []
    for file in table.files:
        path = find(file, table.folder)
        rows += parse(path.read_text("utf-8"), table, path)
    numbers = verified(rows, table, name)
    label = numbers[:, table.label]
    X = np.delete(numbers, table.label, axis=1)
    return X, np.where(label > table.positive, 1.0, -1.0)


def verified(rows, table, name):
    """Return the rows as an array, if they are the published table."""
    numbers = np.array(rows)
    if numbers.shape != table.shape or checksum(numbers) != table.sha256:
        raise ValueError(
            f"{', '.join(table.files)} of {name} gave a table of shape "
            f"{numbers.shape} and checksum {checksum(numbers)[:12]}, expected "
            f"{table.shape} and {table.sha256[:12]}: it is not the published table"
        )
    return numbers


def find(file, folder):
    """Return the path of a file: own folder, cache, or a download into the cache."""
    path = own_file(f"uci/{file}") or own_file(file)
    if path:
        return path
    path = cache_folder() / file
    if path.exists():
        return path
    advice = (
        f"put {file} into a folder and set the environment variable COMPANION_DATA "
        "to that folder"
    )
    if folder is None:
        raise FileNotFoundError(f"{file} has no official source any more: {advice}")
    part = path.with_suffix(path.suffix + ".part")
    try:
        _download(OFFICIAL + folder + file, part)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FileNotFoundError(
            f"{OFFICIAL + folder + file} cannot be downloaded ({error}): {advice}"
        ) from error
    part.replace(path)
    return path


def parse(text, table, path):
    """Return the numbers of each line; a first line without numbers is a heading."""
    rows = []
    for k, line in enumerate(text.splitlines()):
        words = line.replace(",", " ").split()[: table.words]
        if not words:
            continue
        try:
            rows.append([_number(word, table.missing) for word in words])
        except ValueError as error:
            if k > 0:
                raise ValueError(f"{path}, line {k + 1}: {error}") from error
    lengths = {len(row) for row in rows}
    if len(lengths) > 1:
        raise ValueError(f"{path} has lines of {sorted(lengths)} entries")
    return rows


def _number(word, missing):
    return np.nan if word == missing else WORDS[word] if word in WORDS else float(word)


def checksum(numbers):
    """Return the SHA-256 of a table of numbers, rounded to nine digits."""
    text = "\n".join(" ".join(f"{v:.9g}" for v in row) for row in numbers + 0.0)
    return hashlib.sha256(text.encode()).hexdigest()
