"""Accuracy and robustness on pairs of digits: convex robust training and two rivals.

    python -m experiments.adversarial_digits

Five pairs of scikit-learn's 8 x 8 digits, pixels in [0, 1]. For each pair and each
radius, on the same 100 training images: the convex robust program, the same program
without a box, and a network of 20 neurons trained by gradient descent on PGD examples.
Test accuracy on clean images, under PGD, and certified by `output_bounds`.
"""

import numpy as np
from sklearn.datasets import load_digits

from experiments.provenance import save
from reference.activation_patterns import Patterns
from reference.adversarial import (
    fit_robust,
    output_bounds,
    pgd,
    radii_with_bias,
    robust_radius,
)
from reference.common import with_bias
from reference.relu_lp import ReluNetwork

PAIRS = [(3, 8), (4, 9), (1, 7), (5, 6), (2, 7)]
RADII = [0.0, 0.03, 0.06, 0.1, 0.15]
REG = 1.0


def split_pixels(X, count, rng):
    """Return patterns that split the data at the widest gap of random sparse sums.

    Patterns of Gaussian weights cut between close images and lose their robust cones
    at once. These do not: a few pixels are summed, and the threshold is put into the
    widest gap. The pattern of ones, whose radius is infinite, comes first.
    """
    d = X.shape[1]
    gates = [np.eye(d)[-1]]
    for _ in range(count):
        w = rng.standard_normal(d) * (rng.random(d) < 0.1)
        w[-1] = 0.0
        z = np.sort(X @ w)
        k = np.argmax(np.diff(z))
        w[-1] = -(z[k] + z[k + 1]) / 2
        gates.append(w)
    gates = np.array(gates)
    masks = X @ gates.T >= 0
    _, first = np.unique(masks.T, axis=0, return_index=True)
    keep = np.sort(first)
    return Patterns(masks.T[keep], gates[keep])


def descend(X, y, epsilon, reg, rng, *, width=20, steps=400):
    """Train a network by Adam on the hinge loss at PGD examples (five steps each)."""
    hidden = rng.standard_normal((X.shape[1], width)) / np.sqrt(X.shape[1])
    output = rng.choice([-1.0, 1.0], width) / np.sqrt(width)
    moments = [np.zeros((2, *p.shape)) for p in (hidden, output)]
    for step in range(1, steps + 1):
        network = ReluNetwork(hidden, output)
        Z = X
        if epsilon.any():
            Z = pgd(
                network, X, y, epsilon, loss="hinge",
                steps=5, step_size=0.4, restarts=0, rng=rng,
            )  # fmt: skip
        before = Z @ hidden
        active = np.maximum(before, 0.0)
        pull = -y * (y * (active @ output) < 1)
        slopes = (
            Z.T @ ((before > 0) * pull[:, None] * output) + reg * hidden,
            active.T @ pull + reg * output,
        )
        changes = []
        for (m, v), slope in zip(moments, slopes, strict=True):
            m += 0.1 * (slope - m)
            v += 0.001 * (slope**2 - v)
            scale = np.sqrt(v / (1 - 0.999**step)) + 1e-8
            changes.append(0.02 * m / (1 - 0.9**step) / scale)
        hidden, output = hidden - changes[0], output - changes[1]
    return ReluNetwork(hidden, output)


def scores(network, X, y, epsilon, rng):
    """Return clean, PGD and certified accuracy; a tie counts as an error."""
    clean = (y * network(X) > 0).mean()
    moved = pgd(network, X, y, epsilon, loss="hinge", steps=20, restarts=1, rng=rng)
    attacked = (y * network(moved) > 0).mean()
    lower, upper = output_bounds(network, X, epsilon)
    certified = (np.where(y > 0, lower, -upper) > 0).mean()
    return [float(clean), float(attacked), float(certified)]


def compare(train, test, radii, reg, rng, *, patterns=14):
    """Return the scores of three models and the cones left, at every radius."""
    (X, y), (X_test, y_test) = train, test
    d = X.shape[1]
    pool = split_pixels(X, patterns, rng)
    reach = robust_radius(X, pool.masks, radii_with_bias(1.0, d))
    plain = fit_robust(X, y, pool, reg, np.zeros(d), loss="hinge", tol=1e-4)
    rows = []
    for radius in radii:
        box = radii_with_bias(radius, d)
        fit = fit_robust(X, y, pool, reg, box, loss="hinge", tol=1e-4)
        models = {
            "standard": plain.network,
            "robust": fit.network,
            "descent": descend(X, y, box, reg, np.random.default_rng(0)),
        }
        row = {name: scores(m, X_test, y_test, box, rng) for name, m in models.items()}
        # where the certificate and the attack meet: on the training data
        moved = pgd(models["robust"], X, y, box, loss="hinge", rng=rng)
        attacked = np.maximum(0, 1 - y * models["robust"](moved)).sum()
        row |= {
            "radius": radius,
            "cones": int((reach > radius).sum()),
            "train_worst": float(fit.worst.sum()),
            "train_attacked": float(attacked),
        }
        rows.append(row)
    return rows


def digit_pair(first, second, rng, *, train=100):
    """Return shuffled training and test images of two digits, with a bias column."""
    D, t = load_digits(return_X_y=True)
    keep = rng.permutation(np.flatnonzero((t == first) | (t == second)))
    X, y = with_bias(D[keep] / 16.0), np.where(t[keep] == first, 1.0, -1.0)
    X = X[:, (X[:train] != X[0]).any(axis=0) | (np.arange(X.shape[1]) == 64)]
    return (X[:train], y[:train]), (X[train:], y[train:])


def main():
    """Run all pairs and write results/adversarial_digits.json."""
    results = {"radii": RADII, "reg": REG, "pairs": PAIRS, "rows": []}
    for seed, pair in enumerate(PAIRS):
        rng = np.random.default_rng(seed)
        train, test = digit_pair(*pair, rng)
        results["rows"].append(compare(train, test, RADII, REG, rng))
        print(pair, *results["rows"][-1], sep="\n  ", flush=True)
    save("adversarial_digits", results, seeds=list(range(len(PAIRS))),
         packages=("numpy", "scipy", "scikit-learn"))  # fmt: skip


if __name__ == "__main__":
    main()
