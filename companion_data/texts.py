"""Four text tasks as sentence embeddings of 384 dimensions.

No chapter needs these: experiments do. A loader looks for ``NAME_minilm.npz`` and for
``text_minilm.npz`` (three tasks in one file) in the folder that the environment
variable ``COMPANION_DATA`` names, then in the user's cache. If they are not there, it
makes them from the original texts in one of these two places and keeps them in the
cache; that takes sentence-transformers (`pip install ".[embeddings]"`) and minutes.
Otherwise an error says which file to get, and where it is published.

Embeddings made on two machines agree to rounding only, and which reviews are drawn is
ours: a result states `embedding_checksum` of what it used.
"""

import hashlib
import tarfile
import zipfile

import numpy as np

from companion_data.images import cache_folder, own_file

__all__ = ["TASKS", "embedding_checksum", "text_task"]

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
QUESTIONS = ("ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM")  # classes 0 to 5 of trec
SIZES = {
    "imdb": (4000, 2000),
    "sms": (4459, 1115),
    "subj": (8000, 2000),
    "trec": (5452, 500),
}
TASKS = tuple(SIZES)
ORIGINALS = {  # what the texts are called, and where they are published
    "imdb": (("aclImdb_v1.tar.gz",), "https://ai.stanford.edu/~amaas/data/sentiment/"),
    "sms": (("sms+spam+collection.zip",), "https://archive.ics.uci.edu/dataset/228"),
    "subj": (
        ("rotten_imdb.tar.gz",),
        "https://www.cs.cornell.edu/people/pabo/movie-review-data/",
    ),
    "trec": (
        ("train_5500.label", "TREC_10.label"),
        "https://cogcomp.seas.upenn.edu/Data/QA/QC/",
    ),
}


def text_task(name):
    """Return sentence embeddings and labels of a text task, for training and testing.

    Parameters
    ----------
    name : {"imdb", "sms", "subj", "trec"}
        Positive film reviews; spam among text messages (13 %); subjective sentences;
        six kinds of questions.

    Returns
    -------
    X_train, X_test : ndarray, shape (n, 384)
        Unit vectors.
    y_train, y_test : ndarray, shape (n,)
        ±1, or for trec 0 to 5 as int64. In the order
        ``X_train, y_train, X_test, y_test``.

    Raises
    ------
    FileNotFoundError
        If there are neither embeddings nor texts; the message says what to do.
    ValueError
        If a file does not hold the task's embeddings.

    Notes
    -----
    imdb is 4,000 and 2,000 reviews of the 25,000 and 25,000 there are, balanced; trec
    has its published split; of sms and subj, shuffled, the last fifth is for testing.

    References
    ----------
    Maas et al. (2011); Almeida, Gómez Hidalgo and Yamakami (2011); Pang and Lee (2004);
    Li and Roth (2002); Reimers and Gurevych (2019) for the embeddings.
    """
    if name not in TASKS:
        raise ValueError(f"name must be one of {', '.join(TASKS)}, got {name!r}")
    for file in (f"{name}_minilm.npz", "text_minilm.npz"):
        path = _place(file)
        if path:
            with np.load(path, allow_pickle=False) as arrays:
                return _verified(name, _parts(name, arrays), path)
    parts = _embedded(name)
    target = cache_folder() / f"{name}_minilm.npz"
    part = target.with_suffix(".part.npz")
    names = ("x_train", "y_train", "x_test", "y_test")
    np.savez(part, **dict(zip(names, parts, strict=True)))
    part.replace(target)
    return _verified(name, parts, target)


def embedding_checksum(X, y):
    """Return 16 digits of the SHA-256 of embeddings, rounded to half precision."""
    digest = hashlib.sha256(np.asarray(X, np.float16).tobytes())
    digest.update(np.asarray(y, np.int8).tobytes())
    return digest.hexdigest()[:16]


def _place(file):
    own, kept = own_file(file), cache_folder() / file
    return own or (kept if kept.exists() else None)


def _parts(name, arrays):
    """Return the four arrays from a file of one task, or of three."""
    names = [f"{a}_{part}" for part in ("train", "test") for a in "xy"]
    if f"x_{name}" in arrays:  # no published split
        X, y, first = arrays[f"x_{name}"], arrays[f"y_{name}"], SIZES[name][0]
        return X[:first], y[:first], X[first:], y[first:]
    if f"x_{name}_train" in arrays:
        names = [key.replace("_", f"_{name}_") for key in names]
    missing = [key for key in names if key not in arrays]
    if missing:
        raise ValueError(f"the file of {name} has no array {missing[0]}")
    return tuple(arrays[key] for key in names)


