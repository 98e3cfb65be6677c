"""The loader of text tasks, on made-up embeddings and texts; nothing is downloaded."""

import io
import sys
import tarfile
import types
import zipfile

import numpy as np
import pytest

from companion_data import texts


def unit(rng, n):
    X = rng.standard_normal((n, 384))
    return (X / np.linalg.norm(X, axis=1)[:, None]).astype(np.float16)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache, an own folder, small tasks, and a model that counts letters."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("COMPANION_DATA", str(own))
    small = {"imdb": (4, 2), "sms": (4, 2), "subj": (6, 2), "trec": (6, 2)}
    monkeypatch.setattr(texts, "SIZES", small)

    class Model:
        def __init__(self, name):
            assert name == texts.MODEL

        def encode(self, rows, **options):
            # a coordinate of its own for each text, from the number in it
            numbers = [int("".join(c for c in row if c.isdigit())) for row in rows]
            return np.eye(384)[numbers]

    module = types.SimpleNamespace(SentenceTransformer=Model)
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    return own


def pack(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))


def test_embeddings_of_three_tasks_in_one_file(folder):
    rng = np.random.default_rng(0)
    X, sign = unit(rng, 8), np.repeat([1, -1], 4).astype(np.int8)
    np.savez(
        folder / "text_minilm.npz", x_subj=X, y_subj=sign, x_sms=X[:6], y_sms=sign[:6],
        x_trec_train=X[:6], y_trec_train=np.arange(6), x_trec_test=X[6:],
        y_trec_test=np.array([5, 0]),
    )  # fmt: skip
    for name in ("subj", "sms", "trec"):
        parts = texts.text_task(name)
        train, test = texts.SIZES[name]
        assert [a.shape for a in parts] == [
            (train, 384),
            (train,),
            (test, 384),
            (test,),
        ]
        assert parts[0].dtype == np.float64
    assert parts[1].tolist() == list(range(6))
    assert parts[1].dtype == np.int64
    np.testing.assert_array_equal(texts.text_task("subj")[2], X[6:].astype(float))


@pytest.mark.parametrize(
    "change, message",
    [
        ({"x_train": np.ones((3, 384))}, "expected"),
        ({"x_train": np.ones((4, 384))}, "unit"),
        ({"y_train": np.array([1, -1, 0, 1])}, "labels"),
        ({"y_test": None}, "y_test"),
    ],
)
def test_other_embeddings_are_refused(folder, change, message):
    rng = np.random.default_rng(1)
    arrays = {
        "x_train": unit(rng, 4), "y_train": np.array([1, -1, 1, -1]),
        "x_test": unit(rng, 2), "y_test": np.array([1, -1]),
    } | change  # fmt: skip
    arrays = {key: a for key, a in arrays.items() if a is not None}
    np.savez(folder / "imdb_minilm.npz", **arrays)
    with pytest.raises(ValueError, match=message):
        texts.text_task("imdb")


def labels_by_number(parts):
    """Return {number in the text: label} of training and of testing."""
    return [
        dict(zip(X.argmax(axis=1).tolist(), y.tolist(), strict=True))
        for X, y in (parts[:2], parts[2:])
    ]


def test_imdb_from_its_archive(folder):
    files, label = {}, {}
    for part, first in (("train", 0), ("test", 100)):
        for kind, sign in (("pos", 1.0), ("neg", -1.0), ("unsup", 0.0)):
            for i in range(3):
                number = first + 10 * int(sign + 1) + i
                files[f"aclImdb/{part}/{kind}/{i}_7.txt"] = f"film {number}"
                label[number] = sign
    pack(folder / "aclImdb_v1.tar.gz", files)
    train, test = labels_by_number(texts.text_task("imdb"))
    assert sorted(train.values()) == [-1, -1, 1, 1]
    assert sorted(test.values()) == [-1, 1]
    assert max(train) < 100 <= min(test)
    assert all(label[number] == y for number, y in (train | test).items())
    (folder / "aclImdb_v1.tar.gz").unlink()  # the second time they come from the cache
    assert labels_by_number(texts.text_task("imdb")) == [train, test]
    assert [p.name for p in texts.cache_folder().iterdir()] == ["imdb_minilm.npz"]


def test_sms_subj_and_trec_from_their_files(folder):
    with zipfile.ZipFile(folder / "sms+spam+collection.zip", "w") as archive:
        lines = [f"{'spam' if i % 3 == 0 else 'ham'}\tcall {i}" for i in range(6)]
        archive.writestr("SMSSpamCollection", "\n".join(lines) + "\n")
    sentences = {
        f"{kind}.tok.gt9.5000": "".join(f"line {first + i} \n" for i in range(4))
        for kind, first in (("quote", 0), ("plot", 10))
    }
    pack(folder / "rotten_imdb.tar.gz", sentences | {"README.1.0": "no text 99"})
    for file, numbers in (("train_5500", range(6)), ("TREC_10", (7, 8))):
        lines = [f"{texts.QUESTIONS[i % 6]}:x What is {i} ?" for i in numbers]
        (folder / f"{file}.label").write_text("\n".join(lines), "latin-1")
    train, test = labels_by_number(texts.text_task("sms"))
    assert train | test == {i: 1.0 if i % 3 == 0 else -1.0 for i in range(6)}
    train, test = labels_by_number(texts.text_task("subj"))
    want = {i: 1.0 for i in range(4)} | {10 + i: -1.0 for i in range(4)}
    assert train | test == want
    train, test = labels_by_number(texts.text_task("trec"))
    assert (train, test) == ({i: i for i in range(6)}, {7: 1, 8: 2})


def test_nowhere_is_an_error_that_says_what_to_do(folder, monkeypatch):
    with pytest.raises(FileNotFoundError, match=r"aclImdb.*https.*COMPANION_DATA"):
        texts.text_task("imdb")
    (folder / "aclImdb_v1.tar.gz").touch()
    pack(folder / "aclImdb_v1.tar.gz", {"aclImdb/train/pos/1_7.txt": "film 1"})
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ImportError, match="pip install"):
        texts.text_task("imdb")
    assert not list(texts.cache_folder().iterdir())


def test_unknown_names_and_checksums():
    with pytest.raises(ValueError, match="imdb"):
        texts.text_task("reuters")
    X, y = np.eye(384)[:3], np.array([1.0, -1, 1])
    first = texts.embedding_checksum(X, y)
    assert first == texts.embedding_checksum(X.astype(np.float16), y.astype(np.int8))
    assert first != texts.embedding_checksum(X, -y)
