"""Strategies beside the packages a reader would otherwise use.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.acquisition record
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.acquisition badges
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.acquisition centers
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.acquisition growth

None of the packages is needed by the book. Make an environment for them, with

    uv venv peers && uv pip install --python peers/bin/python \\
        scikit-activeml==1.0.1 modAL-python==0.4.2.1 numpy scipy

and, for BAIT, another with ``torch==2.13.0 bmdal-reg==3.0.2``, and run this file with
their Pythons. `record` asks the packages that it finds for their picks on small data
and writes tests/acquisition/peers.json; the tests compare. `badges` is BADGE (10
classes, 200 picks of 10,000 x 512; ours of 50,000 x 512 too) and `centers` is k-center
(50 picks of 10,000 x 512) beside scikit-activeml, with memory above the inputs;
`growth` is both against the size of the pool.
"""

import importlib.util
import json
import platform
import statistics
import sys
import time
import tracemalloc
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.timing import alternate
from reference.acquisition import badge, k_center

RESULTS = Path(__file__).parent / "results"
RECORD = Path(__file__).parents[1] / "tests/acquisition/peers.json"


def provenance(command, packages):
    """Return what a reader needs to run it again."""
    return {
        "command": f"OPENBLAS_NUM_THREADS=1 python -m benchmarks.acquisition {command}",
        "seeds": [0],
        "python": platform.python_version(),
        "versions": {p: version(p) for p in ("numpy", "scipy", *packages)},
    }


def small_data():
    """Return the data of the record, rounded so that JSON holds it exactly."""
    rng = np.random.default_rng(0)
    H = rng.standard_normal((30, 3)).round(3)
    p = np.round(1000 * rng.dirichlet(np.ones(3), 30))
    p[:, 2] = 1000 - p[:, 0] - p[:, 1]
    members = np.round(1000 * rng.dirichlet(np.ones(3), (4, 30)))
    members[:, :, 2] = 1000 - members[:, :, 0] - members[:, :, 1]
    return H, p / 1000, members / 1000


def given_probabilities(p):
    """Return a classifier of scikit-activeml's kind that always says p."""
    from skactiveml.base import SkactivemlClassifier
    from skactiveml.utils import MISSING_LABEL

    class Given(SkactivemlClassifier):
        def __init__(self, classes=None, missing_label=MISSING_LABEL):
            super().__init__(classes=classes, missing_label=missing_label)

        def fit(self, X, y, sample_weight=None):
            return self

        def predict_proba(self, X):
            return p

    return Given(classes=list(range(p.shape[1])))


def of_scikit_activeml(H, p, members):
    """Return its picks on the small data; the first two samples are labelled."""
    from skactiveml.pool import Badge, CoreSet, batch_bald, uncertainty_scores

    y = np.full(len(H), np.nan)
    y[:2] = 0, 1
    scores = {
        name: uncertainty_scores(p, method=method)
        for name, method in (
            ("margin", "margin_sampling"),
            ("least_confidence", "least_confident"),
            ("entropy", "entropy"),
        )
    }
    rows, tile = np.repeat([3, 8, 11], 4), np.full((12, 2), 0.5)
    unlabelled = np.full(12, np.nan)
    batches = [
        Badge(random_state=s).query(
            H[rows], unlabelled, given_probabilities(tile), fit_clf=False, batch_size=6
        )
        for s in range(20)
    ]
    # Gradients of lengths 2, 0 and 1: is the sample at the origin ever second?
    origin = np.array([[2.0, 0.0], [0.0, 0.0], [0.0, 1.0]]) * np.sqrt(2)
    seconds = [
        int(
            Badge(random_state=s).query(
                origin, np.full(3, np.nan), given_probabilities(tile[:3]),
                fit_clf=False, batch_size=2,
            )[1]
        )
        for s in range(200)
    ]  # fmt: skip
    return {
        "k_center": CoreSet(random_state=0).query(H, y, batch_size=10).tolist(),
        "order": {k: np.argsort(-v).tolist() for k, v in scores.items()},
        "bald": batch_bald(members.copy(), batch_size=1)[0].tolist(),
        "badge_rows": rows.tolist(),
        "badge_batches": np.array(batches).tolist(),
        "badge_seconds": [seconds.count(i) for i in range(3)],
    }


def of_modal(p):
    """Return modAL's picks, best first."""
    from modAL.uncertainty import (
        entropy_sampling,
        margin_sampling,
        uncertainty_sampling,
    )

    class Given:
        def predict_proba(self, X):
            return p

    X = np.zeros((len(p), 1))
    asks = {
        "margin": margin_sampling,
        "least_confidence": uncertainty_sampling,
        "entropy": entropy_sampling,
    }
    return {k: np.asarray(f(Given(), X, 8)[0]).tolist() for k, f in asks.items()}


def of_bmdal(H):
    """Return bmdal's picks by distance and by BAIT; rows 0 and 1 are labelled."""
    vars(np)["Inf"] = np.inf  # it was written for NumPy 1
    import torch
    from bmdal_reg.bmdal.algorithms import select_batch
    from bmdal_reg.bmdal.feature_data import TensorFeatureData

    def ask(method, budget, **options):
        parts = {"train": H[:2], "pool": H[2:]}
        picks, _ = select_batch(
            budget,
            [torch.nn.Identity()],
            {k: TensorFeatureData(torch.tensor(A)) for k, A in parts.items()},
            None,
            "linear",
            [],
            method,
            sel_with_train=True,
            allow_float64=True,
            **options,
        )
        return (picks.numpy() + 2).tolist()

    found = {"k_center": ask("maxdist", 10)}
    for name, factor in (("bait_forward", 1.0), ("bait", 2.0)):
        found[name] = ask("bait", 4, bait_sigma=0.5, overselection_factor=factor)
    return found


