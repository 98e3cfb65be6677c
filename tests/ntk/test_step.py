"""One step of descent taken apart, and the theorem on its rate with its gap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from reference.ntk import NtkNetwork, analytic_ntk, empirical_ntk
from reference.ntk import descend_ntk_network as descend
from reference.ntk import draw_ntk_network as draw
from reference.ntk import secant_gates as reference_gates
from reference.ntk import step_terms as reference_terms
from tests import strategies
from tests.ntk.oracle import by_differences, outputs_by_hand


def problem(seed, sizes=(2, 6)):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((4, sizes[0]))
    return draw(sizes, rng=rng), X, rng.standard_normal(4)


def kinked(s, distance):
    """f(x) = s max(w x, 0) + u max(v x, 0) at w = distance, u = v = 1, one sample.

    With y = f - 1 the error is -1, and any step shuts the first unit.
    """
    network = NtkNetwork((np.array([[distance, 1.0]]), np.array([[s], [1.0]])))
    return network, np.ones((1, 1)), np.array([s * distance])


@pytest.mark.prop("P15.13", "L₊ = L - ηeᵀΘe + ξ + ε, each from its definition")
@settings(max_examples=20)
@given(seed=strategies.seeds, step=st.sampled_from([1e-3, 0.03, 0.5]),
       sizes=st.sampled_from([(2, 6), (2, 4, 5)]))  # fmt: skip
def test_the_terms(subject, seed, step, sizes):
    step_terms = subject("ntk.step_terms")
    network, X, y = problem(seed, sizes)
    terms = step_terms(network, X, y, step=step)
    size = 1 + terms.loss + terms.next_loss + terms.progress + terms.epsilon
    run = descend(network, X, y, step=step, num_steps=1)
    e, change = y - run.outputs[0], run.outputs[1] - run.outputs[0]
    np.testing.assert_allclose(terms.loss, 0.5 * e @ e, atol=1e-12 * size)
    np.testing.assert_allclose(
        terms.next_loss, 0.5 * (e - change) @ (e - change), atol=1e-12 * size
    )
    np.testing.assert_allclose(terms.epsilon, 0.5 * change @ change, atol=1e-12 * size)
    K = empirical_ntk(network, X)
    np.testing.assert_allclose(terms.progress, step * e @ K @ e, atol=1e-12 * size)
    far = np.linalg.norm(change - step * K @ e) / (step * np.linalg.norm(e))
    np.testing.assert_allclose(terms.remainder, far, atol=1e-9 * size / step)
    total = terms.loss - terms.progress + terms.xi + terms.epsilon
    np.testing.assert_allclose(terms.next_loss, total, atol=1e-11 * size)


@pytest.mark.prop("P15.17", "L₊ ≤ (1 - η(λ_min - r))² L for steps up to 1/λ_max")
@settings(max_examples=25)
@given(seed=strategies.seeds, part=st.floats(0.01, 1.0), width=st.integers(3, 60))
def test_the_rate_of_one_step(subject, seed, part, width):
    step_terms = subject("ntk.step_terms")
    network, X, y = problem(seed, (2, width))
    values = np.linalg.eigvalsh(empirical_ntk(network, X))
    step = part / values[-1]
    terms = step_terms(network, X, y, step=step)
    rate = (1 - step * (values[0] - terms.remainder)) ** 2
    assert terms.next_loss <= rate * terms.loss * (1 + 1e-9), (terms, rate)


@pytest.mark.prop("P15.17", "the bound on a step is attained at a kink; r = 0 at rest")
def test_the_rate_at_a_kink(subject):
    step_terms = subject("ntk.step_terms")
    network, X, y = kinked(3.0, 1e-12)
    terms = step_terms(network, X, y, step=1e-6)
    np.testing.assert_allclose(terms.remainder, 9.0, rtol=1e-5)  # Θ = 9 + 2
    np.testing.assert_allclose(
        terms.next_loss / terms.loss, (1 - 1e-6 * (11.0 - 9.0)) ** 2, rtol=1e-11
    )
    at_rest = step_terms(network, X, network(X), step=0.1)
    assert at_rest.remainder == at_rest.loss == at_rest.xi == 0.0


@pytest.mark.prop("P15.13", "at first order the outputs move by +ηΘe, not by a trace")
def test_sign_of_the_first_order(subject):
    descend = subject("ntk.descend_ntk_network")
    network, X, y = problem(0, (2, 30))
    jacobian = by_differences(network, X)
    e = y - network(X)
    K = jacobian @ jacobian.T
    run = descend(network, X, y, step=1e-7, num_steps=1)
    speed = (run.outputs[1] - run.outputs[0]) / 1e-7
    np.testing.assert_allclose(speed, K @ e, rtol=1e-4)
    assert np.abs(speed + K @ e).max() > 0.5
    assert np.abs(speed + np.trace(K) * e).max() > 0.5


@pytest.mark.prop("P15.13", "ξ of the paper's integral is e·(ηΘe - Δ) + ½‖Δ‖²")
def test_the_integral_has_both_residuals(subject):
    step_terms = subject("ntk.step_terms")
    network, X, y = problem(5)
    step, nodes = 0.02, 2000

    def gradient(weights):
        moved = descend(NtkNetwork(tuple(weights)), X, y, step=1.0, num_steps=1)
        pairs = zip(weights, moved.network.weights, strict=True)
        return np.concatenate([(W - V).ravel() for W, V in pairs])

    start = [np.array(W) for W in network.weights]
    g = gradient(start)
    cuts = np.cumsum([W.size for W in start])[:-1]
    slopes = [p.reshape(W.shape) for p, W in zip(np.split(g, cuts), start, strict=True)]
    integral = 0.0
    for gamma in (np.arange(nodes) + 0.5) * step / nodes:
        weights = [W - gamma * s for W, s in zip(start, slopes, strict=True)]
        integral += g @ (g - gradient(weights)) * step / nodes
    terms = step_terms(network, X, y, step=step)
    np.testing.assert_allclose(integral, terms.xi + terms.epsilon, rtol=1e-3)
    assert terms.epsilon > 0.1 * abs(integral), "the two would be equal"


@pytest.mark.prop("P15.13", "the gap: at a kink ξ is of order η, not η²")
@pytest.mark.parametrize("s", [1.0, 3.0, 30.0])
def test_first_order_residual(subject, s):
    step_terms = subject("ntk.step_terms")
    network, X, f = kinked(s, 1e-12)
    for step in (1e-2, 1e-4, 1e-6):
        terms = step_terms(network, X, f, step=step)
        # e = -1, Θ = s² + 2; the outputs change by (1 - η)² - 1 only.
        np.testing.assert_allclose(terms.progress, step * (s**2 + 2), rtol=1e-6)
        np.testing.assert_allclose(
            terms.xi / (step * terms.loss), 2 * (s**2 + step), rtol=1e-4
        )
        np.testing.assert_allclose(
            terms.next_loss / terms.loss, (1 - step) ** 4, rtol=1e-9
        )
    # So the loss falls at the rate 4η, whatever η λ_min(Θ) = η (s² + 2) says.


@pytest.mark.prop("P15.13", "away from kinks ξ is of order η²")
def test_second_order_residual(subject):
    step_terms = subject("ntk.step_terms")
    network, X, y = problem(5)
    signals = outputs_by_hand(network.weights, X)[1]
    assert min(np.abs(H).min() for H in signals) > 1e-2
    ratios = [
        step_terms(network, X, y, step=step).xi / step**2 for step in (1e-4, 1e-5)
    ]
    np.testing.assert_allclose(ratios[0], ratios[1], rtol=1e-2)


@pytest.mark.prop("P15.13", "equation 8 and ε are of losses that differ by two")
def test_factor_of_equation_8(subject):
    step_terms = subject("ntk.step_terms")
    network, X, y = problem(5)
    terms = step_terms(network, X, y, step=1e-3)
    # e·Δ = progress - ξ. With ½‖e‖², whose gradient is -Jᵀe, the printed right side
    # is too small; with ‖e‖² it is the identity, and ε is ‖Δ‖².
    change = terms.progress - terms.xi
    assert terms.next_loss > terms.loss + 2 * terms.epsilon - 2 * change
    np.testing.assert_allclose(
        2 * terms.next_loss, 2 * terms.loss + 2 * terms.epsilon - 2 * change
    )


@pytest.mark.prop("P15.13", "equation 12 lacks a factor M")
def test_missing_factor_in_equation_12(subject):
    step_terms = subject("ntk.step_terms")
    # One unit open and one shut, second weights 0: only these move, L is a parabola in
    # them, (0, h²/2)-smooth, with squared gradients 2h² L.
    h, gamma = 2.0, 0.25
    network = NtkNetwork((np.array([[h, -1.0]]), np.zeros((2, 1))))
    terms = step_terms(network, np.ones((1, 1)), np.array([1.0]), step=gamma)
    beta, mu, M = h**2 / 2, 2 * h**2, 2 * h**2
    printed = 1 - gamma * mu + beta * gamma**2
    correct = 1 - gamma * mu + beta * M * gamma**2
    np.testing.assert_allclose(terms.progress / terms.loss, gamma * mu)
    assert printed < 0 <= terms.next_loss / terms.loss <= correct + 1e-15


@pytest.mark.prop("P15.13", "the rate that smoothness and gradient scale give")
@settings(max_examples=40)
@given(seed=strategies.seeds, s=st.floats(0.1, 5.0), step=st.floats(1e-6, 1.0))
def test_the_rate_of_the_lemmas(subject, seed, s, step):
    secant_gates = subject("ntk.secant_gates")
    # L = ½e², e = y - s max(w, 0) - v: α = √2 s, β = (s² + 1)/2, μ = 2, M = 2(s² + 1).
    w, e = np.random.default_rng(seed).standard_normal(2)
    w *= step  # often so small that the step crosses the kink
    gate = float(w >= 0)
    theta = s**2 * gate + 1
    moved = step * e * s * gate
    slope = gate + float(secant_gates(w, w + moved))
    left = e - s * slope * moved - step * e
    alpha, beta, mu, M = np.sqrt(2) * s, (s**2 + 1) / 2, 2.0, 2 * (s**2 + 1)
    b = (alpha * np.sqrt(M) - mu) / (2 * beta * M)
    q = 1 / (beta * M) - b**2
    first = alpha * np.sqrt(M) * (1 + np.sqrt(beta * M) * (abs(b) + np.sqrt(abs(q))))
    second = alpha * M * np.sqrt(beta) + 2 * beta * M
    rate = 1 - (2 * theta - first) * step + second / 2 * step**2
    assert left**2 <= rate * e**2 * (1 + 1e-12), (left, rate, e)


@pytest.mark.prop("P15.13", "bounded gradient scale is not near-convexity")
def test_gradient_domination_is_not_convexity(subject):
    step_terms = subject("ntk.step_terms")

    def terms(w):  # 2 max(w, 0) + max(1, 0) - 1 as outputs, target 2
        network = NtkNetwork((np.array([[w, 1.0]]), np.array([[2.0], [1.0]])))
        return step_terms(network, np.ones((1, 1)), np.array([3.0]), step=1.0)

    for w in np.linspace(-3.0, 3.0, 31):
        found = terms(w)  # ‖∇L‖² is between 2·2 L and 2·(6 + 9) L
        assert 4 * found.loss - 1e-12 <= found.progress <= 30 * found.loss + 1e-12
    assert terms(0.0).loss > 0.5 * (terms(-1.0).loss + terms(1.0).loss) + 0.5


@pytest.mark.prop("P15.16", "different rows on one ray: no rate at all")
def test_distinct_points_are_not_enough(subject):
    empirical_ntk = subject("ntk.empirical_ntk")
    X = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert np.linalg.norm(X[0] - X[1]) > 0
    network = draw((2, 400), rng=np.random.default_rng(0))
    for K in (empirical_ntk(network, X), analytic_ntk(X)):
        values = np.linalg.eigvalsh(K)
        assert abs(values[0]) < 1e-14 * values[-1]
    y = np.array([1.0, 0.0])  # f(2x) = 2 f(x) cannot be fitted
    run = descend(network, X, y, step=0.05, num_steps=300)
    last = 0.5 * ((run.outputs[-1] - y) ** 2).sum()
    np.testing.assert_allclose(last, 0.4, atol=1e-6)  # the projection's residual


pairs_of_signals = hnp.arrays(
    float, (2, 7), elements=st.one_of(
        st.floats(-1e6, 1e6), st.sampled_from([0.0, -0.0, 1e-300, -1e-300, 1.0]))
)  # fmt: skip


@pytest.mark.prop("P15.5", "σ(b) - σ(a) = (D + D̃)(b - a), and D̃ is in [-1, 1]")
@given(pair=pairs_of_signals)
def test_secant_gates(subject, pair):
    secant_gates = subject("ntk.secant_gates")
    a, b = pair
    tilde = secant_gates(a, b)
    assert (np.abs(tilde) <= 1.0).all(), tilde
    slope = (a >= 0) + tilde
    assert (slope >= -1e-15).all(), slope
    assert (slope <= 1 + 1e-15).all(), slope
    with np.errstate(over="ignore"):
        rise = np.maximum(b, 0.0) - np.maximum(a, 0.0)
    np.testing.assert_allclose(
        slope * (b - a), rise, rtol=1e-12, atol=1e-14 * np.abs(pair).max()
    )


@pytest.mark.prop("P15.5", "a secant by hand")
def test_secant_by_hand(subject):
    secant_gates = subject("ntk.secant_gates")
    got = secant_gates(
        [2.0, -1.0, 3.0, -2.0, 0.0, 0.0], [-2.0, 3.0, 5.0, -1.0, -1.0, 0]
    )
    np.testing.assert_allclose(got, [-0.5, 0.75, 0.0, 0.0, -1.0, 0.0])
    np.testing.assert_allclose(secant_gates(1e308, -1e308), -0.5)
    # The smallest number there is, beside one that scaling makes it vanish under.
    got = secant_gates([-5e-324, -5e-324, 5e-324], [2.0, -2.0, -2.0])
    np.testing.assert_allclose(got, [1.0, 0.0, -1.0])


@pytest.mark.prop("P15.5", "the expansion of a deep change, layer by layer")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_expansion_of_activations(subject, seed):
    secant_gates = subject("ntk.secant_gates")
    # h₊ - h = Σ_r (D + D̃)^l W^l … (D + D̃)^r (W₊^r - W^r) h₊^{r-1}, without √2 and √m.
    rng = np.random.default_rng(seed)
    W = [rng.standard_normal((4, 3)), rng.standard_normal((5, 4))]
    V = [M + 0.5 * rng.standard_normal(M.shape) for M in W]
    h, h_new = [rng.standard_normal(3)] * 2
    total = np.zeros(3)
    for M, N in zip(W, V, strict=True):
        slope = (M @ h >= 0) + secant_gates(M @ h, N @ h_new)
        start = total if len(total) == M.shape[1] else np.zeros(M.shape[1])
        total = slope * (M @ start + (N - M) @ h_new)
        h, h_new = np.maximum(M @ h, 0.0), np.maximum(N @ h_new, 0.0)
        np.testing.assert_allclose(total, h_new - h, atol=1e-12)


def test_bad_input():
    with pytest.raises(ValueError, match="before and after need one shape"):
        reference_gates([1.0, 2.0], [1.0])
    network, X, y = problem(0)
    with pytest.raises(ValueError, match="step must lie in"):
        reference_terms(network, X, y, step=-1.0)
