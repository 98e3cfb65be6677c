"""The generated data sets are what their docstrings say."""

import numpy as np
import pytest

from companion_data.synthetic import harder_spiral, spiral


def test_spiral_follows_the_published_formula_point_by_point():
    X, y = spiral()
    rows = []
    for s in (1, -1):
        for i in range(50):
            t = 50 * i / 99
            phi, r = np.pi * t / 16, 6.5 * (104 - t) / 104
            p = r * np.cos(phi) * s / 13 + 0.5, r * np.sin(phi) * s / 13 + 0.5
            rows.append([2 * p[0] - 1, 2 * p[1] - 1, 1.0, s])
    expected = np.array(rows)
    np.testing.assert_allclose(X, expected[:, :3], atol=1e-14)
    np.testing.assert_array_equal(y, expected[:, 3])


@pytest.mark.parametrize("turns", [0.5, 3])
def test_harder_spiral_turns_as_often_as_asked(turns):
    X, y = harder_spiral(300, turns)
    arm = X[y == 1, 0] + 1j * X[y == 1, 1]
    swept = np.angle(arm[1:] / arm[:-1]).sum()
    assert swept == pytest.approx(2 * np.pi * turns * (1 - 300**-0.5))
    np.testing.assert_allclose(X[y == -1, :2], -X[y == 1, :2])
    assert (np.diff(np.abs(arm)) > 0).all()
    assert abs(arm[-1]) == pytest.approx(1)
    assert (X[:, 2] == 1).all()


def test_harder_spiral_noise_has_the_size_asked_and_repeats_by_seed():
    clean, _ = harder_spiral(2000, 1)
    noisy, _ = harder_spiral(2000, 1, noise=0.1, rng=np.random.default_rng(0))
    again, _ = harder_spiral(2000, 1, noise=0.1, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(noisy, again)
    assert (noisy - clean)[:, :2].std() == pytest.approx(0.1, rel=0.05)
    assert (noisy[:, 2] == 1).all()


@pytest.mark.parametrize(
    "arguments, named",
    [
        ({"points_per_arm": 0, "turns": 1}, "points_per_arm"),
        ({"points_per_arm": 2.5, "turns": 1}, "points_per_arm"),
        ({"points_per_arm": True, "turns": 1}, "points_per_arm"),
        ({"points_per_arm": 3, "turns": 0}, "turns"),
        ({"points_per_arm": 3, "turns": np.nan}, "turns"),
        ({"points_per_arm": 3, "turns": 1, "noise": -1}, "noise"),
        ({"points_per_arm": 3, "turns": 1, "noise": 0.1}, "rng"),
    ],
)
def test_harder_spiral_names_bad_arguments(arguments, named):
    with pytest.raises(ValueError, match=named):
        harder_spiral(**arguments)
