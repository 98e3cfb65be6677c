"""Properties of robust cones: their slack, their radius, who reaches them."""

import numpy as np
import pytest
from hypothesis import given

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.adversarial import radii_with_bias
from reference.common import Infeasible
from reference.relu_lp import ConvexWeights
from tests import strategies
from tests.adversarial.oracle import boxed_data, corners, cvxpy_radius, stable_weights


@pytest.mark.prop(
    "P8.16",
    "the slack is the least signed pre-activation over all boxes",
    stage="plain",
)
@given(case=boxed_data(), seed=strategies.seeds)
def test_slack_is_the_minimum_over_corners(subject, case, seed):
    robust_slack = subject("adversarial.robust_slack")
    X, _, epsilon, _ = case
    rng = np.random.default_rng(seed)
    masks = rng.random((3, len(X))) < 0.5
    blocks = rng.standard_normal((2, 3, X.shape[1]))
    expected = min(
        (1.0 if masks[i, k] else -1.0) * (corner @ blocks[s, i])
        for s in range(2)
        for i in range(3)
        for k, x in enumerate(X)
        for corner in corners(x, epsilon)
    )
    got = robust_slack(ConvexWeights(*blocks), X, masks, epsilon)
    assert got == pytest.approx(expected, abs=1e-10)


@pytest.mark.prop("P8.17", "the radius is the l1 margin of the pattern")
@given(case=boxed_data(max_rows=6), seed=strategies.seeds)
def test_radius_is_the_margin(subject, case, seed):
    robust_radius = subject("adversarial.robust_radius")
    X, epsilon = case[0], case[2]
    shape = np.where(np.arange(X.shape[1]) < X.shape[1] - 1, 1.0, 0.0)
    shape[0] = 0.5 + (seed % 2)
    rng = np.random.default_rng(seed)
    masks = rng.random((2, len(X))) < 0.5
    got = robust_radius(X, masks, shape)
    for radius, mask in zip(got, masks, strict=True):
        expected = cvxpy_radius(X, mask, shape)
        if expected > 99:  # the oracle's cap stands for infinity
            assert radius == np.inf
        else:
            assert radius == pytest.approx(max(expected, 0.0), abs=1e-5)
    if (epsilon > 0).any():  # a larger box, a smaller radius
        scaled = robust_radius(X, masks, 4 * shape)
        assert 4 * scaled == pytest.approx(got, abs=1e-9)


@pytest.mark.prop(
    "P8.7", "a mask that is no pattern of X has radius 0, however it is reached"
)
@given(case=boxed_data(max_rows=4, gaussian=True), seed=strategies.seeds)
def test_patterns_of_moved_data_have_no_radius(subject, case, seed):
    robust_radius = subject("adversarial.robust_radius")
    X = case[0] * np.append(np.full(case[0].shape[1] - 1, 0.5), 1.0)
    rng = np.random.default_rng(seed)
    box = radii_with_bias(0.8, X.shape[1])
    own = {mask.tobytes() for mask in enumerate_patterns(X).masks}
    moved = []
    for _ in range(10):  # each sample moves on its own, then a neuron looks at it
        there = X + box * rng.uniform(-1, 1, X.shape)
        mask = there @ rng.standard_normal(X.shape[1]) > 0
        if mask.tobytes() not in own:
            moved.append(mask)
    if moved:
        assert (robust_radius(X, np.array(moved), box) == 0).all()


@pytest.mark.prop(
    "P8.18", "exactly the patterns of radius above 1 are kept, gates inside"
)
@given(case=boxed_data(max_rows=4, gaussian=True))
def test_robust_patterns_are_those_of_large_radius(subject, case):
    robust_patterns = subject("adversarial.robust_patterns")
    X, _, epsilon, _ = case
    patterns = enumerate_patterns(X)
    shape = radii_with_bias(1.0, X.shape[1])
    radii = np.array([cvxpy_radius(X, mask, shape) for mask in patterns.masks])
    if np.abs(radii - epsilon[0]).min() < 1e-4:
        return  # too close to call for the oracle
    wanted = patterns.masks[radii > epsilon[0]]
    before = patterns.gates.copy()
    got = robust_patterns(X, patterns, epsilon)
    assert (got.masks == wanted).all()
    side = np.where(got.masks, 1.0, -1.0)
    slack = (side * (got.gates @ X.T)).min(axis=1)
    assert (slack > np.abs(got.gates) @ epsilon).all(), "a gate is not inside"
    assert (patterns.gates == before).all(), "the patterns were modified"


