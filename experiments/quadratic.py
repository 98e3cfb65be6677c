"""The paper's quadratic, with every label counted, and random labels beside.

    OPENBLAS_NUM_THREADS=1 python -m experiments.quadratic --seeds 20

y = x² at 100 points, 20 of them for testing, 2,000 Gaussian gates (nearly all patterns
there are), tubes of 1e-3, no label to start with. Scores are root-mean-square errors on
the test points; comparisons are of their logarithms to base 10, so that "wins" has the
smaller error. PUBLISHED are the means of the paper's own result files (five seeds).
"""

import argparse

import numpy as np

from experiments.curves import collect, comparisons, finish, report

LABELS = [1, 5, 10, 15, 20, 30, 50]
PUBLISHED = {
    "CPAL, centre": [0.443, 0.352, 0.051, 0.0152, 0.0148, 0.0108, 0.0039],
    "CPAL, final": [0.354, 0.161, 0.089, 0.052, 0.036, 0.036, 0.012],
    "random": [0.403, 0.366, 0.132, 0.087, 0.054, 0.052, 0.043],
    "entropy": [0.403, 0.227, 0.111, 0.101, 0.097, 0.058, 0.050],
    "BALD": [0.403, 0.245, 0.112, 0.109, 0.099, 0.051, 0.052],
    "GreedyX": [0.443, 0.089, 0.056, 0.066, 0.075, 0.075, 0.074],
    "GreedyT": [0.443, 0.270, 0.254, 0.123, 0.128, 0.076, 0.071],
    "query by committee": [0.443, 0.349, 0.299, 0.295, 0.295, 0.286, 0.150],
    "KL divergence": [0.443, 0.253, 0.156, 0.140, 0.133, 0.119, 0.094],
}
LOOP = {"data": "quadratic", "labels": LABELS, "gates": 2000, "reg": 1e-5}


def main():
    """Run what is missing, print the table, save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    seeds = range(options.seeds)
    rows = {q: LOOP | {"strategy": q} for q in ("extremes", "random")}
    found = collect(rows, seeds, "quadratic", "run", options.jobs)
    extra = [(("random", "final"), ("random", "centre"))]
    results = report(
        "quadratic", found, LABELS, LOOP, extra, better=lambda a: -np.log10(a),
        published=PUBLISHED,
    )  # fmt: skip
    for key, where in (("to_10_labels", [1, 2]), ("from_15_labels", [3, 4, 5, 6])):
        part = {
            row: {f: np.array(columns[f])[:, where] for f in ("centre", "final")}
            for row, columns in found.items()
        }
        results[key] = comparisons(part, better=lambda a: -np.log10(a))
        print(key, results[key])
    finish("quadratic", results, seeds)


if __name__ == "__main__":
    main()
