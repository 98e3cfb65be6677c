"""Properties of the dual regression head."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reference.ally import fit_dual_head as reference_head
from tests import strategies

SMALL = {"hidden": (12,), "max_iter": 60}


def sample(seed, n=60, h=3):
    rng = np.random.default_rng(seed)
    H = rng.standard_normal((n, h))
    return H, np.maximum(H @ rng.standard_normal(h), 0.0)


@pytest.mark.prop("P14.3", "predicted duals are positive, in the order of the scores")
@settings(max_examples=8)
@given(seed=strategies.seeds, size=st.sampled_from([1e-9, 1.0, 1e9]))
def test_predictions_are_positive(subject, seed, size):
    fit_dual_head = subject("ally.fit_dual_head")
    H, duals = sample(seed)
    rng = np.random.default_rng(seed)
    head = fit_dual_head(H, size * duals, rng=rng, **SMALL)
    new = 2.0 * rng.standard_normal((50, 3))
    predicted, scores = head(new), head.scores(new)
    assert predicted.shape == scores.shape == (50,)
    assert (predicted > 0.0).all()
    order = np.argsort(scores)
    assert (np.diff(predicted[order]) >= 0.0).all()
    high = scores > 2.0 * np.std(size * duals)
    np.testing.assert_allclose(predicted[high], scores[high], rtol=1e-6)


@pytest.mark.prop("P14.7", "the head learns: errors well below the duals' deviation")
@settings(max_examples=5)
@given(seed=strategies.seeds, size=st.sampled_from([1e-9, 1.0, 1e9]))
def test_the_head_learns(subject, seed, size):
    fit_dual_head = subject("ally.fit_dual_head")
    H, duals = sample(seed, 120, 2)
    H = size * H + 3.0 * size  # neither centred nor of length one
    duals = duals + 0.5
    head = fit_dual_head(
        H, size * duals, hidden=(12,), max_iter=150, rng=np.random.default_rng(seed)
    )
    wrong = np.sqrt(((head(H) / size - duals) ** 2).mean())
    assert wrong < 0.5 * duals.std(), (wrong, duals.std())


@pytest.mark.prop("P14.7", "nearly all duals zero: the head is not, and still ranks")
@settings(max_examples=5)
@given(seed=strategies.seeds)
def test_the_head_cannot_die(subject, seed):
    fit_dual_head = subject("ally.fit_dual_head")
    rng = np.random.default_rng(seed)
    H = rng.uniform(-1.0, 1.0, (60, 2))
    duals = np.where(H[:, 0] >= np.sort(H[:, 0])[-4], 1.0, 0.0)
    head = fit_dual_head(H, duals, rng=rng, hidden=(12,), max_iter=200)
    predicted = head(H)
    assert len(np.unique(predicted)) == 60, "equal predictions: nothing to rank"
    assert predicted[duals > 0].mean() > 3.0 * predicted[duals == 0].mean()


@pytest.mark.prop("P14.7", "equal duals say nothing: the head is constant")
@settings(max_examples=5)
@example(level=0.1, n=3)
@given(level=st.sampled_from([0.0, 1e-12, 0.1, 0.7, 3.0, 1e12]), n=st.integers(1, 7))
def test_equal_duals(subject, level, n):
    fit_dual_head = subject("ally.fit_dual_head")
    H = np.random.default_rng(n).standard_normal((n, 2))
    head = fit_dual_head(H, np.full(n, level), rng=np.random.default_rng(0))
    new = 10.0 * np.random.default_rng(1).standard_normal((30, 2))
    np.testing.assert_allclose(head(new), level, rtol=1e-9)
    assert len(set(head.scores(new).tolist())) == 1, "rounding is no preference"


@pytest.mark.prop("P14.7", "a unit that is dead on the labels plays no part")
def test_dead_units(subject):
    fit_dual_head = subject("ally.fit_dual_head")
    H, duals = sample(1)
    H[:, 2] = 0.25
    head = fit_dual_head(H, duals, rng=np.random.default_rng(0), **SMALL)
    moved = H.copy()
    moved[:, 2] = 7.0
    np.testing.assert_array_equal(head(moved), head(H))
    assert np.isfinite(head(moved)).all()
    assert (head.slopes(H)[:, 2] == 0.0).all()


@pytest.mark.prop("P14.7", "a unit may be of any size beside the others")
def test_units_of_other_sizes(subject):
    fit_dual_head = subject("ally.fit_dual_head")
    H, duals = sample(3)
    other = H * [1e12, 1.0, 1e-12]
    heads = [
        fit_dual_head(E, duals, rng=np.random.default_rng(0), **SMALL)
        for E in (H, other)
    ]
    np.testing.assert_allclose(heads[0](H), heads[1](other), atol=1e-3)


@pytest.mark.prop("P14.5", "slopes of the scores are those of finite differences")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_slopes(subject, seed):
    fit_dual_head = subject("ally.fit_dual_head")
    H, duals = sample(seed)
    H = H * [1.0, 5.0, 0.2]
    head = fit_dual_head(H, 4.0 * duals, rng=np.random.default_rng(seed), **SMALL)
    slopes, t = head.slopes(H), 1e-6
    for k in range(3):
        side = t * np.eye(3)[k]
        ahead, behind = head.scores(H + side), head.scores(H - side)
        middle = head.scores(H)
        smooth = np.abs(ahead + behind - 2 * middle) < 1e-9  # no kink between
        slope = (ahead - behind) / (2 * t)
        np.testing.assert_allclose(slopes[smooth, k], slope[smooth], atol=1e-5)
        assert smooth.sum() > 40


@pytest.mark.prop("P14.7", "same generator, same head; the arguments stay")
def test_determinism(subject):
    fit_dual_head = subject("ally.fit_dual_head")
    H, duals = sample(2)
    kept = H.copy(), duals.copy()
    twins = [
        fit_dual_head(H, duals, rng=np.random.default_rng(3), **SMALL)(H)
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*twins)
    np.testing.assert_array_equal(kept[0], H)
    np.testing.assert_array_equal(kept[1], duals)


def test_bad_arguments_are_named():
    H, duals = sample(0)
    rng = np.random.default_rng(0)
    for wrong, name in (
        ({"duals": -duals}, "duals"),
        ({"duals": duals[1:]}, "duals"),
        ({"embeddings": H[:, :0]}, "embeddings"),
        ({"hidden": (0,)}, "hidden"),
        ({"max_iter": -1}, "max_iter"),
    ):
        with pytest.raises(ValueError, match=name):
            reference_head(**{"embeddings": H, "duals": duals, "rng": rng} | wrong)
    head = reference_head(H, duals, rng=rng, **SMALL)
    with pytest.raises(ValueError, match="embeddings"):
        head(H[:, :2])
