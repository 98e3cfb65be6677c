"""How the lifted program grows with depth, and where it stops being practical.

    python -m experiments.deep_lp_growth

All 100 points of the spiral, P patterns drawn in every hidden layer, two to four
layers. Each case runs in a process of its own: variables, constraints and non-zeros of
the sparse program, seconds of processor time and peak memory (of the process, above
what drawing the patterns took) for the closed form and for min_l1 by HiGHS; a case is
stopped after ten minutes. Draws with infeasible patterns are skipped.
"""

import multiprocessing
import os
import resource
import time

import numpy as np

from experiments.provenance import save

LIMIT = 600
CASES = [
    (2, 10), (2, 40), (2, 160), (3, 8), (3, 12), (3, 16),
    (4, 4), (4, 5), (4, 6),
]  # fmt: skip


def peak_megabytes():
    """Return the largest resident set of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(depth, count, objective, queue):
    """Put the sizes, the seconds and the memory of one case on the queue."""
    from companion_data.synthetic import spiral
    from reference import deep_relu_lp
    from reference.common import Infeasible, NotConverged
    from reference.deep_relu_lp import sample_deep_patterns

    X, y = spiral()
    counts = (count,) * (depth - 1)
    for seed in range(1000):  # the first draw that is feasible
        patterns = sample_deep_patterns(X, counts, rng=np.random.default_rng(seed))
        try:
            deep_relu_lp.fit_deep_relu_lp(X, y, patterns)
            break
        except Infeasible:
            continue
    blocks = deep_relu_lp.count_blocks(patterns.counts)
    n = len(X)
    sizes = [2 * P for P in patterns.counts]
    found = {
        "seed": seed,
        "patterns": list(patterns.counts),
        "blocks": blocks,
        "variables": blocks * X.shape[1],
        "cone rows": int(sum(np.prod(sizes[k:]) for k in range(depth - 1))) * n,
    }
    queue.put(found)
    before, start = peak_megabytes(), time.process_time()
    try:
        weights = deep_relu_lp.fit_deep_relu_lp(X, y, patterns, objective=objective)
        units = deep_relu_lp.to_deep_network(weights).layers[0].shape[1]
        found |= {"outcome": "solved", "first-layer units": units}
    except NotConverged as error:
        found |= {"outcome": f"not converged: {error}"}
    found["seconds"] = round(time.process_time() - start, 3)
    found["megabytes"] = round(peak_megabytes() - before)
    queue.put(found)


def main():
    """Measure every case in turn and save the table."""
    context = multiprocessing.get_context("spawn")
    rows = []
    for depth, count in CASES:
        for objective in ("feasible", "min_l1"):
            queue = context.Queue()
            process = context.Process(
                target=measure, args=(depth, count, objective, queue)
            )
            process.start()
            process.join(LIMIT)
            row = {"layers": depth, "P": count, "objective": objective}
            if process.is_alive():
                process.kill()
                row["outcome"] = f"more than {LIMIT} s"
            while not queue.empty():
                row |= queue.get()
            rows.append(row)
            print(row, flush=True)
    seeds = sorted({row["seed"] for row in rows if "seed" in row})
    save("deep_lp_growth", {"limit": LIMIT, "n": 100, "rows": rows}, seeds=seeds)


if __name__ == "__main__":
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # inherited by the processes
    main()
