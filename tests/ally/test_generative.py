"""Properties of the generative mode."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import Mlp
from reference.ally import fit_dual_head
from reference.ally import informative_samples as reference_samples
from tests import strategies


def trained(seed, hidden=(8,)):
    rng = np.random.default_rng(seed)
    X = rng.uniform(0.0, 1.0, (50, 3))
    model = Mlp((3, 6, 2), rng=rng)
    duals = np.exp(-8.0 * (X[:, 0] - 0.5) ** 2) + 0.1  # a hump
    head = fit_dual_head(model.embed(X), duals, hidden=hidden, max_iter=80, rng=rng)
    return model, head, X[:7]


@pytest.mark.prop("P14.5", "steps never lower the predicted dual, nor leave the box")
@settings(max_examples=12)
@given(seed=strategies.seeds, step=st.sampled_from([1e-3, 0.3, 100.0]))
def test_steps_never_lower(subject, seed, step):
    informative_samples = subject("ally.informative_samples")
    model, head, X = trained(seed)
    kept = X.copy()
    path, duals = informative_samples(
        model, head, X, low=0.0, high=1.0, step=step, max_iter=25
    )
    np.testing.assert_array_equal(X, kept)
    assert path.shape == (26, 7, 3)
    assert duals.shape == (26, 7)
    np.testing.assert_array_equal(path[0], X)
    again = np.stack([head(model.embed(x)) for x in path])
    np.testing.assert_allclose(duals, again, rtol=1e-9)
    assert (np.diff(again, axis=0) >= -1e-9 * again[:-1]).all()
    assert path.min() >= 0.0
    assert path.max() <= 1.0
    assert duals[-1].mean() > duals[0].mean(), "nothing moved"


@pytest.mark.prop("P14.5", "a linear dual: straight up to the corner of the box")
def test_a_linear_dual(subject):
    informative_samples = subject("ally.informative_samples")
    rng = np.random.default_rng(0)
    H = rng.uniform(-1.0, 1.0, (200, 2))
    head = fit_dual_head(H, 3.0 + H @ [2.0, -1.0], hidden=(), rng=rng)
    model = Mlp((2, 2), rng=rng)  # embeddings are the inputs
    path, duals = informative_samples(
        model, head, [[0.0, 0.0]], low=-1.0, high=1.0, step=0.1, max_iter=40
    )
    np.testing.assert_allclose(path[-1, 0], [1.0, -1.0])
    first = path[1, 0] - path[0, 0]
    np.testing.assert_allclose(np.linalg.norm(first), 0.1, rtol=1e-9)
    np.testing.assert_allclose(first[1] / first[0], -0.5, atol=0.05)
    np.testing.assert_allclose(duals[0, 0], 3.0, atol=0.2)
    np.testing.assert_allclose(duals[-1, 0], 6.0, atol=0.4)
    free, _ = informative_samples(model, head, [[0.0, 0.0]], step=0.1, max_iter=40)
    assert free[-1, 0, 0] > 1.0, "without a box it goes on"


@pytest.mark.prop("P14.5", "samples move by themselves, each with its own step")
def test_samples_are_independent(subject):
    informative_samples = subject("ally.informative_samples")
    model, head, X = trained(4)
    together, _ = informative_samples(model, head, X, step=0.4, max_iter=15)
    for i in range(len(X)):
        alone, _ = informative_samples(model, head, X[i : i + 1], step=0.4, max_iter=15)
        np.testing.assert_allclose(together[:, i], alone[:, 0], atol=1e-6)


@pytest.mark.prop("P14.5", "where the slope is zero nothing moves")
def test_no_slope(subject):
    informative_samples = subject("ally.informative_samples")
    H = np.random.default_rng(0).standard_normal((5, 2))
    head = fit_dual_head(H, np.full(5, 2.0), rng=np.random.default_rng(0))
    model = Mlp((2, 2), rng=np.random.default_rng(0))
    path, duals = informative_samples(model, head, H, max_iter=3)
    np.testing.assert_array_equal(path, np.broadcast_to(H, (4, 5, 2)))
    np.testing.assert_allclose(duals, 2.0)
    path, _ = informative_samples(model, head, H[:1], max_iter=4000)
    np.testing.assert_array_equal(path[-1], H[:1], "the length of no step overflowed")


def test_bad_arguments_are_named():
    model, head, X = trained(0)
    for wrong, name in (
        ({"X": X[:, :2]}, "X"),
        ({"X": X + 3.0}, "X"),
        ({"low": 2.0}, "high"),
        ({"step": 0.0}, "step"),
        ({"max_iter": -1}, "max_iter"),
        ({"head": model}, "head"),
        ({"model": head}, "model"),
        ({"model": Mlp}, "model"),
    ):
        with pytest.raises(ValueError, match=name):
            reference_samples(
                **{"model": model, "head": head, "X": X, "low": 0.0, "high": 1.0}
                | wrong
            )
