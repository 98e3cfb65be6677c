"""Independent routes to refined labels: SLSQP, Sinkhorn, programs, fractions."""

from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.optimize import linprog, minimize
from scipy.special import xlogy


def row_weights(Q):
    """One over the entropy of every row, infinite for a one-hot row."""
    with np.errstate(divide="ignore"):
        return -1.0 / xlogy(Q, Q).sum(axis=1)


def divergence(R, Q, w):
    """The weighted sum of KL divergences, for R = 0 where Q = 0."""
    ratio = np.where(Q > 0.0, R / np.where(Q > 0.0, Q, 1.0), 1.0)
    return float((w[:, None] * xlogy(R, ratio)).sum())


def by_slsqp(Q, totals, w):
    """The refined labels by a general solver on all entries."""
    n, C = Q.shape
    A = np.vstack([np.kron(np.eye(n), np.ones(C)), np.kron(np.ones(n), np.eye(C))])
    b = np.append(np.ones(n), totals)
    found = minimize(
        lambda r: divergence(r.reshape(n, C), Q, w),
        np.outer(np.ones(n), totals / n).ravel(),
        jac=lambda r: (w[:, None] * (np.log(r.reshape(n, C) / Q) + 1.0)).ravel(),
        bounds=[(1e-12, 1.0)] * (n * C),
        constraints={
            "type": "eq",
            "fun": lambda r: (A @ r - b)[:-1],  # the last one follows
            "jac": lambda r: A[:-1],
        },
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    return found.x.reshape(n, C)


def by_sinkhorn(Q, totals, rounds=20_000):
    """The refined labels for equal weights, by scaling rows and columns in turn."""
    R = Q.copy()
    for _ in range(rounds):
        R = R * (totals / R.sum(axis=0))
        R = R / R.sum(axis=1, keepdims=True)
    return R


def can_be_met(Q, totals):
    """Whether the totals can be met by rows that keep their zeros, by a program."""
    n, C = Q.shape
    spots = np.argwhere(Q > 0.0)
    A = np.zeros((n + C, len(spots)))
    A[spots[:, 0], np.arange(len(spots))] = 1.0
    A[n + spots[:, 1], np.arange(len(spots))] = 1.0
    b = np.append(np.ones(n), totals)
    cost = np.append(np.zeros(len(spots)), np.ones(2 * (n + C)))
    both = np.hstack([A, np.eye(n + C), -np.eye(n + C)])
    return linprog(cost, A_eq=both, b_eq=b).fun < 1e-7


def needs_more_room(Q, totals, classes):
    """Whether classes have less room than rows with nowhere else to go, exactly."""
    classes = {int(k) for k in classes}
    load = sum({int(k) for k in np.flatnonzero(row)} <= classes for row in Q)
    return Fraction(load) > sum(Fraction(float(totals[k])) for k in classes)


def some_set_is_short(Q, totals):
    """Whether any set of classes has too little room: all of them, exactly."""
    C = Q.shape[1]
    return any(
        needs_more_room(Q, totals, K)
        for size in range(1, C + 1)
        for K in combinations(range(C), size)
    )


def random_labels(rng, n, C, sharp=2.0):
    """Rows of probabilities of a few logits."""
    Q = np.exp(sharp * rng.standard_normal((n, C)))
    return Q / Q.sum(axis=1, keepdims=True)


def random_totals(rng, n, C):
    """Positive totals with the sum n."""
    shares = rng.uniform(0.2, 1.0, C)
    return n * shares / shares.sum()
