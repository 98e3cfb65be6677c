"""The robust program beside a general conic solver.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.adversarial

Digits 3 and 8, 100 images, hinge loss, λ = 1, ε = 0.06, the wide-gap patterns of
`experiments.adversarial_digits`; and a toy, ten Gaussian samples in the plane with all
their patterns, λ = 0.1, ε = 0.1, for each loss. Ours to a gap of 1e-6 of the zero
network's loss; CVXPY with Clarabel at its defaults, model building included. The
objectives must agree.
"""

import json
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.timing import alternate
from experiments.adversarial_digits import digit_pair, split_pixels
from reference.activation_patterns import enumerate_patterns
from reference.adversarial import (
    fit_robust,
    radii_with_bias,
    robust_barrier,
    robust_patterns,
)
from reference.common import with_bias
from tests.adversarial.oracle import cvxpy_robust

RESULT = Path(__file__).parent / "results" / "adversarial.json"


def side_by_side(X, y, patterns, reg, box, loss, repeats):
    """Return times, objectives and Newton steps of both solvers on one problem."""
    found = {}

    def ours():
        found["ours"] = fit_robust(X, y, patterns, reg, box, loss=loss).objective

    def other():
        found["other"] = float(cvxpy_robust(X, y, patterns.masks, reg, box, loss)[0])

    times = alternate(ours, other, repeats=repeats)
    assert abs(found["ours"] - found["other"]) < 1e-5 * len(y)
    steps = robust_barrier(
        X, y, patterns.masks, patterns.gates, reg, box, loss=loss
    ).newton_steps
    return {
        "loss": loss, "n": len(X), "d": X.shape[1], "patterns": len(patterns),
        "newton_steps": steps, "objective": found, "seconds": times,
    }  # fmt: skip


def main():
    """Time both in turns and write results/adversarial.json."""
    rng = np.random.default_rng(0)
    (X, y), _ = digit_pair(3, 8, rng)
    box = radii_with_bias(0.06, X.shape[1])
    pool = robust_patterns(X, split_pixels(X, 14, rng), box)
    digits = side_by_side(X, y, pool, 1.0, box, "hinge", 5)
    rng = np.random.default_rng(0)
    X, y = with_bias(rng.standard_normal((10, 2))), rng.choice([-1.0, 1.0], 10)
    box = radii_with_bias(0.1, 3)
    pool = robust_patterns(X, enumerate_patterns(X), box)
    losses = ("squared", "hinge", "logistic")
    toys = [side_by_side(X, y, pool, 0.1, box, loss, 15) for loss in losses]
    record = {
        "command": "OPENBLAS_NUM_THREADS=1 python -m benchmarks.adversarial",
        "seeds": [0],
        "python": platform.python_version(),
        "versions": {p: version(p) for p in ("numpy", "scipy", "cvxpy", "clarabel")},
        "digits": digits,
        "toys": toys,
    }
    RESULT.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
