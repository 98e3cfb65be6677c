"""Parkinsons telemonitoring: voice measurements of 42 patients, for regression.

The loader looks in the folder that the environment variable ``COMPANION_DATA`` names,
then in the user's cache, then downloads from the official source, then says what to
do. What is checked is the table, by its shape and a checksum.
"""

import numpy as np

from companion_data.images import own_file
from companion_data.uci import Table, find, parse, verified

__all__ = ["FEATURES", "parkinsons", "split_subjects"]

TABLE = Table(
    ("parkinsons_updrs.data",),
    "parkinsons/telemonitoring/",
    (5875, 22),
    "a450a51ec8003661d95494ab9db2693039714ac9de825f98fe1c9d1246ba021b",
)
SUBJECT, MOTOR, TOTAL = 0, 4, 5  # columns that are no features
FEATURES = (
    "age", "sex", "test_time", "Jitter(%)", "Jitter(Abs)", "Jitter:RAP", "Jitter:PPQ5",
    "Jitter:DDP", "Shimmer", "Shimmer(dB)", "Shimmer:APQ3", "Shimmer:APQ5",
    "Shimmer:APQ11", "Shimmer:DDA", "NHR", "HNR", "RPDE", "DFA", "PPE",
)  # fmt: skip


def parkinsons():
    """Return the recordings, the total UPDRS score, and whose recording it is.

    Returns
    -------
    X : ndarray, shape (5875, 19)
        The columns `FEATURES`, as they stand in the file.
    y : ndarray, shape (5875,)
        total_UPDRS, between 7 and 55.
    subjects : ndarray of int64, shape (5875,)
        The patient, 1 to 42. Split by patient (:func:`split_subjects`): recordings
        of one patient are nearly copies of each other, with nearly the same score.

    Raises
    ------
    FileNotFoundError
        If the file is nowhere and cannot be downloaded; the message says what to do.
    ValueError
        If the table in it is not the published one.

    Notes
    -----
    motor_UPDRS is part of the total, and the number of the patient gives it away:
    neither is a feature. A ``parkinsons_updrs.csv`` in the folder is taken as well.

    References
    ----------
    Tsanas, Little, McSharry and Ramig (2009), Accurate telemonitoring of Parkinson's
    disease progression by non-invasive speech tests.
    """
    file = TABLE.files[0]
    path = own_file("parkinsons_updrs.csv") or find(file, TABLE.folder)
    numbers = verified(parse(path.read_text("utf-8"), TABLE, path), TABLE, "parkinsons")
    X = np.delete(numbers, [SUBJECT, MOTOR, TOTAL], axis=1)
    return X, numbers[:, TOTAL], numbers[:, SUBJECT].astype(np.int64)


def split_subjects(subjects, share, *, rng):
    """Return rows for training and for testing, no subject in both.

    Parameters
    ----------
    subjects : array_like of int, shape (n,)
    share : float
        Share of the subjects to test on, in (0, 1); at least one stays on each side.
    rng : numpy.random.Generator

    Returns
    -------
    train, test : ndarray of int64
        Row numbers, increasing.

    Examples
    --------
    >>> import numpy as np
    >>> from companion_data.parkinsons import split_subjects
    >>> who = [1, 1, 2, 2, 3, 3]
    >>> train, test = split_subjects(who, 1 / 3, rng=np.random.default_rng(0))
    >>> train.tolist(), test.tolist()
    ([0, 1, 2, 3], [4, 5])
    """
    subjects = np.asarray(subjects)
    everyone = np.unique(subjects)
    if not 0 < share < 1 or len(everyone) < 2:
        raise ValueError(
            "share must lie between 0 and 1 and there must be two subjects, got "
            f"{share} and {len(everyone)}"
        )
    tests = min(max(round(share * len(everyone)), 1), len(everyone) - 1)
    tested = np.isin(subjects, rng.choice(everyone, tests, replace=False))
    return np.flatnonzero(~tested), np.flatnonzero(tested)
