"""Properties of FixMatch: its loss, what it does not differentiate, its training."""

import numpy as np
import pytest

from reference.acquisition import Mlp, sample_losses, softmax
from reference.common import NotConverged
from reference.semi_supervised import NoiseViews
from tests.acquisition.networks import differences

SURE = np.array([[0.97, 0.03, 0.0], [0.5, 0.3, 0.2], [0.0, 0.0, 1.0], [0.1, 0.8, 0.1]])


class Same:
    """Views that change nothing."""

    def weak(self, X, rng):
        return X

    def strong(self, X, rng):
        return X


class Marked:
    """Views that can be told apart: weak ones are shifted, strong ones stretched."""

    def weak(self, X, rng):
        return X + 0.25

    def strong(self, X, rng):
        return 2.0 * X


def network(seed=0, sizes=(2, 5, 3), **settings):
    model = Mlp(sizes, rng=np.random.default_rng(seed), **settings)
    model.theta[:] = np.random.default_rng(seed + 1).standard_normal(len(model.theta))
    return model


def batch(seed=0, B=3, M=4, d=2):
    rng = np.random.default_rng(seed)
    X, strong = rng.standard_normal((B, d)), rng.standard_normal((M, d))
    return X, rng.integers(0, 3, B), strong


@pytest.mark.prop("P17.7", "the loss of a batch, term by term")
@pytest.mark.parametrize("reg", [0.0, 0.1])
def test_loss_term_by_term(subject, reg):
    fixmatch_loss = subject("semi_supervised.fixmatch_loss")
    model, (X, y, strong) = network(reg=reg), batch()
    got, _ = fixmatch_loss(
        model, X, y, SURE, strong, threshold=0.8, unlabeled_weight=0.5
    )
    known = sample_losses(model.outputs(X), y)[0].mean()
    guessed = sample_losses(model.outputs(strong), SURE.argmax(axis=1))[0]
    want = known + 0.5 * guessed[[0, 2, 3]].sum() / 4  # .8 passes: at least τ
    weight = 1.0 + 0.5 * 3 / 4
    want += 0.5 * reg * weight * sum((l.weights**2).sum() for l in model.layers)
    np.testing.assert_allclose(got, want, rtol=1e-12)


@pytest.mark.prop("P17.7", "finite differences with q held, not with q moving")
def test_no_gradient_through_the_weak_branch(subject):
    fixmatch_loss = subject("semi_supervised.fixmatch_loss")
    model, (X, y, strong) = network(), batch()
    start = model.theta.copy()

    def held(theta, q=SURE):
        model.theta[:] = theta
        return fixmatch_loss(model, X, y, q, strong, threshold=0.8)[0]

    def moving(theta):  # soft answers that follow the parameters
        model.theta[:] = theta
        q = softmax(model.outputs(strong + 0.1))
        p = np.log(softmax(model.outputs(strong)))
        return -(q * p).sum() / 4 + sample_losses(model.outputs(X), y)[0].mean()

    now = softmax(model.outputs(strong + 0.1))

    def soft_held(theta):
        model.theta[:] = theta
        p = np.log(softmax(model.outputs(strong)))
        return -(now * p).sum() / 4 + sample_losses(model.outputs(X), y)[0].mean()

    slopes = differences(held, start)
    model.theta[:] = start
    _, gradient = fixmatch_loss(model, X, y, SURE, strong, threshold=0.8)
    np.testing.assert_allclose(gradient, slopes, atol=1e-7)
    # For soft answers it matters: the two derivatives differ.
    assert (
        np.abs(differences(moving, start) - differences(soft_held, start)).max() > 1e-2
    )


