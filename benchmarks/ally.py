"""A whole round of ALLY beside its public code, on the same data and processor.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python -m benchmarks.ally FOLDER

FOLDER holds `ally.py`, `strategy.py`, `lambdautils.py` of github.com/juanelenter/ALLY
(MIT), the version whose `ally.py` has a `train` of its own; nothing of it is here. That
code is written for a GPU and for images, its perceptron reads options that nobody
defines, and one file lacks an import. So that it runs, `cuda()` does nothing here, the
missing name is there, and it gets a perceptron (two layers of 256 units) and a loader
that hands out rows. MNIST: a pool of 5,000, 200 of them labelled, 200 to ask for,
ε = 0.2, k-means in both. The public code stops at 99 % training accuracy or by
validation labels, which it takes from the pool and does not count; ours trains 30
rounds, and once more as many as the public code did. Seconds of the processor, in
turns; single precision there, double here. PyTorch: requirements-torch.txt.
"""

import argparse
import builtins
import contextlib
import io
import json
import platform
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from experiments.ally_learning import data_of
from reference.acquisition import Mlp
from reference.ally import ally

RESULTS = Path(__file__).parent / "results"
SEEDS, REPEATS, ROUNDS = [0, 1, 2], 3, 30
START, BUDGET, BOUND, STEP, BATCH = 200, 200, 0.2, 1e-3, 64


def public_round(folder):
    """Return a function (X, y, labeled, seed) -> (picks, notes) of the public code."""
    import torch
    from torch import nn
    from torch.utils.data import Dataset

    torch.set_num_threads(1)
    torch.Tensor.cuda = nn.Module.cuda = lambda self: self
    builtins.Dataset = Dataset  # `lambdautils` does not import it
    sys.path.insert(0, str(folder))
    from ally import ALLYSampling

    class Perceptron(nn.Module):
        def __init__(self):
            super().__init__()
            hidden = [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU()]
            self.hidden, self.last = nn.Sequential(*hidden), nn.Linear(256, 10)

        def forward(self, x):
            embedding = self.hidden(x)
            return self.last(embedding), embedding

        def get_embedding_dim(self):
            return 256

    class Rows(Dataset):
        def __init__(self, X, Y, transform=None):
            self.X, self.Y = X, Y

        def __getitem__(self, i):
            return self.X[i], self.Y[i], i

        def __len__(self):
            return len(self.X)

    def one_round(X, y, labeled, seed):
        np.random.seed(seed)  # noqa: NPY002 (it draws from the global generator)
        torch.manual_seed(seed)
        settings = {
            "nPat": 2, "seed": seed, "nClasses": 10, "lr": STEP, "transform": None,
            "transformTest": None, "loader_tr_args": {"batch_size": BATCH},
            "loader_te_args": {"batch_size": 1000},
        }  # fmt: skip
        with contextlib.redirect_stdout(io.StringIO()) as said:
            method = ALLYSampling(
                X.astype(np.float32), torch.from_numpy(y.astype(np.int64)), labeled,
                Perceptron(), Rows, settings, epsilon=BOUND, cluster="kmeans",
            )  # fmt: skip
            method.train()
            picks = method.query(BUDGET)
        return picks, {
            "rounds": said.getvalue().count("training accuracy"),
            "picks": len(picks),
            "never_scored": int((~labeled).sum()) % 64,  # its last batch is dropped
            "uncounted_labels": len(method.idxs_val),
            "alike": round(float((method.lambdas_pred == 0.0).float().mean()), 4),
        }

    return one_round


def our_round(X, y, labeled, seed, rounds):
    """Return our picks."""
    sizes, rng = (784, 256, 256, 10), np.random.default_rng(seed)
    model = Mlp(sizes, rng=rng, batch_size=BATCH, step_size=STEP)
    return ally(
        model, X[labeled], y[labeled], X[~labeled], BUDGET, epsilon=BOUND,
        rounds=rounds, rng=rng,
    )  # fmt: skip


def compare(public, seed):
    """Return the median seconds of both, their ratios and what the public code did."""
    X, y, *_ = data_of({"data": "mnist"}, np.random.default_rng([seed, 1]))
    chosen = np.random.default_rng([seed, 3]).choice(len(X), START, replace=False)
    data = X, y, np.isin(np.arange(len(X)), chosen), seed
    notes = public(*data)[1]
    ways = {
        "public": lambda: public(*data),
        "ours": lambda: our_round(*data, ROUNDS),
        "ours, as many rounds": lambda: our_round(*data, notes["rounds"]),
    }
    seconds = {name: [] for name in ways}
    for _ in range(REPEATS):
        for name, way in ways.items():
            began = time.process_time()
            way()
            seconds[name].append(time.process_time() - began)
    middle = {name: round(statistics.median(s), 3) for name, s in seconds.items()}
    return notes | {
        "seconds": middle,
        "ratio": middle["public"] / middle["ours"],
        "ratio_as_many_rounds": middle["public"] / middle["ours, as many rounds"],
    }


def main():
    """Time a round with three seeds and save the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    public = public_round(parser.parse_args().folder)
    rows = [compare(public, seed) for seed in SEEDS]
    record = {
        "command": "OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python -m "
        "benchmarks.ally FOLDER",
        "seeds": SEEDS,
        "python": platform.python_version(),
        "versions": {
            p: version(p) for p in ("numpy", "scipy", "scikit-learn", "torch")
        },
        "results": {"rounds": ROUNDS, "repeats": REPEATS, "rows": rows},
    }
    (RESULTS / "ally.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
