"""Deep baselines tuned fairly: does the spiral look different then?

    OPENBLAS_NUM_THREADS=1 python -m experiments.tuned_networks --seeds 5

The networks of `experiments.spiral` with their settings chosen anew at each number of
labels, by cross-validation in three folds on the labels bought, and on nothing else:
one hidden layer of 64 or 256, or two of 64, each with and without weight decay. Beside
them the same seeds of that experiment: networks as they were, and chapter 6's program
on random labels, which was not tuned.
"""

import argparse

from experiments.curves import FIELDS, collect, finish, report
from experiments.provenance import load
from experiments.spiral import LABELS, MLP, NET

GRID = [
    {"hidden": hidden, "reg": reg}
    for hidden in ([64], [256], [64, 64])
    for reg in (0.0, 1e-3)
]
STRATEGIES = ("random", "entropy", "k-center")


def main():
    """Run what is missing, print the table, save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    seeds = range(options.seeds)
    task = NET | MLP | {"model": "tuned", "grid": GRID}
    rows = {f"tuned, {s}": task | {"strategy": s} for s in STRATEGIES}
    found = collect(rows, seeds, "tuned_networks", "baseline", options.jobs)
    spent = sum(sum(row["seconds"]) for row in found.values())
    for row in (*(f"network, {s}" for s in STRATEGIES), "random"):
        fields = load("spiral")["rows"][row]
        kept = (*FIELDS[1:], "seconds")
        found[row] = {f: fields[f][: len(seeds)] for f in kept if f in fields}
    extra = [((f"tuned, {s}", "test"), (f"network, {s}", "test")) for s in STRATEGIES]
    extra.append((("tuned, random", "test"), ("random", "final")))
    extra.append((("tuned, k-center", "test"), ("random", "final")))
    results = report("tuned", found, LABELS[1:], task, extra)
    results["processor_seconds"] = round(spent, 1)
    finish("tuned_networks", results, seeds)


if __name__ == "__main__":
    main()