@pytest.mark.prop("P17.7", "hard answers of the network itself have no slope to follow")
def test_hard_answers_have_no_slope(subject):
    fixmatch_loss = subject("semi_supervised.fixmatch_loss")
    model, (X, y, strong) = network(), batch()
    start = model.theta.copy()

    def following(theta):  # q is computed anew at every θ
        model.theta[:] = theta
        q = softmax(model.outputs(strong + 0.1))
        return fixmatch_loss(model, X, y, q, strong, threshold=0.5)[0]

    slopes = differences(following, start)
    model.theta[:] = start
    q = softmax(model.outputs(strong + 0.1))
    _, gradient = fixmatch_loss(model, X, y, q, strong, threshold=0.5)
    np.testing.assert_allclose(gradient, slopes, atol=1e-7)


@pytest.mark.prop("P17.7", "above a threshold of 1 the loss is the supervised one")
def test_nothing_passes_a_threshold_above_one(subject):
    fixmatch_loss = subject("semi_supervised.fixmatch_loss")
    model, (X, y, strong) = network(), batch()
    for settings in ({"threshold": 1.01}, {"unlabeled_weight": 0.0}):
        got, gradient = fixmatch_loss(model, X, y, SURE, strong, **settings)
        want, slope = model.loss_and_gradient(X, y, np.full(3, 1 / 3))
        np.testing.assert_allclose(got, want)
        np.testing.assert_allclose(gradient, slope)


@pytest.mark.prop("P17.15", "one step of FixMatch, by hand")
def test_one_step_by_hand(subject):
    fixmatch = subject("semi_supervised.fixmatch")
    model = network(3)
    X, U = np.array([[1.0, -1.0]]), np.array([[0.0, 0.3]])
    q = softmax(model.outputs(U + 0.25))
    assert q.argmax() != model.outputs(2.0 * U).argmax()
    run = fixmatch(
        model, X, [2], U, views=Marked(), rng=np.random.default_rng(0), steps=1,
        batch_size=2, ratio=3, threshold=0.3, unlabeled_weight=0.5, decay=0.0,
    )  # fmt: skip
    by_hand = network(3)
    _, slope = by_hand.loss_and_gradient(
        np.vstack([X + 0.25, 2.0 * U]), [2, int(q.argmax())], [1.0, 0.5]
    )
    by_hand.step(slope)
    np.testing.assert_allclose(run.model.theta, by_hand.theta, rtol=1e-10)
    assert run.history[-1]["used"] == 1.0
    assert (model.theta == network(3).theta).all(), "the model was changed"


@pytest.mark.prop("P17.15", "the answer is the average of the parameters of all steps")
def test_average_of_parameters(subject):
    fixmatch = subject("semi_supervised.fixmatch")
    X, y, _ = batch()

    def end(steps, decay):
        return fixmatch(
            network(), X, y, X, views=Same(), rng=np.random.default_rng(0),
            steps=steps, decay=decay, batch_size=4, ratio=1,
        ).model.theta  # fmt: skip

    path = [network().theta] + [end(k, 0.0) for k in range(1, 5)]
    average = path[0]
    for t in range(4):
        memory = min(0.15, (1 + t) / (10 + t))
        average = memory * average + (1 - memory) * path[t + 1]
    np.testing.assert_allclose(end(4, 0.15), average, rtol=1e-9)


@pytest.mark.prop("P17.15", "unlabelled samples help on two half moons of points")
@pytest.mark.parametrize("seed", [0, 1])
def test_learns_from_the_pool(subject, seed):
    fixmatch = subject("semi_supervised.fixmatch")
    rng = np.random.default_rng(seed)
    U = np.vstack([rng.normal(-1.5, 0.8, (80, 2)), rng.normal(1.5, 0.8, (80, 2))])
    truth = np.repeat([0, 1], 80)
    labeled = [0, 80]
    model = Mlp((2, 16, 2), rng=rng, step_size=0.01)
    run = fixmatch(
        model, U[labeled], truth[labeled], U, views=NoiseViews(0.05, 0.4), rng=rng,
        steps=150, refine_every=60,
    )  # fmt: skip
    assert (run.model.predict(U) == truth).mean() > 0.95
    assert [record["step"] for record in run.history] == [60, 120, 150]
    assert run.history[-1]["used"] > run.history[0]["used"]
    assert sum(run.history[-1]["classes"]) == 160


