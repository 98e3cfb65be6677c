"""Properties of training by cuts, and of the rival by gradients."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.activation_patterns import enumerate_patterns
from reference.common import Infeasible
from reference.cutting_plane import convex_final_solve
from reference.deep_relu_lp import sample_deep_patterns
from reference.relu_lp import ReluNetwork, farkas_residual
from tests import strategies
from tests.cutting_plane.oracle import arms, network_output, pool, separable


@pytest.mark.prop("P12.12", "training ends without mistakes after at most n cuts")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_training_ends(subject, seed):
    train = subject("cutting_plane.train")
    X, patterns, y, _ = pool(seed, 8, 3)
    if not separable(X, y, patterns.masks):
        with pytest.raises(Infeasible):
            train(X, y, patterns)
        return
    run = train(X, y, patterns)
    assert (y * run.network(X) > 0).all()
    assert len(set(run.queried.tolist())) == len(run.queried) <= 8
    assert run.labels_bought == 8
    for k, record in enumerate(run.history):
        before = run.centers[k]
        margins = y * network_output(X, before)
        done = [r.index for r in run.history[:k]]
        assert (margins[done] > 0).all()
        assert margins[record.index] <= 0, "every cut answers a mistake"
        assert margins[record.index] == pytest.approx(margins.min(), abs=1e-9)


@pytest.mark.prop("P12.12", "every cut throws the centre out: a cone or the label does")
def test_every_cut_excludes_its_centre(subject):
    train = subject("cutting_plane.train")
    X, y, patterns = arms(turns=1.0, m=15, num_gates=100)
    run = train(X, y, patterns)
    assert (y * run.network(X) > 0).all()
    assert len(run.queried) < len(X), "not every sample is needed"
    for record in run.history:
        theta, x = run.centers[record.center - 1], X[record.index]
        side = np.where(patterns.masks[:, record.index], 1.0, -1.0)
        out_of_cone = (side * (theta @ x)).min() < 0
        assert record.label * record.output <= 0 or out_of_cone


@pytest.mark.prop(
    "P12.12", "linear rules and three layers are trained by the same call"
)
def test_training_of_other_models(subject):
    train = subject("cutting_plane.train")
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((20, 2)), np.ones(20)])
    y = np.sign(X @ [1.0, 2.0, 0.1])
    for center in ("analytic", "chebyshev", "centroid"):
        run = train(X, y, None, center=center, rng=rng)
        assert (y * run.network(X) > 0).all()
    line = np.array([1.0, 1, -1, -1])
    xor = np.array([[0.0, 0, 1], [1, 1, 1], [0, 1, 1], [1, 0, 1]])
    with pytest.raises(Infeasible):
        train(xor, line, None)
    deep = sample_deep_patterns(xor, (6, 6), rng=rng)
    run = train(xor, line, deep)
    assert (line * run.network(xor) > 0).all()


@pytest.mark.prop("P12.4", "training names the samples that contradict each other")
def test_training_infeasible(subject):
    train = subject("cutting_plane.train")
    X, _, _, _ = pool(1, 5, 2)
    X = np.vstack([X, X[1]])
    patterns = enumerate_patterns(X)
    y = np.array([1.0, 1, -1, 1, -1, -1])
    with pytest.raises(Infeasible, match=r"1, 5|5, 1") as caught:
        train(X, y, patterns)
    proof = caught.value.certificate
    names = [
        int(n) for n in str(caught.value).split("other: ")[1].split(".")[0].split(",")
    ]
    guilty = proof[proof > 1e-9]
    assert sorted(names) == [1, 5]
    np.testing.assert_allclose(guilty, [0.5, 0.5])
    both = [1, 5]
    left = farkas_residual(X[both], y[both], patterns.masks[:, both], guilty)
    assert left < 1e-15


@pytest.mark.prop(
    "P12.20", "training with a final solve fits the samples that made cuts"
)
def test_training_with_final_solve(subject):
    train = subject("cutting_plane.train")
    X, y, patterns = arms(m=10, num_gates=80)
    plain = train(X, y, patterns)
    run = train(X, y, patterns, final_solve=convex_final_solve(1e-4))
    assert run.queried.tolist() == plain.queried.tolist()
    np.testing.assert_allclose(run.network(X)[run.queried], y[run.queried], atol=0.05)
    assert not np.allclose(run.network(X), plain.network(X))


def logistic(X, y, W, alpha):
    f = np.maximum(X @ W, 0) @ alpha
    return np.log1p(np.exp(-y * f)).mean()


def first_steps(descend_relu, X, y, steps=3, **options):
    networks = []
    network = descend_relu(
        X, y, width=4, steps=steps, rng=np.random.default_rng(0),
        callback=networks.append, **options,
    )  # fmt: skip
    return network, networks


@pytest.mark.prop(
    "P12.21", "Adam's first step is the step size against each slope's sign"
)
def test_first_step_of_the_rival(subject):
    descend_relu = subject("cutting_plane.descend_relu")
    X, _, y, _ = pool(0, 6, 3)
    network, networks = first_steps(descend_relu, X, y, step_size=0.05)
    assert len(networks) == 4
    np.testing.assert_array_equal(networks[-1].hidden, network.hidden)
    before = np.vstack([networks[0].hidden, networks[0].output])
    first, second = np.zeros_like(before), np.zeros_like(before)
    for t, after in enumerate(networks[1:], 1):
        slope = np.empty_like(before)
        for k in np.ndindex(before.shape):
            ends = []
            for sign in (1, -1):
                moved = before.copy()
                moved[k] += sign * 1e-6
                ends.append(logistic(X, y, moved[:-1], moved[-1]))
            slope[k] = (ends[0] - ends[1]) / 2e-6
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        step = first / (1 - 0.9**t) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        now = np.vstack([after.hidden, after.output])
        flat = np.abs(slope) < 1e-7  # dead neurons do not move
        got = np.where(flat, 0.0, (before - now) / 0.05)
        np.testing.assert_allclose(got, np.where(flat, 0.0, step), atol=2e-3)
        before = now


@pytest.mark.prop("P12.21", "the rival learns what can be learned, from its generator")
def test_the_rival_learns(subject):
    descend_relu = subject("cutting_plane.descend_relu")
    X, y, _ = arms(turns=0.5, m=15)
    rng = np.random.default_rng(0)
    network = descend_relu(X, y, width=50, steps=400, rng=rng)
    assert isinstance(network, ReluNetwork)
    assert network.hidden.shape == (3, 50)
    assert (y * network(X) > 0).mean() == 1.0
    again = descend_relu(X, y, width=50, steps=400, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(network.hidden, again.hidden)
    start = descend_relu(X, y, width=5000, steps=0, rng=rng)
    assert start.hidden.var() == pytest.approx(2 / 3, rel=0.05)
    assert start.output.var() == pytest.approx(1 / 5000, rel=0.05)


@pytest.mark.prop("I12.6", "training and its rival refuse bad arguments by name")
def test_bad_arguments(subject):
    train = subject("cutting_plane.train")
    from reference.cutting_plane import descend_relu

    X, patterns, y, rng = pool(0, 6, 2)
    for named, change in [
        ("y", {"y": y[:5]}),
        ("y", {"y": 0 * y}),
        ("center", {"center": "middle"}),
        ("rng", {"center": "centroid"}),
        ("radius", {"radius": -1.0}),
        ("tol", {"tol": 1.0}),
        ("final_solve", {"final_solve": 1}),
        ("patterns", {"patterns": "all"}),
    ]:
        options = {"X": X, "y": y, "patterns": patterns} | change
        with pytest.raises(ValueError, match=named):
            train(**options)
    options = {"width": 3, "steps": 2, "rng": rng}
    for named, wrong in [("width", 0), ("steps", -1), ("step_size", 0.0), ("rng", 3)]:
        with pytest.raises(ValueError, match=named):
            descend_relu(X, y, **options | {named: wrong})