def record():
    """Ask every package that is installed here, and keep what others said before."""
    H, p, members = small_data()
    kept = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    kept |= {"H": H.tolist(), "p": p.tolist(), "members": members.tolist()}
    for module, package, ask in (
        ("skactiveml", "scikit-activeml", lambda: of_scikit_activeml(H, p, members)),
        ("modAL", "modAL-python", lambda: of_modal(p)),
        ("bmdal_reg", "bmdal-reg", lambda: of_bmdal(H)),
    ):
        if importlib.util.find_spec(module):
            kept[module] = {"version": version(package)} | ask()
    RECORD.write_text(json.dumps(kept) + "\n", "utf-8")
    print(sorted(kept))


def memory(function):
    """Return the most that a call holds above what was there, in megabytes."""
    tracemalloc.start()
    function()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def pool(n, d=512, C=10):
    rng = np.random.default_rng(0)
    return rng.standard_normal((n, d)), rng.dirichlet(np.ones(C), n)


def median_seconds(function, repeats):
    """Return the median time of a few calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def badges():
    """Time both sides of BADGE and check them.

    scikit-activeml's BADGE takes minutes: it is timed once, between runs of ours.
    """
    from skactiveml.pool import Badge

    found = {}
    H, p = pool(10_000)
    y = np.full(len(H), np.nan)

    def ours():
        found["badge"] = badge(H, 200, probabilities=p, rng=np.random.default_rng(0))

    def other(picks=200):
        found["peer"] = Badge(random_state=0).query(
            H, y, given_probabilities(p), fit_clf=False, batch_size=picks
        )

    before, theirs = median_seconds(ours, 3), median_seconds(other, 1)
    mine = statistics.median([before, median_seconds(ours, 3)])
    assert len(set(found["badge"].tolist())) == 200
    assert found["badge"][0] == found["peer"][0], "the longest gradient comes first"
    megabytes = {"ours": memory(ours), "other_5_picks": memory(lambda: other(5))}
    result = {
        "badge": {
            "n": 10_000, "d": 512, "classes": 10, "picks": 200, "ours": mine,
            "other": theirs, "ratio": theirs / mine, "megabytes": megabytes,
        }
    }  # fmt: skip
    big, q = pool(50_000)

    def large(big=big, q=q):
        badge(big, 200, probabilities=q, rng=np.random.default_rng(0))

    result["badge_50000"] = {
        "seconds": median_seconds(large, 5), "megabytes": memory(large),
        "inputs_megabytes": (big.nbytes + q.nbytes) / 1e6,
    }  # fmt: skip
    write("acquisition_badge.json", "badges", result)


def centers():
    """k-center with 10 and with 100 labelled samples; the picks must be the same."""
    from skactiveml.pool import CoreSet

    H, _ = pool(10_000)
    rows = []
    for labeled in (10, 100):
        y, found = np.full(len(H), np.nan), {}
        y[:labeled] = 0

        def ours(labeled=labeled, found=found):
            found["ours"] = labeled + k_center(
                H[labeled:], 50, labeled=H[:labeled], rng=np.random.default_rng(0)
            )

        def other(y=y, found=found):
            found["other"] = CoreSet(random_state=0).query(H, y, batch_size=50)

        times = alternate(ours, other, repeats=7)
        assert found["ours"].tolist() == np.asarray(found["other"]).tolist()
        megabytes = {"ours": memory(ours), "other": memory(other)}
        rows.append({"labeled": labeled, "megabytes": megabytes} | times)
    result = {"n": 10_000, "d": 512, "picks": 50, "identical": True, "rows": rows}
    write("acquisition_k_center.json", "centers", result)


def growth():
    """Time against the size of the pool, d = 128, and write its results."""
    from skactiveml.pool import Badge, CoreSet

    rows = []
    for n in (1_000, 2_000, 5_000, 10_000, 20_000):
        H, p = pool(n, d=128)
        y = np.full(n, np.nan)
        start = y.copy()
        start[:50] = 0

        def badges(H=H, p=p):
            badge(H, 50, probabilities=p, rng=np.random.default_rng(0))

        def their_badges(H=H, p=p, y=y):
            Badge(random_state=0).query(
                H, y, given_probabilities(p), fit_clf=False, batch_size=50
            )

        def centers(H=H):
            k_center(H[50:], 50, labeled=H[:50], rng=np.random.default_rng(0))

        def their_centers(H=H, start=start):
            CoreSet(random_state=0).query(H, start, batch_size=50)

        rows.append(
            {
                "n": n,
                "badge": alternate(badges, their_badges, repeats=3),
                "k_center": alternate(centers, their_centers, repeats=3),
                "megabytes": {"ours": memory(badges), "other": memory(their_badges)},
            }
        )
        print(rows[-1], flush=True)
    write("acquisition_growth.json", "growth", {"d": 128, "picks": 50, "rows": rows})


def write(name, command, result):
    whole = provenance(command, ["scikit-activeml", "scikit-learn"]) | result
    (RESULTS / name).write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    print(json.dumps(whole, indent=1))


if __name__ == "__main__":
    commands = {
        "record": record,
        "badges": badges,
        "centers": centers,
        "growth": growth,
    }
    commands[sys.argv[1]]()