@pytest.mark.prop("P17.15", "class totals decide where the clouds do not")
def test_class_totals_are_used(subject):
    fixmatch = subject("semi_supervised.fixmatch")
    rng = np.random.default_rng(5)
    U = np.sort(rng.uniform(-1.0, 1.0, 60))[:, None]
    model = Mlp((1, 2), rng=rng, step_size=0.05)
    found = {}
    for share in (0.25, 0.75):
        run = fixmatch(
            model, [[-1.0], [1.0]], [0, 1], U, views=Same(),
            rng=np.random.default_rng(0), class_totals=[60 * share, 60 * (1 - share)],
            steps=150, threshold=0.5, refine_every=10, unlabeled_weight=5.0,
        )  # fmt: skip
        found[share] = np.bincount(run.model.predict(U), minlength=2)[0] / 60
    assert abs(found[0.25] - 0.25) < 0.12, found
    assert abs(found[0.75] - 0.75) < 0.12, found


@pytest.mark.prop("P17.15", "the same generator gives the same run, another another")
def test_reproducible(subject):
    fixmatch = subject("semi_supervised.fixmatch")
    X, y, _ = batch()
    runs = [
        fixmatch(
            network(), X, y, X, views=NoiseViews(0.1, 0.5),
            rng=np.random.default_rng(seed), steps=3,
        ).model.theta
        for seed in (0, 0, 1)
    ]  # fmt: skip
    np.testing.assert_array_equal(runs[0], runs[1])
    assert np.abs(runs[0] - runs[2]).max() > 1e-6


def test_records_and_batch_norm():
    from reference.semi_supervised import fixmatch

    X, y, _ = batch()
    seen = []
    run = fixmatch(
        network(batch_norm=True), X, y, X, views=Same(), rng=np.random.default_rng(0),
        steps=5, refine_every=2, callback=lambda m, r: seen.append(m.predict(X).sum()),
    )  # fmt: skip
    assert len(seen) == len(run.history) == 3
    assert run.model.predict(X).shape == (3,)


@pytest.mark.prop("I17.2", "bad data, views and models are refused by name")
def test_bad_input(subject):
    fixmatch = subject("semi_supervised.fixmatch")
    X, y, _ = batch()
    rng = np.random.default_rng(0)
    good = {"views": Same(), "rng": rng, "steps": 1}
    with pytest.raises(ValueError, match="model"):
        fixmatch(Mlp((2, 1), rng=rng, task="regression"), X, y, X, **good)
    with pytest.raises(ValueError, match="views"):
        fixmatch(network(), X, y, X, **(good | {"views": 3}))
    with pytest.raises(ValueError, match="X_unlabeled"):
        fixmatch(network(), X, y, X[:, :1], **good)
    with pytest.raises(ValueError, match="class_totals"):
        fixmatch(network(), X, y, X, class_totals=[1, 1, 2], **good)
    with pytest.raises(ValueError, match="decay"):
        fixmatch(network(), X, y, X, decay=1.0, **good)
    with pytest.raises(ValueError, match="y must"):
        fixmatch(network(), X, [0, 1, 3], X, **good)


@pytest.mark.prop("I17.2", "a training that leaves the finite numbers is said")
@pytest.mark.parametrize("totals", [None, [1.0, 1.0, 1.0]])
def test_divergence_is_said(subject, totals):
    fixmatch = subject("semi_supervised.fixmatch")
    X, y, _ = batch()
    for steps in (2, 5):
        model = network(step_size=1e200)
        with np.errstate(all="ignore"), pytest.raises(NotConverged):
            fixmatch(
                model, X, y, X, views=Same(), rng=np.random.default_rng(0),
                steps=steps, class_totals=totals,
            )  # fmt: skip
