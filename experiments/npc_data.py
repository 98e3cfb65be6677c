"""Pools, tests and starts that the experiments of chapter 16 share."""

from functools import cache

import numpy as np
from sklearn.datasets import load_digits

POOL, TEST = 1500, 2000


@cache
def images(data):
    """Return training and test images (n, d) and their classes, centred."""
    if data == "mnist":
        from companion_data.images import mnist

        X, y, X_test, y_test = mnist()
        return tuple(
            (Z.reshape(len(Z), -1) / 255.0 - 0.13, k)
            for Z, k in ((X, y), (X_test, y_test))
        )
    X, y = load_digits(return_X_y=True)
    return (X / 16.0 - 0.3, y), (X / 16.0 - 0.3, y)


def pool_and_test(data, seed):
    """Return X, y of a pool and of a test set that do not meet."""
    (X, y), (X_test, y_test) = images(data)
    rng = np.random.default_rng([seed, 1])
    if data == "mnist":
        part, test = rng.permutation(len(X))[:POOL], rng.permutation(len(X_test))[:TEST]
    else:
        order = rng.permutation(len(X))
        test, part = order[:500], order[500:]
    return X[part], y[part], X_test[test], y_test[test]


def one_of_each(y, seed):
    """Return a random sample of each class: the start of the paper."""
    rng = np.random.default_rng([seed, 2])
    return np.array([rng.choice(np.flatnonzero(y == c)) for c in range(10)])