def _verified(name, parts, path):
    """Return the arrays in float64 (trec: integer labels), if they fit the task."""
    classes = range(len(QUESTIONS)) if name == "trec" else (-1, 1)
    result = []
    for size, X, y in zip(SIZES[name], parts[::2], parts[1::2], strict=True):
        X, y = np.asarray(X, float), np.asarray(y)
        if X.shape != (size, 384) or y.shape != (size,):
            raise ValueError(
                f"{path} has {X.shape} and {y.shape} for {name}, expected "
                f"{(size, 384)} and {(size,)}"
            )
        if not (np.abs(np.linalg.norm(X, axis=1) - 1) < 1e-2).all():
            raise ValueError(f"{path}: embeddings of {name} must be unit vectors")
        if not np.isin(y, classes).all():
            raise ValueError(f"{path}: labels of {name} must be in {list(classes)}")
        result += [X, y.astype(np.int64 if name == "trec" else np.float64)]
    return tuple(result)


def _embedded(name):
    """Return the four arrays from the original texts."""
    files, address = ORIGINALS[name]
    paths = [_place(file) for file in files]
    if None in paths:
        raise FileNotFoundError(
            f"neither {name}_minilm.npz nor text_minilm.npz nor the texts "
            f"{' and '.join(files)} are there: get one of them (the texts are "
            f"published at {address}), put it into a folder and set the environment "
            "variable COMPANION_DATA to that folder"
        )
    rng = np.random.default_rng(0)
    labelled = READERS[name](paths, rng)
    parts = []
    for rows in labelled:
        parts += [_encode([text for text, _ in rows]), np.array([y for _, y in rows])]
    return tuple(parts)


def _encode(texts):
    """Return the model's embeddings in half precision, with a progress bar."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ImportError(
            'embeddings need sentence-transformers: pip install ".[embeddings]"'
        ) from error
    model = SentenceTransformer(MODEL)
    vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=True)
    return np.asarray(vectors, np.float16)


def _read_imdb(paths, rng):
    rows = {(part, kind): [] for part in ("train", "test") for kind in ("pos", "neg")}
    with tarfile.open(paths[0]) as archive:
        for member in archive:
            place = tuple(member.name.split("/")[1:3])
            if member.isfile() and place in rows and member.name.endswith(".txt"):
                rows[place].append((member.name, archive.extractfile(member).read()))
    for part, size in zip(("train", "test"), SIZES["imdb"], strict=True):
        chosen = []
        for kind, label in (("pos", 1), ("neg", -1)):
            texts = [text.decode("utf-8") for _, text in sorted(rows[part, kind])]
            for i in rng.permutation(len(texts))[: size // 2]:
                chosen.append((texts[i], label))
        yield [chosen[i] for i in rng.permutation(len(chosen))]


def _read_sms(paths, rng):
    with zipfile.ZipFile(paths[0]) as archive:
        lines = archive.read("SMSSpamCollection").decode("utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if line]
    rows = [(text, 1 if kind == "spam" else -1) for kind, text in pairs]
    return _halves("sms", rows, rng)


def _read_subj(paths, rng):
    rows = []
    with tarfile.open(paths[0]) as archive:
        for member in archive:
            kind = member.name.split("/")[-1].split(".")[0]
            label = {"quote": 1, "plot": -1}.get(kind)
            if label:
                text = archive.extractfile(member).read().decode("latin-1")
                rows += [(line.strip(), label) for line in text.splitlines() if line]
    return _halves("subj", sorted(rows), rng)


def _read_trec(paths, rng):
    for path in paths:
        lines = path.read_text("latin-1").splitlines()
        rows = [line.split(" ", 1) for line in lines if line]
        rows = [(text, QUESTIONS.index(kind.split(":")[0])) for kind, text in rows]
        yield [rows[i] for i in rng.permutation(len(rows))]


def _halves(name, rows, rng):
    rows = [rows[i] for i in rng.permutation(len(rows))]
    return rows[: SIZES[name][0]], rows[SIZES[name][0] :]


READERS = {
    "imdb": _read_imdb,
    "sms": _read_sms,
    "subj": _read_subj,
    "trec": _read_trec,
}
