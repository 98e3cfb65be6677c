"""Small networks and data for the tests of several files, and central differences."""

import numpy as np

from reference.acquisition import fit_mlp as reference_fit

KINDS = [("classification", 3), ("regression", 2), ("regression", 1)]


def data(seed, task, outputs, n=6, d=3):
    """Return X (n, d), targets that fit the task, and weights with a zero."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    if task == "classification":
        y = rng.integers(0, outputs, n)
    else:
        y = rng.standard_normal((n, outputs))
    w = rng.uniform(0.2, 2.0, n)
    w[0] = 0.0
    return X, y, w


def network(seed, task, outputs, X, fit=reference_fit, hidden=(4, 3), **settings):
    """Return an untrained network, all of whose parameters are random."""
    rng = np.random.default_rng(seed)
    y = np.zeros(len(X) if task == "classification" else (len(X), outputs))
    sizes = (X.shape[1], *hidden, outputs)
    model = fit(X, y, sizes, rng=rng, task=task, max_iter=0, **settings)
    model.theta[:] = np.random.default_rng(seed + 1).standard_normal(len(model.theta))
    model.calibrate(X)
    return model


def differences(function, x, h=1e-6):
    """Return the central differences of a function at x, along the last axis."""
    columns = []
    for k in range(x.size):
        shift = np.zeros(x.size)
        shift[k] = h
        shift = shift.reshape(x.shape)
        up, down = np.asarray(function(x + shift)), np.asarray(function(x - shift))
        columns.append((up - down) / (2.0 * h))
    return np.stack(columns, axis=-1)


def at(model, function):
    """Return `function` of the parameters: it is called with theta put in place."""

    def moved(theta):
        before = model.theta.copy()
        model.theta[:] = theta
        try:
            return function()
        finally:
            model.theta[:] = before

    return moved


def away_from_kinks(model, X, margin=1e-4):
    """Return whether no unit is so close to its kink that differences cross it."""
    passages = model.passage(X)[1]
    layers = model.layers
    for l, p in enumerate(passages[:-1]):
        U = p.inputs @ layers[l].weights if p.normal is None else p.normal
        if p.normal is not None:
            U = U * layers[l].gain
        if np.abs(U + layers[l].shift).min() < margin:
            return False
    return True
