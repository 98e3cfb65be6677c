"""Properties of Adam, against the recurrences of the paper, number by number."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies


def recurrences(slopes, step, start):
    """Adam in one coordinate, in Python floats."""
    m = v = 0.0
    z = start
    for t, g in enumerate(slopes, 1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        z -= step * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return z


@pytest.mark.prop("P11.44", "Adam's steps are those of the recurrences")
@given(
    seed=strategies.seeds,
    steps=st.integers(0, 12),
    scale=st.sampled_from([1e-9, 1e-4, 1.0, 1e6]),
)
def test_adam_is_its_recurrences(subject, seed, steps, scale):
    rng = np.random.default_rng(seed)
    slopes = scale * rng.standard_normal((steps, 3))
    start = rng.standard_normal(3)
    given_slopes = iter(slopes)
    found = subject("acquisition.minimize_adam")(
        lambda z: next(given_slopes), start, step_size=0.1, max_iter=steps
    )
    expected = [recurrences(slopes[:, k], 0.1, start[k]) for k in range(3)]
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.prop("P11.44", "Adam's steps are those of the recurrences")
def test_adam_on_three_numbers(subject):
    slopes = iter([[1.0], [-2.0], [0.5], [3.0]])
    found = subject("acquisition.minimize_adam")(
        lambda z: next(slopes), [1.0], step_size=0.5, max_iter=4
    )
    expected = recurrences([1.0, -2.0, 0.5, 3.0], 0.5, 1.0)
    np.testing.assert_allclose(found, [expected], rtol=1e-12)


@pytest.mark.prop("P11.45", "Adam's first step has the length of the step size")
@given(seed=strategies.seeds, scale=st.sampled_from([1e-3, 1.0, 1e9]))
def test_the_first_step(subject, seed, scale):
    slope = scale * np.random.default_rng(seed).uniform(0.5, 2.0, 4) * [1, -1, 1, -1]
    found = subject("acquisition.minimize_adam")(
        lambda z: slope, np.zeros(4), step_size=0.25, max_iter=1
    )
    np.testing.assert_allclose(found, [-0.25, 0.25, -0.25, 0.25], rtol=1e-4)


@pytest.mark.prop("P11.46", "Adam asks for the gradient where it is")
def test_adam_minimises_a_parabola(subject):
    target = np.array([1.0, -2.0, 0.0])
    start = np.zeros(3)
    found = subject("acquisition.minimize_adam")(
        lambda z: 2.0 * (z - target), start, step_size=0.05, max_iter=800
    )
    np.testing.assert_allclose(found, target, atol=1e-3)
    assert not start.any(), "the start was changed"


@pytest.mark.prop("I11.41", "gradients that are none are refused")
def test_bad_gradients(subject):
    minimize_adam = subject("acquisition.minimize_adam")
    for bad in (lambda z: [1.0], lambda z: [np.nan, 1.0], lambda z: None):
        with pytest.raises(ValueError, match="gradient"):
            minimize_adam(bad, [0.0, 0.0], max_iter=1)
    with pytest.raises(ValueError, match="gradient"):
        minimize_adam(3, [0.0], max_iter=1)