@pytest.mark.prop("P8.19", "robust cones are nested: larger boxes keep fewer patterns")
@given(case=boxed_data(max_rows=4))
def test_larger_boxes_keep_fewer_patterns(subject, case):
    robust_patterns = subject("adversarial.robust_patterns")
    X = case[0]
    patterns = enumerate_patterns(X)
    kept = [
        {
            m.tobytes()
            for m in robust_patterns(X, patterns, radii_with_bias(e, X.shape[1])).masks
        }
        for e in (0.0, 0.1037, 0.4713)  # no boxes touch
    ]
    assert kept[0] >= kept[1] >= kept[2]
    assert len(kept[0]) == len(patterns)
    _, weights = stable_weights(
        X, radii_with_bias(0.1037, X.shape[1]), np.random.default_rng(0)
    )
    used = np.abs(weights.positive).max(axis=1) > 0
    assert {m.tobytes() for m in patterns.masks[used]} <= kept[1]


@pytest.mark.prop("P8.19", "robust cones are nested: larger boxes keep fewer patterns")
def test_zero_rows_cut_nothing_unless_they_move(subject):
    robust_patterns = subject("adversarial.robust_patterns")
    X = np.array([[0.0], [1.0]])
    patterns = Patterns(
        np.array([[True, True], [True, False]]), np.array([[1.0], [-1.0]])
    )
    assert len(robust_patterns(X, patterns, 0.0)) == 2
    with pytest.raises(Infeasible) as caught:
        robust_patterns(X, patterns, 0.1)
    assert (caught.value.certificate == 0).all()


@pytest.mark.prop("P8.30", "no weights on unmoved columns are lost without a word")
@pytest.mark.parametrize(
    "X, epsilon",
    [
        ([[0.1, 0.0], [-0.1, 0.0], [0.3, 1.0]], [1.0, 0.0]),  # v = (0, 1) never moves
        ([[0.0, 0.0], [1.0, 2.0]], [0.1, 0.0]),
    ],
)
def test_flat_cones_are_refused(subject, X, epsilon):
    robust_patterns = subject("adversarial.robust_patterns")
    with pytest.raises(ValueError, match="unmoved"):
        robust_patterns(X, enumerate_patterns(X), epsilon)


@pytest.mark.prop("P8.31", "boxes that touch exactly are refused, not rounded away")
def test_touching_boxes(subject):
    robust_patterns = subject("adversarial.robust_patterns")
    X = np.array([[-1.0, -2.0], [-1.0, 1.0], [1.0, 2.0], [0.0, -1.0]])
    patterns, epsilon = enumerate_patterns(X), np.array([0.05, 1.0])
    with pytest.raises(ValueError, match="touch"):
        robust_patterns(X, patterns, epsilon)
    assert len(robust_patterns(X, patterns, 0.999 * epsilon)) > 0
    with pytest.raises(Infeasible):
        robust_patterns(X, patterns, 1.001 * epsilon)


@pytest.mark.prop("P8.30", "no weights on unmoved columns are lost without a word")
@pytest.mark.parametrize("seed", range(5))
def test_flat_cones_inside_others_are_left_out(subject, seed):
    robust_patterns = subject("adversarial.robust_patterns")
    rng = np.random.default_rng(seed)
    # a feature, a category that nobody can change, and a bias
    category = np.array([0.0, 1.0, 0.0, 1.0, 1.0])
    X = np.column_stack([rng.standard_normal(5), category, np.ones(5)])
    kept = robust_patterns(X, enumerate_patterns(X), [9.0, 0.0, 0.0])
    got = sorted(map(tuple, kept.masks.astype(int)))
    c = tuple(category.astype(int))
    opposite = tuple(1 - v for v in c)
    assert got == sorted([(0,) * 5, c, opposite, (1,) * 5])


