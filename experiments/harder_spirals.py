"""Harder spirals: do active queries win with more turns, more points, noise?

    OPENBLAS_NUM_THREADS=1 python -m experiments.harder_spirals --seeds 5

Pools of `pool` points on two arms of `turns` turns with Gaussian noise, 1,000 fresh
test points, 300 Gaussian gates, no label to start with. Every case changes one thing of
the first.
"""

import argparse

from experiments.curves import collect, finish, report

LABELS = [10, 20, 40, 60, 80, 100]
LOOP = {"data": "harder spiral", "labels": LABELS, "gates": 300, "reg": 1e-5}
BASE = {"pool": 400, "turns": 2.0, "noise": 0.0}
CASES = {
    "two turns": {},
    "one turn": {"turns": 1.0},
    "pool of 1,000": {"pool": 1000},
    "noise": {"noise": 0.05},
    "three turns": {"turns": 3.0},
}
SAVED = list(CASES)  # what the committed results hold
QUERIES = ("min_margin", "local_margin", "random")


def main():
    """Run what is missing, print the tables, save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=SAVED)
    options = parser.parse_args()
    seeds, results = range(options.seeds), {}
    for case in options.cases:
        task = LOOP | BASE | CASES[case]
        rows = {q: task | {"strategy": q} for q in QUERIES}
        found = collect(rows, seeds, "harder_spirals", "run", options.jobs)
        results[case] = report(case, found, LABELS, task)
    if options.cases == SAVED:
        finish("harder_spirals", results, seeds)


if __name__ == "__main__":
    main()
