"""Film reviews by the paper's protocol, with every label counted.

    COMPANION_DATA=... python -m experiments.imdb --seeds 20

A pool of 50 reviews drawn by the seed, all of which are bought in the end, 500 sampled
gates, no label to start with. Two things are not the paper's: the embeddings (the first
10 principal components of 384 numbers, in place of 200 numbers of a language model) and
the test rows (2,000 published ones, in place of 20). `active_real` has a pool of 1,000.
"""

import argparse

from companion_data.texts import embedding_checksum, text_task
from experiments.curves import collect, finish, report

LABELS = [5, 10, 15, 20, 30, 50]
BASE = {"data": "imdb", "labels": LABELS, "pool": 50, "components": 10}
LOOP = BASE | {"gates": 500, "reg": 0.1}


def main():
    """Run what is missing, print the table, save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    seeds, queries = range(options.seeds), ("min_margin", "random")
    rows = {q: LOOP | {"strategy": q} for q in queries}
    rows |= {f"linear, {q}": BASE | {"strategy": q, "linear": True} for q in queries}
    found = collect(rows, seeds, "imdb", "run", options.jobs)
    extra = [
        (("min_margin", "centre"), ("linear, min_margin", "centre")),
        (("random", "centre"), ("linear, random", "centre")),
        (("random", "final"), ("random", "centre")),
    ]
    results = report(
        "imdb, 50 reviews", found, LABELS, rows, extra,
        checksum=embedding_checksum(*text_task("imdb")[:2]),
    )  # fmt: skip
    finish("imdb", results, seeds)


if __name__ == "__main__":
    main()
