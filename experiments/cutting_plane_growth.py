"""Time and memory of the cutting-plane loop against n, d, P and labels.

    OPENBLAS_NUM_THREADS=1 python -m experiments.cutting_plane_growth

A random two-layer teacher labels Gaussian inputs (and a bias); the loop buys 30 labels
with the smallest margin. One size grows at a time from n = 1,000, d = 11, P = 100;
every run has a process of its own, and a size grows until a run takes more than 30
seconds of processor time or a gigabyte above what the imports take. "layers" grows the
units of both hidden layers of a three-layer network, whose centre is dense.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np

from experiments.provenance import save
from experiments.sweep import resume
from reference.activation_patterns import sample_patterns
from reference.common import with_bias
from reference.cutting_plane import active_learn
from reference.deep_relu_lp import sample_deep_patterns

BASE = {"n": 1000, "d": 11, "P": 100, "labels": 30}
GROWTH = {
    "n": [300, 1000, 3000, 10_000, 30_000, 100_000, 300_000],
    "d": [3, 6, 11, 21, 51],
    "P": [30, 100, 300, 1000, 3000],
    "labels": [10, 30, 60, 100],
    "layers": [4, 6],  # units of the patterns of each of two hidden layers
}
SECONDS, MEGABYTES = 30.0, 1000.0


def measure(size):
    """Return the cost of one run, in this process."""
    rng = np.random.default_rng(0)
    X = with_bias(rng.standard_normal((size["n"], size["d"] - 1)))
    teacher = np.maximum(X @ rng.standard_normal((size["d"], 8)), 0.0)
    y = np.where(teacher @ rng.choice([-1.0, 1.0], 8) >= 0, 1.0, -1.0)
    before, started = peak(), time.process_time()
    if "layers" in size:
        widths = (size["layers"], size["layers"])
        patterns = sample_deep_patterns(X, widths, rng=rng)
        blocks = 4 * int(np.prod(patterns.counts))
    else:
        patterns = sample_patterns(X, size["P"], rng=rng)
        blocks = 2 * len(patterns)
    sampled = time.process_time() - started
    found = active_learn(X, lambda i: y[i], patterns, budget=size["labels"], rng=rng)
    right = y * found.network(X) > 0
    return size | {
        "variables": blocks * size["d"],
        "seconds": round(time.process_time() - started, 2),
        "seconds_of_patterns": round(sampled, 2),
        "megabytes": round(peak() - before, 1),
        "newton_steps": sum(record.newton_steps for record in found.history),
        "accuracy_on_the_pool": round(float(right.mean()), 4),
    }


def peak():
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def in_own_process(size):
    """Return what `measure` says of a size, or why it was refused."""
    command = [sys.executable, "-m", __spec__.name, "--size", json.dumps(size)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return size | {"refused": done.stderr.strip().splitlines()[-1][:300]}
    return json.loads(done.stdout)


def main():
    """Measure every size in a process of its own and save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=json.loads, help="measure one size, print it")
    options = parser.parse_args()
    if options.size:
        print(json.dumps(measure(options.size)))
        return
    results = {}
    for name, values in GROWTH.items():
        rows = results.setdefault(name, [])
        base = BASE if name != "layers" else {"n": 200, "d": 3, "labels": 20}
        for value in values:
            task = {"size": base | {name: value}}
            rows += resume([task], in_own_process, "work/cutting_plane_growth.jsonl")
            print(rows[-1], flush=True)
            spent = rows[-1].get("seconds", SECONDS + 1)
            if spent > SECONDS or rows[-1]["megabytes"] > MEGABYTES:
                break
    save("cutting_plane_growth", results, seeds=[0])


if __name__ == "__main__":
    main()
