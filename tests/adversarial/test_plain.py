"""Properties of the plain robust program, and where plain is not enough."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.adversarial import fit_robust as reference_fit
from reference.adversarial import (
    plain_fgsm,
    plain_robust,
    plain_worst_outputs,
    radii_with_bias,
)
from reference.common import with_bias
from reference.convex_relu import balanced_network
from reference.relu_lp import ConvexWeights, ReluNetwork
from tests import strategies
from tests.adversarial.oracle import (
    boxed_data,
    corners,
    cvxpy_robust,
    loss_of,
    stable_weights,
)


def on_a_line(seed, n=4):
    """Gaussian points on a line with a bias, labels, patterns, λ and a box."""
    rng = np.random.default_rng(seed)
    X, y = with_bias(rng.standard_normal((n, 1))), rng.choice([-1.0, 1.0], n)
    box = np.array([rng.uniform(0.02, 0.3), 0.0])
    return X, y, enumerate_patterns(X).masks, 10 ** rng.uniform(-1.5, 0.0), box


@pytest.mark.prop("P8.50", "one plain step follows finite differences", stage="plain")
@given(seed=strategies.seeds)
def test_plain_fgsm(subject, seed):
    plain_fgsm = subject("adversarial.plain_fgsm")
    rng = np.random.default_rng(seed)
    W, alpha = rng.standard_normal((3, 5)), rng.standard_normal(5)
    X, y = rng.standard_normal((4, 3)), rng.choice([-1.0, 1.0], 4)
    epsilon = np.array([0.2, 0.0, 1.5])
    network, step = ReluNetwork(W, alpha), plain_fgsm(X, y, W, alpha, epsilon) - X
    for j in range(3):
        shift = 1e-7 * np.eye(3)[j]
        rise = y * (network(X + shift) - network(X - shift))
        clear = np.abs(rise) > 1e-9
        assert step[clear, j] == pytest.approx(-epsilon[j] * np.sign(rise[clear]))
        assert (np.abs(step[:, j]) <= epsilon[j] + 1e-12).all()


@pytest.mark.prop("P8.50", "one plain step follows finite differences", stage="plain")
def test_plain_fgsm_by_hand(subject):
    plain_fgsm = subject("adversarial.plain_fgsm")
    W, alpha = np.array([[1.0, -1.0, 2.0], [0.0, 1.0, 0.0]]), np.array([1.0, 3.0, -1.0])
    X = np.array([[2.0, 1.0], [-2.0, 1.0], [-3.0, -4.0]])
    got = plain_fgsm(X, np.array([1.0, 1.0, -1.0]), W, alpha, np.array([0.5, 0.25]))
    # slopes (1 - 2, 0), (-3, 3) and none: all neurons sleep at the last sample
    assert got.tolist() == [[2.5, 1.0], [-1.5, 0.75], [-3.0, -4.0]]


@pytest.mark.prop(
    "P8.51", "the plain range is that of the corners, in the cones", stage="plain"
)
@given(case=boxed_data(gaussian=True), seed=strategies.seeds)
def test_plain_worst_outputs(subject, case, seed):
    plain_worst_outputs = subject("adversarial.plain_worst_outputs")
    X, _, epsilon, _ = case
    patterns, weights = stable_weights(X, epsilon, np.random.default_rng(seed))
    blocks = np.stack([weights.positive, weights.negative])
    low, high = plain_worst_outputs(blocks, X, patterns.masks, epsilon)
    ends = [balanced_network(weights)(corners(x, epsilon)) for x in X]
    assert low == pytest.approx([values.min() for values in ends], abs=1e-9)
    assert high == pytest.approx([values.max() for values in ends], abs=1e-9)


@pytest.mark.prop(
    "P8.51", "the plain range is that of the corners, in the cones", stage="plain"
)
def test_plain_worst_outputs_by_hand(subject):
    plain_worst_outputs = subject("adversarial.plain_worst_outputs")
    X, masks = (
        np.array([[3.0, 1.0], [-3.0, 1.0]]),
        np.array([[1, 0], [1, 1]], dtype=bool),
    )
    blocks = np.array([[[2.0, 0.0], [0.0, 1.0]], [[0.5, 0.0], [0.2, 4.0]]])
    # slopes (1.3, -3) at the first sample, (-0.2, -3) at the second
    low, high = plain_worst_outputs(blocks, X, masks, np.array([0.5, 0.1]))
    assert low == pytest.approx([0.9 - 0.95, -2.4 - 0.4])
    assert high == pytest.approx([0.9 + 0.95, -2.4 + 0.4])


@pytest.mark.prop(
    "P8.52", "plain ends within its gap of a conic solver's value", stage="plain"
)
@settings(max_examples=8)
@given(seed=strategies.seeds)
def test_plain_robust(subject, seed):
    plain_robust = subject("adversarial.plain_robust")
    X, y, masks, reg, box = on_a_line(seed)
    blocks, objective, gap = plain_robust(X, y, masks, reg, box)
    assert blocks.shape == (2, len(masks), 2)
    best = cvxpy_robust(X, y, masks, reg, box, "hinge")[0]
    assert -1e-9 <= gap <= 1e-6 * len(y)
    assert best - 1e-5 <= objective <= best + gap + 1e-5
    # the objective is the network's: corners, and the decay of its neurons
    network = balanced_network(ConvexWeights(*blocks))
    worst = sum(
        loss_of(network(corners(x, box)), t, "hinge").max() if network.width else 1.0
        for x, t in zip(X, y, strict=True)
    )
    decay = 0.5 * reg * ((network.hidden**2).sum() + (network.output**2).sum())
    assert objective == pytest.approx(worst + decay, abs=1e-6)


@pytest.mark.prop(
    "P8.52", "plain ends within its gap of a conic solver's value", stage="plain"
)
@pytest.mark.parametrize(
    "epsilon, reg", [(0.0, 0.3), (0.5, 0.3), (1.5, 0.3), (1.8, 0.3)]
)
def test_two_points(subject, epsilon, reg):
    plain_robust = subject("adversarial.plain_robust")
    X, y = np.array([[2.0], [-2.0]]), np.array([1.0, -1.0])
    masks = np.array([[True, False], [False, True]])
    blocks, objective, gap = plain_robust(X, y, masks, reg, np.array([epsilon]))
    u = 1.0 / (2.0 - epsilon) if reg < 2.0 - epsilon else 0.0  # by hand, on the page
    expected = [[[u], [0.0]], [[0.0], [-u]]]
    np.testing.assert_allclose(blocks, expected, atol=1e-7)
    assert objective == pytest.approx(2 * reg * u + 2 * (u == 0.0), abs=1e-7)
    assert abs(gap) <= 1e-7


@pytest.mark.prop("P8.52", "few plain rounds are honest about their gap", stage="plain")
@pytest.mark.parametrize("max_iter", [1, 2])
def test_few_rounds(subject, max_iter):
    plain_robust = subject("adversarial.plain_robust")
    X, y, masks, _, box = on_a_line(1)
    best = cvxpy_robust(X, y, masks, 0.5, box, "hinge")[0]
    _, objective, gap = plain_robust(X, y, masks, 0.5, box, max_iter=max_iter)
    assert gap > 1e-4
    assert objective - gap <= best + 1e-6 <= objective + 2e-6
    if max_iter == 1:  # no tangent yet: the bound is the loss alone
        free = cvxpy_robust(X, y, masks, 0.0, box, "hinge")[0]
        assert objective - gap == pytest.approx(free, abs=1e-5)


@pytest.mark.prop("P8.53", "plain and robust agree where plain succeeds", stage="plain")
@settings(max_examples=8)
@given(seed=strategies.seeds)
def test_plain_agrees(subject, seed):
    plain_robust = subject("adversarial.plain_robust")
    X, y, masks, reg, box = on_a_line(seed, n=3)
    patterns = Patterns(masks, enumerate_patterns(X).gates)
    _, objective, gap = plain_robust(X, y, masks, reg, box)
    fit = reference_fit(X, y, patterns, reg, box, loss="hinge")
    assert objective == pytest.approx(fit.objective, abs=fit.gap + gap + 1e-6)


# ---------------------------------------------------------- where plain is not enough


@pytest.mark.prop("P8.54", "plain moves a bias if told so; the robust attack refuses")
def test_a_number_for_the_box(subject):
    fgsm = subject("adversarial.fgsm")
    W, alpha, X, y = np.ones((2, 1)), np.ones(1), np.array([[3.0, 1.0]]), np.ones(1)
    assert plain_fgsm(X, y, W, alpha, 0.5)[0, 1] == 0.5  # a bias of one half
    with pytest.raises(ValueError, match="epsilon"):
        fgsm(ReluNetwork(W, alpha), X, y, 0.5, loss="hinge")


@pytest.mark.prop("P8.54", "plain follows labels; a target is approached from its side")
def test_a_target_is_no_label(subject):
    fgsm = subject("adversarial.fgsm")
    W, alpha, X, y = np.ones((1, 1)), np.ones(1), np.array([[5.0]]), np.array([3.0])
    radius = np.array([0.5])
    assert plain_fgsm(X, y, W, alpha, radius)[0, 0] < 5.0  # closer to the target
    assert fgsm(ReluNetwork(W, alpha), X, y, radius).tolist() == [[5.5]]


@pytest.mark.prop("P8.54", "a peak inside the box: plain FGSM overshoots it")
def test_a_peak(subject):
    pgd = subject("adversarial.pgd")
    bump = ReluNetwork([[1.0, 1.0], [0.0, -0.5]], [1.0, -3.0])
    X, y, box = np.array([[0.2, 1.0]]), np.array([-1.0]), np.array([1.1, 0.0])
    end = plain_fgsm(X, y, bump.hidden, bump.output, box)
    found = pgd(bump, X, y, box, loss="hinge", rng=np.random.default_rng(0))
    assert bump(end)[0] < bump(X)[0] < 0.45 < bump(found)[0]


@pytest.mark.prop("P8.54", "outside the cones the plain range bounds nothing")
def test_outside_the_cones(subject):
    worst_case_loss = subject("adversarial.worst_case_loss")
    X, masks, box = np.array([[1.0, 1.0]]), np.array([[True]]), np.array([3.0, 0.0])
    weights = ConvexWeights([[0.0, 0.0]], [[1.0, 0.0]])  # f(x) = -(x)_+, a bend at 0
    low, high = plain_worst_outputs(
        np.stack([weights.positive, weights.negative]), X, masks, box
    )
    assert (low[0], high[0]) == (-4.0, 2.0)  # no output is positive
    with pytest.raises(ValueError, match="cones"):
        worst_case_loss(weights, X, [1.0], Patterns(masks, [[1.0, 0.0]]), box)


@pytest.mark.prop("P8.54", "data in units of 1e-9: plain is wrong, with a gap of zero")
def test_units(subject):
    fit_robust = subject("adversarial.fit_robust")
    X, y = 1e-9 * np.array([[2.0], [-2.0], [1.0]]), np.array([1.0, -1.0, 1.0])
    patterns, box, reg = enumerate_patterns(X), np.array([0.5e-9]), 1e-10
    _, objective, gap = plain_robust(X, y, patterns.masks, reg, box)
    fit = fit_robust(X, y, patterns, reg, box, loss="hinge")
    assert fit.objective == pytest.approx(4 / 15, abs=1e-5)
    assert objective > 1.0
    assert gap < 1e-6


@pytest.mark.prop("P8.54", "six features: ten rounds of tangents are far from enough")
def test_many_features(subject):
    fit_robust = subject("adversarial.fit_robust")
    rng = np.random.default_rng(0)
    X, y = with_bias(rng.standard_normal((6, 6))), rng.choice([-1.0, 1.0], 6)
    gates, box = rng.standard_normal((3, 7)), radii_with_bias(0.01, 7)
    patterns = Patterns(gates @ X.T >= 0, gates)
    _, _, gap = plain_robust(X, y, patterns.masks, 0.5, box, max_iter=10)
    fit = fit_robust(X, y, patterns, 0.5, box, loss="hinge")
    assert gap > 0.01 > 1e-4 > fit.gap
