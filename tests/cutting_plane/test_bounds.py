"""Properties of the bound on mistakes, and of what it counts."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.cutting_plane import active_learn
from reference.version_space import centroid, plain_clip, plain_polygon_centroid
from tests import strategies
from tests.cutting_plane.oracle import Seller

SHARE = 1 - 1 / math.e


def area(polygon):
    v, w = polygon, np.roll(polygon, -1, axis=0)
    return 0.5 * float((v[:, 0] * w[:, 1] - v[:, 1] * w[:, 0]).sum())


SQUARE = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])


@pytest.mark.prop(
    "P12.18", "the bound is D log(R/r) over -log(1 - 1/e + t), rounded down"
)
@given(
    D=st.integers(1, 10**6),
    ratio=st.floats(1.0, 1e12),
    miss=st.floats(0.0, 0.36),
)
def test_the_formula(subject, D, ratio, miss):
    mistake_bound = subject("cutting_plane.mistake_bound")
    got = mistake_bound(D, ratio, miss=miss)
    # so many cuts are allowed by the volumes, and one more is not
    left = D * math.log(ratio)
    each = -math.log(1 - math.exp(-1) + miss)
    assert got * each <= left * (1 + 1e-12)
    assert (got + 1) * each > left * (1 - 1e-12)


@pytest.mark.prop("P12.18", "the bound of the paper's spiral exceeds its pool at once")
def test_the_spiral(subject):
    mistake_bound = subject("cutting_plane.mistake_bound")
    D = 2 * 623 * 3
    assert D == 3738
    assert mistake_bound(D, math.e) == 8149  # 2.18 D
    assert mistake_bound(D, 1.01) == 81  # more than the 80 labels there are
    assert mistake_bound(D, 10.0) == 18765
    assert mistake_bound(D, 1.0) == 0
    assert mistake_bound(1, 2.0) == 1
    assert mistake_bound(D, 10.0, miss=0.3) > 5 * mistake_bound(D, 10.0)


@pytest.mark.prop("P12.14", "a cut through the centroid keeps at most 1 - 1/e: exactly")
@given(seed=strategies.seeds, corners=st.integers(3, 9))
def test_gruenbaum_in_the_plane(subject, seed, corners):
    mistake_bound = subject("cutting_plane.mistake_bound")
    rng = np.random.default_rng(seed)
    polygon = SQUARE
    for _ in range(corners):
        theta = rng.uniform(0, 2 * np.pi)
        normal = np.array([np.cos(theta), np.sin(theta)])
        clipped = plain_clip(polygon, normal, rng.uniform(0.1, 1.2))
        polygon = clipped if len(clipped) > 2 else polygon
    middle, before = plain_polygon_centroid(polygon), area(polygon)
    theta = rng.uniform(0, 2 * np.pi)
    normal = np.array([np.cos(theta), np.sin(theta)])
    after = area(plain_clip(polygon, normal, normal @ middle))
    assert 4 / 9 - 1e-9 <= after / before <= 5 / 9 + 1e-9  # in the plane
    assert after / before <= SHARE
    # one such cut of a disc's log volume ratio is what the bound allows
    assert mistake_bound(1, before / after) >= 0


@pytest.mark.prop(
    "P12.14", "misprint: a cut removes 37 %, not 63 %: a triangle loses 44 %"
)
def test_digest_says_63_percent(subject):
    mistake_bound = subject("cutting_plane.mistake_bound")
    triangle = np.array([[0.0, 0], [1, 0], [0, 1]])
    middle = plain_polygon_centroid(triangle)
    # through the centroid, parallel to the long side; the corner at 0 is cut away
    kept = area(plain_clip(triangle, np.array([-1.0, -1]), -middle.sum())) / 0.5
    assert kept == pytest.approx(5 / 9)
    assert 1 - kept < 0.45, "63 % would have to be removed"
    # a simplex in d dimensions keeps 1 - (d/(d+1))^d: towards 1 - 1/e from below
    kept = [1 - (d / (d + 1)) ** d for d in (1, 2, 10, 1000)]
    assert kept == sorted(kept)
    assert kept[-1] < SHARE
    assert kept[-1] == pytest.approx(SHARE, abs=1e-3)
    # if 63 % went with each cut, half as many mistakes would be allowed
    assert mistake_bound(100, 10.0) > 1.9 * 100 * math.log(10) / -math.log(1 - 0.63)


@pytest.mark.prop("P12.14", "mistakes of the exact centroid stay below the bound")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_mistakes_of_the_centroid(subject, seed):
    mistake_bound = subject("cutting_plane.mistake_bound")
    rng = np.random.default_rng(seed)
    X, truth = rng.standard_normal((40, 2)), rng.standard_normal(2)
    truth *= 0.7 / np.abs(truth).max()
    y = np.sign(X @ truth)
    polygon, mistakes = SQUARE, 0
    for i in range(len(X)):
        middle = plain_polygon_centroid(polygon)
        before = area(polygon)
        polygon = plain_clip(polygon, -y[i] * X[i], 0.0)
        if y[i] * (X[i] @ middle) <= 0:
            mistakes += 1
            assert area(polygon) <= SHARE * before * (1 + 1e-9)
    ratio = np.sqrt(4 / area(polygon))  # as squares in R^2
    assert mistakes <= mistake_bound(2, ratio) + 1e-9


@pytest.mark.prop("P12.14", "right labels are bought, and nothing bounds them")
def test_right_labels_cost_as_much(subject):
    mistake_bound = subject("cutting_plane.mistake_bound")
    X = np.column_stack([np.linspace(1, 2, 30), np.ones(30)])
    seller = Seller(np.ones(30))
    run = active_learn(X, seller, None, budget=30, rng=np.random.default_rng(0))
    wrong = sum(record.mistake for record in run.history)
    assert run.labels_bought == 30
    assert wrong == 1
    # the right weights fill at least a fourteenth of the disc: a square of that ratio
    assert wrong <= mistake_bound(2, np.sqrt(14.0)) < 30


@pytest.mark.prop(
    "P12.14", "the analytic centre has no volume constant: a pile of rows"
)
def test_the_analytic_centre_has_no_share(subject):
    mistake_bound = subject("cutting_plane.mistake_bound")
    from reference.analytic_center import analytic_center

    for m in (1, 10, 100):
        A = np.append(np.ones(m), -1.0)[:, None]  # z <= 1, written m times, -1 <= z
        z = float(analytic_center(A, np.ones(m + 1)).point[0])
        removed = (z + 1) / 2  # by the cut z >= z_c
        assert removed == pytest.approx(1 / (m + 1))
    mean = centroid(A, np.ones(m + 1), rng=np.random.default_rng(0)).point
    assert abs(float(mean[0])) < 0.05, "the centroid does not mind"
    assert mistake_bound(1, 2.0) == 1


@pytest.mark.prop("I12.1", "mistake_bound refuses what is no dimension, ratio or miss")
@pytest.mark.parametrize(
    "arguments, named",
    [
        ((0, 2.0), "variables"),
        ((2.5, 2.0), "variables"),
        ((2, 0.5), "ratio"),
        ((2, np.nan), "ratio"),
    ],
)
def test_bad_input(subject, arguments, named):
    mistake_bound = subject("cutting_plane.mistake_bound")
    with pytest.raises(ValueError, match=named):
        mistake_bound(*arguments)
    with pytest.raises(ValueError, match="miss"):
        mistake_bound(2, 2.0, miss=0.4)
