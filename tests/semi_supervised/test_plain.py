"""Properties of the plain forms: turns of rows and columns, and full-batch FixMatch."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.acquisition import Mlp, softmax
from reference.semi_supervised import refine as reference_refine
from tests import strategies
from tests.semi_supervised.oracle import random_labels, random_totals, row_weights

FOUR = np.array([[0.9, 0.1], [0.7, 0.3], [0.6, 0.4], [0.2, 0.8]])


@pytest.mark.prop("P17.1", "turns end with the right rows and columns", stage="plain")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_plain_sums(subject, seed):
    plain_refine = subject("semi_supervised.plain_refine")
    rng = np.random.default_rng(seed)
    Q, totals = random_labels(rng, 6, 3, 1.0), random_totals(rng, 6, 3)
    kept = Q.copy()
    R = plain_refine(Q, totals)
    np.testing.assert_allclose(R.sum(axis=1), 1.0)
    np.testing.assert_allclose(R.sum(axis=0), totals, atol=1e-3)
    assert (kept == Q).all(), "the pseudo-labels were changed"


@pytest.mark.prop("P17.11", "plain and robust agree on generic data", stage="plain")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_plain_and_robust_agree(subject, seed):
    plain_refine = subject("semi_supervised.plain_refine")
    rng = np.random.default_rng(seed)
    Q, totals = random_labels(rng, 6, 3, 1.0), random_totals(rng, 6, 3)
    for weights in (None, rng.uniform(0.5, 2.0, 6)):
        got = plain_refine(Q, totals, weights=weights)
        want = reference_refine(Q, totals, weights=weights)
        np.testing.assert_allclose(got, want, atol=1e-3)


@pytest.mark.prop("P17.11", "one round of turns, by hand", stage="plain")
def test_one_round_by_hand(subject):
    plain_refine = subject("semi_supervised.plain_refine")
    # Equal weights 1: a round is one of Sinkhorn's, column by column, then rows.
    Q, totals = np.array([[0.8, 0.2], [0.6, 0.4]]), np.array([1.0, 1.0])
    R = Q / Q.sum(axis=0)
    want = R / R.sum(axis=1, keepdims=True)
    got = plain_refine(Q, totals, weights=np.ones(2), rounds=1)
    np.testing.assert_allclose(got, want, atol=1e-9)
    # Weights 1 and 2: the factor of the second row is the root of the first's.
    w = np.array([1.0, 2.0])
    got = plain_refine(Q, totals, weights=w, rounds=1)
    x = (-0.6 + np.sqrt(0.36 + 4 * 0.8)) / 1.6  # 0.8 x² + 0.6 x = 1, x = e^(-ν/2)
    z = (-0.4 + np.sqrt(0.16 + 4 * 0.2)) / 0.4
    rows = np.array([[0.8 * x**2, 0.2 * z**2], [0.6 * x, 0.4 * z]])
    np.testing.assert_allclose(got, rows / rows.sum(axis=1, keepdims=True), atol=1e-9)
    np.testing.assert_allclose(plain_refine(Q, totals, rounds=0), Q)


@pytest.mark.prop("P17.5", "every turn raises the dual function", stage="plain")
@settings(max_examples=4)
@given(seed=strategies.seeds)
def test_turns_climb(subject, seed):
    plain_refine = subject("semi_supervised.plain_refine")
    rng = np.random.default_rng(seed)
    Q, totals = random_labels(rng, 6, 3), random_totals(rng, 6, 3)
    w = row_weights(Q)
    values = []
    for rounds in (1, 2, 4, 8):
        R = plain_refine(Q, totals, rounds=rounds)
        # Prices from the form of the rows, with that of class 0 zero.
        table = -w[:, None] * np.log(R / Q)
        nu = (table - table[:, :1])[0]
        values.append(
            -(w * np.log((Q * np.exp(-nu / w[:, None])).sum(axis=1))).sum()
            - totals @ nu
        )
    assert (np.diff(values) >= -1e-9).all(), values
    best = reference_refine(Q, totals)
    assert values[-1] <= (w[:, None] * best * np.log(best / Q)).sum() + 1e-6


def clouds(seed, n=40):
    """Two clouds in the plane, and two noisy views."""
    rng = np.random.default_rng(seed)
    U = np.vstack([rng.normal(-1.5, 0.7, (n, 2)), rng.normal(1.5, 0.7, (n, 2))])
    model = Mlp((2, 8, 2), rng=rng, step_size=0.02)
    return U, np.repeat([0, 1], n), model


@pytest.mark.prop(
    "P17.7", "one plain step follows the loss that holds q", stage="plain"
)
def test_one_plain_step(subject):
    plain_fixmatch = subject("semi_supervised.plain_fixmatch")
    U, truth, model = clouds(0)
    X, y = U[[3, 50]], truth[[3, 50]]
    moved, turned = np.array([0.1, -0.2]), np.array([[0.8, -0.6], [0.6, 0.8]])
    q = softmax(model.outputs(U + moved))
    sure = q.max(axis=1) >= 0.7
    assert 10 < sure.sum() < 70

    def loss(theta):
        copy = model.clone(np.random.default_rng(0))
        copy.theta[:] = theta
        known = -np.log(softmax(copy.outputs(X + moved))[[0, 1], y]).mean()
        p = softmax(copy.outputs(U[sure] @ turned))
        guessed = -np.log(p[np.arange(len(p)), q[sure].argmax(axis=1)]).sum()
        return known + 0.5 * guessed / len(U)

    before = model.theta.copy()
    slopes = np.array([
        (loss(before + h) - loss(before - h)) / 2e-6
        for h in 1e-6 * np.eye(len(before))
    ])  # fmt: skip
    seen = []
    model.step = lambda gradient: seen.append(gradient)
    plain_fixmatch(
        model, X, y, U, lambda Z: Z + moved, lambda Z: Z @ turned,
        threshold=0.7, unlabeled_weight=0.5, steps=1,
    )  # fmt: skip
    np.testing.assert_allclose(seen[0], slopes, atol=1e-7)


@pytest.mark.prop("P17.7", "with a threshold above 1 the pool is not used",
                  stage="plain")  # fmt: skip
def test_plain_without_sure_answers(subject):
    plain_fixmatch = subject("semi_supervised.plain_fixmatch")
    U, truth, model = clouds(1)
    X, y = U[[0, 60]], truth[[0, 60]]
    by_hand = model.clone(np.random.default_rng(1))
    by_hand.theta[:] = model.theta
    for _ in range(5):
        by_hand.step(by_hand.loss_and_gradient(X, y, np.full(2, 0.5))[1])
    same = lambda Z: Z  # noqa: E731
    before = model.theta.copy()
    got = plain_fixmatch(model, X, y, U, same, same, threshold=1.1, steps=5)
    np.testing.assert_array_equal(model.theta, before, "the model was changed")
    np.testing.assert_allclose(got.theta, by_hand.theta, rtol=1e-12)


@pytest.mark.prop("P17.15", "two labels and two clouds are enough", stage="plain")
@pytest.mark.parametrize("seed", [0, 1])
def test_plain_learns_two_clouds(subject, seed):
    plain_fixmatch = subject("semi_supervised.plain_fixmatch")
    U, truth, model = clouds(seed)
    rng = np.random.default_rng(seed)
    model = plain_fixmatch(
        model, U[[0, 40]], truth[[0, 40]], U,
        lambda Z: Z + 0.05 * rng.standard_normal(Z.shape),
        lambda Z: Z + 0.3 * rng.standard_normal(Z.shape), steps=100,
    )  # fmt: skip
    assert (model.predict(U) == truth).mean() > 0.95
