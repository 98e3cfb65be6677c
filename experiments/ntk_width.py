"""How wide is wide? Tangent kernels of networks, before and after training.

    OPENBLAS_NUM_THREADS=1 python -m experiments.ntk_width

"limit": the relative error (Frobenius norm) of a network's kernel on ten random rows of
length √10, against the closed form. "training": 20 digits, threes and eights, rows of
length √64, labels ±1, 300 steps of gradient descent of length 1/λ_max on ½‖f - y‖²: how
far the kernel moved, the outputs' largest distance from those that the first kernel
predicts, the share of gates that switched, and, in eight of the first hundred steps,
the largest |ξ| as a share of the progress (eq:ntk-one-step) and the largest remainder
(eq:ntk-remainder), to be held against λ_min.
"""

import numpy as np
from sklearn.datasets import load_digits

from experiments.provenance import save
from experiments.sweep import resume
from reference.ntk import (
    analytic_ntk,
    descend_ntk_network,
    descent_coefficients,
    draw_ntk_network,
    empirical_ntk,
    step_terms,
)

SEEDS = range(10)
LIMIT = {
    1: [10**2, 10**3, 10**4, 10**5, 10**6],
    2: [30, 100, 300, 1000, 3000],
    3: [30, 100, 300, 1000, 3000],
}
TRAINING = {1: [32, 128, 512, 2048, 8192], 2: [32, 128, 512, 1024]}
STEPS, LOOKS = 300, (1, 2, 3, 6, 11, 21, 51, 101)


def limit(depth, width, seed):
    """Return the relative error of one network's kernel."""
    X = np.random.default_rng(0).standard_normal((10, 10))
    X *= np.sqrt(10) / np.linalg.norm(X, axis=1)[:, None]
    want = analytic_ntk(X, depth=depth)
    rng = np.random.default_rng([seed, width, depth])
    network = draw_ntk_network((10, *[width] * depth), rng=rng)
    error = np.linalg.norm(empirical_ntk(network, X) - want) / np.linalg.norm(want)
    return {"error": float(error)}


def digits():
    """Return twenty threes and eights, rows of length √64, and their labels."""
    X, y = load_digits(return_X_y=True)
    chosen = np.concatenate([np.flatnonzero(y == c)[:10] for c in (3, 8)])
    X = X[chosen] * 8.0 / np.linalg.norm(X[chosen], axis=1)[:, None]
    return X, np.where(y[chosen] == 3, 1.0, -1.0)


def training(depth, width, seed):
    """Return what 300 steps of gradient descent did to one network and its kernel."""
    X, y = digits()
    rng = np.random.default_rng([seed, width, depth])
    network = draw_ntk_network((64, *[width] * depth), rng=rng)
    kernel = empirical_ntk(network, X)
    values = np.linalg.eigvalsh(kernel)
    step = 1.0 / values[-1]
    looks, taken = [], 0

    def look(moved):
        nonlocal taken
        taken += 1
        if taken in LOOKS:
            looks.append(step_terms(moved, X, y, step=step))

    look(network)
    run = descend_ntk_network(network, X, y, step=step, num_steps=STEPS, callback=look)
    start = run.outputs[0]
    alpha = descent_coefficients(kernel, y - start, np.arange(STEPS + 1), step=step)
    apart = np.linalg.norm(run.outputs - start - alpha @ kernel, axis=1)
    after = empirical_ntk(run.network, X)
    gates = [X @ net.weights[0] > 0 for net in (network, run.network)]
    return {
        "drift": float(np.linalg.norm(after - kernel) / np.linalg.norm(kernel)),
        "apart": float(apart.max() / np.linalg.norm(y)),
        "switched": float((gates[0] != gates[1]).mean()),
        "xi_share": max(abs(terms.xi) / terms.progress for terms in looks),
        "remainder": max(terms.remainder for terms in looks),
        "lambda_min": float(values[0]),
        "lambda_min_after": float(np.linalg.eigvalsh(after)[0]),
        "lambda_max": float(values[-1]),
        "loss": float(0.5 * ((run.outputs[-1] - y) ** 2).sum()),
    }


def table(name, function, grid, seeds):
    """Return {depth: [row of a width]} with means and standard deviations."""
    tasks = [
        {"depth": depth, "width": width, "seed": seed}
        for depth, widths in grid.items()
        for width in widths
        for seed in seeds
    ]
    found = {}
    answers = resume(tasks, function, f"work/ntk_width_{name}.jsonl")
    for task, answer in zip(tasks, answers, strict=True):
        rows = found.setdefault(str(task["depth"]), {})
        rows.setdefault(task["width"], []).append(answer)
    return {
        depth: [
            {"width": width}
            | {key: float(np.mean([a[key] for a in answers])) for key in answers[0]}
            | {
                f"{key}_sd": float(np.std([a[key] for a in answers], ddof=1))
                for key in answers[0]
            }
            for width, answers in rows.items()
        ]
        for depth, rows in found.items()
    }


def slope(rows, key):
    """Return the exponent of the width in a column, by least squares of logarithms."""
    widths = np.log([row["width"] for row in rows])
    return float(np.polyfit(widths, np.log([row[key] for row in rows]), 1)[0])


def main():
    """Run both parts, with exponents of the width."""
    limits = table("limit", limit, LIMIT, SEEDS)
    trained = table("training", training, TRAINING, SEEDS)
    save(
        "ntk_width",
        {
            "limit": limits,
            "training": trained,
            "slopes": {
                "limit": {d: slope(rows, "error") for d, rows in limits.items()},
                "drift": {d: slope(rows, "drift") for d, rows in trained.items()},
                "xi_share": {d: slope(rows, "xi_share") for d, rows in trained.items()},
            },
        },
        seeds=list(SEEDS),
        packages=("numpy", "scipy", "scikit-learn"),
    )


if __name__ == "__main__":
    main()
