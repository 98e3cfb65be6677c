"""Cutting planes on texts and tables, beside the strategies of chapter 11.

    COMPANION_DATA=... python -m experiments.active_real --seeds 5
    python -m experiments.active_real --data wine --seeds 2      # a trial

Texts are sentence embeddings (`companion_data.texts`), a pool of 1,000 drawn by the
seed and the published test rows; tables come with scikit-learn, a third for testing.
Features are principal components of the pool, 20 of texts and at most 30 of tables, in
one unit, and a bias. Ten random labels to start with, the same for all strategies of a
seed. 50 Gaussian gates; λ = 0.1 for half a mean of squares in the final solve and C = 1
in logistic regression: neither was tuned. The linear cutting-plane rule is frozen where
the labels contradict each other.
"""

import argparse

from companion_data.texts import embedding_checksum, text_task
from experiments.active import TABLES
from experiments.curves import collect, finish, report

TEXTS = ("imdb", "subj", "sms")
DATA = (*TEXTS, *TABLES, "trec")
SAVED = ["imdb", "subj", "sms", "breast cancer", "wine", "digits 3/8", "trec"]
MLP = {"hidden": [64], "dropout": 0.0, "reg": 0.0, "step_size": 1e-2, "max_iter": 100}
STRATEGIES = (
    "random", "margin", "gradient length", "k-center", "badge", "bait", "albl",
    "discriminative",
)  # fmt: skip
ALIKE = ("least confidence", "entropy")  # for two classes these buy what margin buys


def rows_of(name):
    """Return the labels, and the tasks of the loop and of the baselines."""
    text = name in TEXTS or name == "trec"
    labels = [10, 20, 40, 60, 100] if text else [10, 20, 30, 40, 60]
    base = {"data": name, "labels": labels, "initial": 10, "pool": 1000,
            "components": 20 if text else 30}  # fmt: skip
    loop = base | {"gates": 50, "reg": 0.1}
    queries = ["min_margin", "random"] + ([] if text else ["extremes"])
    rows = {q: loop | {"strategy": q} for q in queries}
    for q in ("min_margin", "random"):
        rows[f"linear, {q}"] = base | {"strategy": q, "linear": True}
    base |= {"batch": 10, "classes": 6 if name == "trec" else 2}
    fair = base | {"model": "logistic"}
    strategies = STRATEGIES + (ALIKE if name == "trec" else ())
    rivals = {f"logistic, {s}": fair | {"strategy": s} for s in strategies}
    fair = base | {"model": "mlp"} | MLP
    rivals |= {f"network, {s}": fair | {"strategy": s} for s in ("random", "margin")}
    dropout = fair | {"dropout": 0.5, "strategy": "bald"}
    rivals |= {"network, bald (dropout)": dropout}
    return labels, {} if name == "trec" else rows, rivals


def main():
    """Run what is missing, print the tables, save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--data", nargs="+", choices=DATA, default=SAVED)
    options = parser.parse_args()
    seeds, results = range(options.seeds), {}
    for name in options.data:
        labels, rows, rivals = rows_of(name)
        found = collect(rows, seeds, "active_real", "run", options.jobs)
        found |= collect(rivals, seeds, "active_real", "baseline", options.jobs)
        extra = [] if name == "trec" else [
            (("min_margin", "centre"), ("logistic, margin", "test")),
            (("random", "centre"), ("logistic, random", "test")),
            (("random", "final"), ("random", "centre")),
        ]  # fmt: skip
        more = {}
        if name not in TABLES:
            more["checksum"] = embedding_checksum(*text_task(name)[:2])
        settings = {row: task for row, task in (rows | rivals).items()}
        results[name] = report(name, found, labels, settings, extra, **more)
    if options.data == SAVED:
        finish("active_real", results, seeds)


if __name__ == "__main__":
    main()
