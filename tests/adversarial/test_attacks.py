"""Properties of attacks, and of bounds that no attack can beat."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.adversarial import radii_with_bias
from reference.convex_relu import balanced_network
from reference.relu_lp import ReluNetwork
from tests import strategies
from tests.adversarial.oracle import (
    LOSSES,
    boxed_data,
    corners,
    exact_range,
    loss_of,
    stable_weights,
)


@st.composite
def attacked(draw, max_width=5):
    """Data, radii, a loss and a random network."""
    X, y, epsilon, loss = draw(boxed_data())
    m = draw(st.integers(1, max_width))
    rng = np.random.default_rng(draw(strategies.seeds))
    network = ReluNetwork(rng.standard_normal((X.shape[1], m)), rng.standard_normal(m))
    return network, X, y, epsilon, loss


@pytest.mark.prop(
    "P8.13", "the box moves every column by the radius, but not the bias", stage="plain"
)
@given(epsilon=st.floats(0, 10), columns=st.integers(2, 6))
def test_radii_with_bias(subject, epsilon, columns):
    radii_with_bias = subject("adversarial.radii_with_bias")
    got = radii_with_bias(epsilon, columns)
    assert got.tolist() == [epsilon] * (columns - 1) + [0.0]


@pytest.mark.prop(
    "P8.9", "both attacks stay in the box and leave the bias alone", stage="plain"
)
@given(case=attacked(), seed=strategies.seeds)
def test_fgsm_stays_in_the_box(subject, case, seed):
    fgsm = subject("adversarial.fgsm")
    network, X, y, epsilon, loss = case
    before = X.copy()
    moved = np.abs(fgsm(network, X, y, epsilon, loss=loss) - X)
    assert (moved <= epsilon + 1e-12).all()
    assert (before == X).all(), "the data were modified"


@pytest.mark.prop(
    "P8.9", "both attacks stay in the box and leave the bias alone", stage="plain"
)
@given(case=attacked(), seed=strategies.seeds)
def test_pgd_stays_in_the_box(subject, case, seed):
    pgd = subject("adversarial.pgd")
    network, X, y, epsilon, loss = case
    before = X.copy()
    rng = np.random.default_rng(seed)
    moved = np.abs(pgd(network, X, y, epsilon, loss=loss, steps=5, rng=rng) - X)
    assert (moved <= epsilon + 1e-12).all()
    assert (before == X).all(), "the data were modified"


@pytest.mark.prop(
    "P8.10",
    "where no neuron switches, one gradient step is the worst case",
    stage="plain",
)
@given(case=boxed_data(), seed=strategies.seeds)
def test_fgsm_is_exact_on_stable_networks(subject, case, seed):
    fgsm = subject("adversarial.fgsm")
    X, y, epsilon, loss = case
    _, weights = stable_weights(X, epsilon, np.random.default_rng(seed))
    network = balanced_network(weights)
    got = loss_of(network(fgsm(network, X, y, epsilon, loss=loss)), y, loss)
    best = [
        loss_of(network(corners(x, epsilon)), t, loss).max()
        for x, t in zip(X, y, strict=True)
    ]
    assert got == pytest.approx(best, abs=1e-9)


@pytest.mark.prop("P8.10", "one step moves even where the squared loss is zero")
def test_fgsm_leaves_a_fitted_point(subject):
    fgsm = subject("adversarial.fgsm")
    network = ReluNetwork([[1.0, -2.0], [0.0, 1.0]], [1.0, -1.0])
    X = np.array([[1.0, 4.0], [3.0, 1.0]])  # outputs -1 and 3, slopes (3, -1), (1, 0)
    moved = fgsm(network, X, np.array([-1.0, 3.0]), np.full(2, 0.5), loss="squared")
    assert np.abs(moved - X).tolist() == [[0.5, 0.5], [0.5, 0.0]]


@pytest.mark.prop(
    "P8.10",
    "where no neuron switches, one gradient step is the worst case",
    stage="plain",
)
@pytest.mark.parametrize("loss", LOSSES)
def test_fgsm_follows_finite_differences(subject, loss):
    fgsm = subject("adversarial.fgsm")
    rng = np.random.default_rng(3)
    network = ReluNetwork(rng.standard_normal((3, 6)), rng.standard_normal(6))
    X, y = rng.standard_normal((20, 3)), rng.choice([-1.0, 1.0], 20)
    step = (fgsm(network, X, y, np.full(3, 0.2), loss=loss) - X) / 0.2
    for j in range(3):
        shift = 1e-6 * np.eye(3)[j]
        f = network(X)
        slope = (network(X + shift) - network(X - shift)) / 2e-6
        outward = np.sign(f - y) if loss == "squared" else -y
        expected = np.sign(outward * slope) * (np.abs(slope) > 1e-9)
        assert step[:, j] == pytest.approx(expected, abs=1e-9)


@pytest.mark.prop("P8.11", "PGD is never weaker than the data and the one-step attack")
@given(case=attacked(), seed=strategies.seeds)
def test_pgd_beats_fgsm(subject, case, seed):
    pgd = subject("adversarial.pgd")
    network, X, y, epsilon, loss = case
    rng = np.random.default_rng(seed)
    found = pgd(network, X, y, epsilon, loss=loss, steps=3, restarts=0, rng=rng)
    got = loss_of(network(found), y, loss)
    before = network.hidden.T @ X.T > 0
    slope = (before.T * network.output) @ network.hidden.T
    s = np.where(network(X) < y, -1.0, 1.0) if loss == "squared" else -y
    one_step = X + epsilon * np.sign(s[:, None] * slope)
    floor = np.maximum(
        loss_of(network(X), y, loss), loss_of(network(one_step), y, loss)
    )
    assert (got >= floor - 1e-12).all()


@pytest.mark.prop("P8.11", "PGD is never weaker than the data and the one-step attack")
def test_pgd_finds_a_peak_inside_the_box(subject):
    pgd = subject("adversarial.pgd")
    # (x)_+ - 3 (x - 0.5)_+ peaks at 0.5, inside the box [-0.6, 1.2]
    network = ReluNetwork([[1.0, 1.0], [0.0, -0.5]], [1.0, -3.0])
    X, y, epsilon = np.array([[0.3, 1.0]]), np.array([-1.0]), np.array([0.9, 0.0])
    for loss in ("hinge", "logistic"):
        for seed in range(5):
            rng = np.random.default_rng(seed)
            found = pgd(network, X, y, epsilon, loss=loss, rng=rng)
            assert network(found)[0] > 0.45
    ends = network(corners(X[0], epsilon))
    assert ends.max() <= 0.0  # no corner comes close


@pytest.mark.prop("P8.11", "PGD is never weaker than the data and the one-step attack")
@pytest.mark.parametrize("loss", ["hinge", "logistic"])
def test_pgd_moves_where_the_loss_is_flat(subject, loss):
    pgd = subject("adversarial.pgd")
    # margins of 100 and more: the hinge loss is zero on the whole box
    network = ReluNetwork([[50.0], [-10.0]], [1.0])
    X, y, epsilon = np.array([[3.0, 1.0], [4.0, 1.0]]), np.ones(2), np.array([0.5, 0.0])
    rng = np.random.default_rng(0)
    found = pgd(network, X, y, epsilon, loss=loss, rng=rng)
    assert found[:, 0] == pytest.approx([2.5, 3.5])


@pytest.mark.prop("P8.4", "no attack exceeds the certificate", stage="plain")
@given(case=attacked(), seed=strategies.seeds)
def test_pgd_is_below_the_exact_worst_case(subject, case, seed):
    pgd = subject("adversarial.pgd")
    network, X, y, epsilon, loss = case
    rng = np.random.default_rng(seed)
    found = pgd(network, X[:1], y[:1], epsilon, loss=loss, steps=10, rng=rng)
    low, high = exact_range(network, X[0], epsilon)
    worst = loss_of(np.array([low, high]), y[0], loss).max()
    assert loss_of(network(found), y[:1], loss)[0] <= worst + 1e-5


@pytest.mark.prop(
    "P8.12", "the bounds hold for the exact minimum and maximum", stage="plain"
)
@given(case=attacked())
def test_bounds_contain_the_exact_range(subject, case):
    output_bounds = subject("adversarial.output_bounds")
    network, X, _, epsilon, _ = case
    lower, upper = output_bounds(network, X, epsilon)
    for k, x in enumerate(X[:2]):
        low, high = exact_range(network, x, epsilon)
        assert lower[k] <= low + 1e-9, "an output lies below the lower bound"
        assert upper[k] >= high - 1e-9, "an output lies above the upper bound"


@pytest.mark.prop(
    "P8.14", "where no neuron switches, the bounds are the exact range", stage="plain"
)
@given(case=boxed_data(), seed=strategies.seeds)
def test_bounds_are_exact_on_stable_networks(subject, case, seed):
    output_bounds = subject("adversarial.output_bounds")
    X, _, epsilon, _ = case
    _, weights = stable_weights(X, epsilon, np.random.default_rng(seed))
    network = balanced_network(weights)
    lower, upper = output_bounds(network, X, epsilon)
    values = [network(corners(x, epsilon)) for x in X]
    assert lower == pytest.approx([v.min() for v in values], abs=1e-9)
    assert upper == pytest.approx([v.max() for v in values], abs=1e-9)


@pytest.mark.prop("P8.12", "one number is the radius in every column")
def test_one_radius_for_all_columns(subject):
    output_bounds = subject("adversarial.output_bounds")
    network = ReluNetwork([[1.0, 2.0], [1.0, -1.0]], [2.0, -1.0])
    X = np.array([[0.25, 1.0], [-0.25, 0.5]])
    one, each = (
        output_bounds(network, X, 0.5),
        output_bounds(network, X, np.full(2, 0.5)),
    )
    np.testing.assert_allclose(one, each)
    assert (one[0] < network(X)).all()


@pytest.mark.prop(
    "P8.15", "bounds widen with the box, and are the output at radius 0", stage="plain"
)
@given(case=attacked())
def test_bounds_widen_with_the_box(subject, case):
    output_bounds = subject("adversarial.output_bounds")
    network, X, _, epsilon, _ = case
    f = network(X)
    for got in output_bounds(network, X, 0 * epsilon):
        assert got == pytest.approx(f, abs=1e-9)
    # one neuron that switches: the exact hull of the ReLU's two lines
    single = ReluNetwork([[1.0]], [2.0])
    lower, upper = output_bounds(single, np.array([[0.25], [-0.25]]), np.ones(1))
    assert upper == pytest.approx([2.5, 1.5])
    assert lower == pytest.approx([-1.5, 0.0])
    single = ReluNetwork([[1.0]], [-2.0])
    lower, upper = output_bounds(single, np.array([[0.25]]), np.ones(1))
    assert (lower[0], upper[0]) == pytest.approx((-2.5, 1.5))


NETWORK = ReluNetwork(np.ones((2, 1)), np.ones(1))
GOOD = {"network": NETWORK, "X": [[2.0, 3.0]], "y": [1.0], "epsilon": 0.1}
BAD = [
    ({"X": [[2.0]]}, "X"),
    ({"X": [[2.0, np.nan]]}, "X"),
    ({"epsilon": -0.1}, "epsilon"),
    ({"epsilon": [0.1]}, "epsilon"),
    ({"epsilon": [0.1, -0.1]}, "epsilon"),
    ({"epsilon": [0.1, np.inf]}, "epsilon"),
    ({"X": [[2.0, 1.0], [3.0, 1.0]], "y": [1.0, 1.0]}, "radii_with_bias"),
]
BAD_LABELS = [
    ({"y": [1.0, 1.0]}, "y"),
    ({"loss": "mse"}, "loss"),
    ({"y": [0.0], "loss": "hinge"}, "y"),
]


@pytest.mark.prop("I8.1", "attacks refuse bad input, and a number that moves a bias")
@pytest.mark.parametrize("change, named", BAD + BAD_LABELS)
def test_fgsm_refuses(subject, change, named):
    fgsm = subject("adversarial.fgsm")
    with pytest.raises(ValueError, match=named):
        fgsm(**(GOOD | change))


@pytest.mark.prop("I8.1", "attacks refuse bad input, and a number that moves a bias")
@pytest.mark.parametrize(
    "change, named",
    [
        *BAD,
        *BAD_LABELS,
        ({"steps": 0}, "steps"),
        ({"restarts": -1}, "restarts"),
        ({"step_size": 0.0}, "step_size"),
        ({"rng": 0}, "rng"),
    ],
)
def test_pgd_refuses(subject, change, named):
    pgd = subject("adversarial.pgd")
    with pytest.raises(ValueError, match=named):
        pgd(**(GOOD | {"rng": np.random.default_rng(0)} | change))


@pytest.mark.prop("I8.1", "attacks refuse bad input, and a number that moves a bias")
@pytest.mark.parametrize("X", [[[2.0, 1.0]], [[1.0, 2.0, 3.0]], [[1.0]]])
def test_the_advice_is_not_refused(subject, X):
    fgsm = subject("adversarial.fgsm")
    network, d = ReluNetwork(np.ones((len(X[0]), 1)), np.ones(1)), len(X[0])
    with pytest.raises(ValueError) as caught:
        fgsm(network, X, [1.0], 0.25)
    fixed, full = re.search(
        r"pass (.*), which is .* if not, (.*)", str(caught.value)
    ).groups()
    for advice, moved in ((fixed, d - 1), (full, d)):
        radii = eval(advice, {"np": np})
        assert np.count_nonzero(fgsm(network, X, [1.0], radii) - X) == moved


@pytest.mark.prop("I8.2", "bounds and radii refuse bad input")
@pytest.mark.parametrize("change, named", BAD)
def test_output_bounds_refuses(subject, change, named):
    output_bounds = subject("adversarial.output_bounds")
    call = GOOD | change
    with pytest.raises(ValueError, match=named):
        output_bounds(call["network"], call["X"], call["epsilon"])


@pytest.mark.prop("I8.2", "bounds and radii refuse bad input")
@pytest.mark.parametrize(
    "epsilon, columns, named",
    [(-1.0, 3, "epsilon"), (np.nan, 3, "epsilon"), (0.1, 1, "columns")],
)
def test_radii_with_bias_refuses(subject, epsilon, columns, named):
    radii_with_bias = subject("adversarial.radii_with_bias")
    with pytest.raises(ValueError, match=named):
        radii_with_bias(epsilon, columns)


def test_the_same_seed_gives_the_same_attack():
    from reference.adversarial import pgd

    rng = np.random.default_rng(0)
    network = ReluNetwork(rng.standard_normal((3, 6)), rng.standard_normal(6))
    X, y = rng.standard_normal((5, 3)), rng.choice([-1.0, 1.0], 5)
    runs = [
        pgd(network, X, y, radii_with_bias(0.3, 3), rng=np.random.default_rng(1))
        for _ in range(2)
    ]
    assert (runs[0] == runs[1]).all()
