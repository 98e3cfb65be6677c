"""Independent routes of chapter 15: numbers of many digits, differences, quadrature."""

from decimal import Decimal, getcontext

import numpy as np

from reference.acquisition import Mlp

getcontext().prec = 50
PI = Decimal("3.14159265358979323846264338327950288419716939937510582")


def decimal_arctan(x):
    """The arctangent in 50 digits: halve the argument, then the series."""
    halvings = 0
    while abs(x) > Decimal("0.05"):
        x = x / (1 + (1 + x * x).sqrt())
        halvings += 1
    total, power, k = Decimal(0), x, 0
    while abs(power) > Decimal(10) ** -55:
        total += power / (2 * k + 1) * (-1) ** k
        power *= x * x
        k += 1
    return total * 2**halvings


def decimal_arccos(c):
    if c <= -1:
        return PI
    if c >= 1:
        return Decimal(0)
    return 2 * decimal_arctan(((1 - c) / (1 + c)).sqrt())


def decimal_kernels(x, z, depth):
    """Θ and Σ of two points, by the recursion over cosines in 50 digits."""
    x, z = ([Decimal(float(v)) for v in row] for row in (x, z))
    dot = sum(a * b for a, b in zip(x, z, strict=True))
    lengths = (sum(a * a for a in x) * sum(b * b for b in z)).sqrt()
    if lengths == 0:
        return 0.0, 0.0
    c = max(min(dot / lengths, Decimal(1)), Decimal(-1))
    theta = c
    for _ in range(depth):
        angle = decimal_arccos(c)
        gate = 1 - angle / PI
        c = (max(1 - c * c, Decimal(0)).sqrt() + (PI - angle) * c) / PI
        theta = c + theta * gate
    return float(lengths / len(x) * theta), float(lengths / len(x) * c)


def difference_jacobian(outputs, theta, width=1e-6):
    """The Jacobian (..., p) of a function of a vector, by central differences."""
    columns = []
    for k in range(len(theta)):
        move = np.zeros_like(theta)
        move[k] = width
        columns.append((outputs(theta + move) - outputs(theta - move)) / (2 * width))
    return np.stack(columns, axis=-1)


def away_from_kinks(signals, least=1e-3):
    """Whether no hidden unit is so close to its kink that a difference crosses it."""
    return all(np.abs(H).min() > least for H in signals)


def outputs_by_hand(weights, X):
    """The outputs and what enters each ReLU, written down once more."""
    A, signals = X, []
    for l, W in enumerate(weights):
        H = A @ W / np.sqrt(W.shape[0])
        if l < len(weights) - 1:
            signals.append(H)
        A = np.where(H > 0, H, 0.0) * 2**0.5
    return H[:, 0], signals


def by_differences(network, X):
    shapes = [W.shape for W in network.weights]
    cuts = np.cumsum([np.prod(s) for s in shapes])[:-1]

    def outputs(theta):
        parts = np.split(theta, cuts)
        return outputs_by_hand(
            [p.reshape(s) for p, s in zip(parts, shapes, strict=True)], X
        )[0]

    return difference_jacobian(
        outputs, np.concatenate([W.ravel() for W in network.weights])
    )


def mlp_of(sizes, seed, batch_norm=False):
    """A perceptron with random parameters, biases included."""
    rng = np.random.default_rng(seed)
    task = "regression" if sizes[-1] == 1 else "classification"
    model = Mlp(sizes, rng=rng, task=task, batch_norm=batch_norm)
    model.theta[:] = rng.standard_normal(len(model.theta))
    if batch_norm:
        model.calibrate(rng.standard_normal((20, sizes[0])))
    return model


def mlp_signals(model, X):
    """What enters each ReLU of a perceptron without batch norm."""
    A, found = X, []
    for layer in model.layers[:-1]:
        found.append(A @ layer.weights + layer.shift)
        A = np.maximum(found[-1], 0.0)
    return found