@pytest.mark.prop("P8.17", "the radius is the l1 margin of the pattern")
@pytest.mark.parametrize("scale", [1e-10, 1e10])
def test_radius_does_not_depend_on_units(subject, scale):
    robust_radius = subject("adversarial.robust_radius")
    X = np.array([[-2.0, 1.0], [-1.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    masks = np.array(
        [[True] * 4, [False, True, True, True], [False, False, True, True]]
    )
    for units in ([scale, 1.0], [scale, scale]):
        got = robust_radius(X * units, masks, [scale, 0.0])
        assert got == pytest.approx([np.inf, 0.5, 1.0])


@pytest.mark.prop("P8.17", "the radius is the l1 margin of the pattern")
@pytest.mark.parametrize("tiny", [1.0, 2.0**-40, 2.0**-100])
def test_a_tiny_sample_counts(subject, tiny):
    robust_radius = subject("adversarial.robust_radius")
    X, mask = np.array([[1.0, 1.0], [tiny, -tiny]]), np.array([[True, True]])
    assert robust_radius(X, mask, [0.0, 0.0]) == np.inf
    # u_1 - u_2 >= 1 / tiny is paid by both coordinates alike
    assert robust_radius(X, mask, [1.0, 1.0]) == pytest.approx(tiny)
    other = robust_radius(X, ~mask, [0.0, 1.0])  # -u_1 - u_2 >= 1, u_2 - u_1 >= 1 / t
    assert other == np.inf


@pytest.mark.prop("P8.30", "no weights on unmoved columns are lost without a word")
@pytest.mark.parametrize("tiny", [1.0, 2.0**-40, 2.0**-100])
def test_a_tiny_sample_tells_flat_cones_apart(subject, tiny):
    robust_patterns = subject("adversarial.robust_patterns")
    X = np.array([[0.5, 1.0, 0], [-0.5, 1, 0], [0, -2 * tiny, tiny], [0, 1, 1]])
    gates = np.array([[0.0, 1.0, 0.0], [3.0, 0.0, 1.0]])  # the second is at (0, 0, 1)
    patterns = Patterns(gates @ X.T >= 0, gates)
    with pytest.raises(ValueError, match="unmoved"):
        robust_patterns(X, patterns, [1.0, 0.0, 0.0])


MASKS = np.array([[True, False]])
GOOD_X = np.array([[2.0, 1.5], [-3.0, 1.0]])


@pytest.mark.prop(
    "I8.3", "robust cones refuse bad input, and a number that moves a bias"
)
@pytest.mark.parametrize(
    "X, masks, epsilon, named",
    [
        (GOOD_X, MASKS, -1.0, "epsilon"),
        (GOOD_X, MASKS[:, :1], 0.1, "masks"),
        (GOOD_X, MASKS.astype(float), 0.1, "masks"),
        (np.ones((2, 2)), MASKS, 0.1, "radii_with_bias"),
        ([[np.nan, 1.0]] * 2, MASKS, 0.1, "X"),
    ],
)
def test_radius_refuses(subject, X, masks, epsilon, named):
    robust_radius = subject("adversarial.robust_radius")
    with pytest.raises(ValueError, match=named):
        robust_radius(X, masks, epsilon)


@pytest.mark.prop(
    "I8.3", "robust cones refuse bad input, and a number that moves a bias"
)
@pytest.mark.parametrize(
    "weights, epsilon, named",
    [
        (ConvexWeights(np.ones((2, 2)), np.ones((2, 2))), 0.1, "weights"),
        (ConvexWeights(np.ones((1, 3)), np.ones((1, 2))), 0.1, "weights"),
        (ConvexWeights(np.ones((1, 2)), np.ones((1, 2))), [0.1], "epsilon"),
    ],
)
def test_slack_refuses(subject, weights, epsilon, named):
    robust_slack = subject("adversarial.robust_slack")
    with pytest.raises(ValueError, match=named):
        robust_slack(weights, GOOD_X, MASKS, epsilon)


@pytest.mark.prop(
    "I8.3", "robust cones refuse bad input, and a number that moves a bias"
)
@pytest.mark.parametrize(
    "patterns, epsilon, named",
    [
        (Patterns(MASKS, np.ones((1, 3))), 0.1, "gates"),
        (Patterns(MASKS[:, :1], np.ones((1, 2))), 0.1, "masks"),
        (Patterns(MASKS, np.ones((1, 2))), np.nan, "epsilon"),
    ],
)
def test_robust_patterns_refuses(subject, patterns, epsilon, named):
    robust_patterns = subject("adversarial.robust_patterns")
    with pytest.raises(ValueError, match=named):
        robust_patterns(GOOD_X, patterns, epsilon)
