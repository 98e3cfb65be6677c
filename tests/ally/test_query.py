"""Properties of ALLY: which samples it asks for."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import Mlp, run_active_learning
from reference.ally import BoundedMlp, fit_dual_head
from reference.ally import ally as reference_ally
from reference.ally import dual_picks as reference_picks
from reference.primal_dual import LinearModel, pdcl
from tests import strategies
from tests.ally.oracle import priced, scene

HEAD = {"hidden": (16,)}
FAST = {"rounds": 15, "hidden": (8,)}


def two_moons(seed, n=60, task="classification"):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1.0, 1.0, (n, 2))
    f = np.sin(3.0 * X[:, 0]) + X[:, 1]
    return X, f if task == "regression" else (f > 0.0).astype(int)


def model_for(task, seed=0):
    outputs = 1 if task == "regression" else 2
    return Mlp((2, 8, outputs), task=task, rng=np.random.default_rng(seed))


tasks = st.sampled_from(["classification", "regression"])


@pytest.mark.prop("P14.1", "exactly b distinct samples, for classes and for targets")
@settings(max_examples=10)
@given(seed=strategies.seeds, task=tasks, budget=st.integers(1, 40),
       diversity=st.sampled_from(["clusters", "draw"]))  # fmt: skip
def test_distinct_picks(subject, seed, task, budget, diversity):
    ally = subject("ally.ally")
    X, y = two_moons(seed, 60, task)
    model = model_for(task)
    before, X_before = model.theta.copy(), X.copy()
    found = [
        np.asarray(
            ally(
                model, X[:20], y[:20], X[20:], budget, epsilon=0.1,
                diversity=diversity, rng=np.random.default_rng(seed), **FAST,
            )
        ).tolist()
        for _ in range(2)
    ]  # fmt: skip
    assert len(set(found[0])) == budget == len(found[0])
    assert set(found[0]) <= set(range(40))
    assert found[0] == found[1], "same generator, other picks"
    np.testing.assert_array_equal(model.theta, before, "the model was changed")
    np.testing.assert_array_equal(X, X_before)


@pytest.mark.prop("P14.9", "the parts in order: bounds, frozen backbone, head, picks")
@settings(max_examples=4)
@given(seed=strategies.seeds, task=tasks)
def test_the_parts_in_order(subject, seed, task):
    ally = subject("ally.ally")
    X, y = two_moons(seed, 60, task)
    epsilon = np.random.default_rng(seed).uniform(0.05, 0.2, 20)
    settings = {"rounds": 12, "primal_steps": 2, "dual_rate": 0.3}
    picks = ally(
        model_for(task), X[:20], y[:20], X[20:], 7, epsilon=epsilon, clusters=1,
        hidden=(8,), rng=np.random.default_rng(seed), **settings,
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    answer = pdcl(model_for(task).clone(rng), X[:20], y[:20], epsilon, **settings)
    head = fit_dual_head(answer.model.embed(X[:20]), answer.duals, hidden=(8,), rng=rng)
    scores = head.scores(answer.model.embed(X[20:]))
    assert picks.tolist() == np.argsort(-scores)[:7].tolist()


@pytest.mark.prop("P14.2", "b clusters: the largest predicted dual of each group")
@settings(max_examples=6)
@given(seed=strategies.seeds, groups=st.integers(2, 5))
def test_the_best_of_each_group(subject, seed, groups):
    dual_picks = subject("ally.dual_picks")
    labeled, duals, pool, group = scene(seed, groups)
    picks = dual_picks(
        pool, groups, labeled=labeled, model=priced(duals),
        rng=np.random.default_rng(seed), **HEAD,
    )  # fmt: skip
    assert sorted(group[picks].tolist()) == list(range(groups))
    np.testing.assert_array_equal(pool[picks, 0], 1.0)


@pytest.mark.prop("P14.2", "one cluster: the largest predicted duals of all")
def test_one_cluster(subject):
    dual_picks = subject("ally.dual_picks")
    labeled, duals, pool, group = scene(1)
    duals = labeled[:, 0] ** 2 + 0.005 * labeled[:, 1]
    picks = dual_picks(
        pool, 4, labeled=labeled, model=priced(duals), clusters=1,
        rng=np.random.default_rng(0), **HEAD,
    )  # fmt: skip
    assert group[picks].tolist() == [3, 3, 3, 3]


@pytest.mark.prop("P14.1", "the last rows of a pool are scored like the others")
@settings(max_examples=3)
@given(n=st.sampled_from([63, 64, 65, 131]))
def test_the_last_row_is_scored(subject, n):
    dual_picks = subject("ally.dual_picks")
    labeled, duals, _, _ = scene(2, groups=1)
    pool = np.column_stack([np.full(n, 0.1), np.zeros(n)])
    pool[-1, 0] = 1.0
    picks = dual_picks(
        pool, 1, labeled=labeled, model=priced(duals), rng=np.random.default_rng(n),
        **HEAD,
    )  # fmt: skip
    assert picks.tolist() == [n - 1]


@pytest.mark.prop("P14.4", "copies in the pool: no two of one sample in a batch")
@settings(max_examples=6)
@given(seed=strategies.seeds, copies=st.integers(2, 4), budget=st.integers(2, 10))
def test_no_two_copies(subject, seed, copies, budget):
    dual_picks = subject("ally.dual_picks")
    rng = np.random.default_rng(seed)
    labeled = rng.standard_normal((30, 2))
    distinct = rng.standard_normal((12, 2))
    origin = rng.permutation(np.tile(np.arange(12), copies))
    picks = dual_picks(
        distinct[origin], budget, labeled=labeled, model=priced(labeled[:, 0] ** 2),
        rng=np.random.default_rng(seed), **HEAD,
    )  # fmt: skip
    assert len(set(origin[picks].tolist())) == budget
    top = dual_picks(
        distinct[origin], copies, labeled=labeled, model=priced(labeled[:, 0] ** 2),
        clusters=1, rng=np.random.default_rng(seed), **HEAD,
    )  # fmt: skip
    assert len(set(origin[top].tolist())) == 1, "one cluster buys one sample's copies"


@pytest.mark.prop("P14.10", "above the cap only when nothing else is left")
@settings(max_examples=6)
@given(seed=strategies.seeds, diversity=st.sampled_from(["clusters", "draw"]))
def test_the_cap(subject, seed, diversity):
    dual_picks = subject("ally.dual_picks")
    labeled, duals, pool, _ = scene(seed)

    def ask(budget, cap):
        picks = dual_picks(
            pool, budget, labeled=labeled, model=priced(duals), dual_cap=cap,
            diversity=diversity, rng=np.random.default_rng(seed), **HEAD,
        )  # fmt: skip
        return pool[picks, 0]

    # Duals are about 1 at the right end of each of four groups, at most .04 elsewhere.
    assert (ask(12, 0.5) < 1.0).all()
    assert (ask(14, 0.5) == 1.0).sum() == 2
    assert (ask(2, 0.0) < 1.0).all(), "the lowest first, where all are above"
    if diversity == "clusters":
        assert (ask(4, None) == 1.0).all()


@pytest.mark.prop("P14.12", "a draw in proportion to the predicted duals")
def test_the_draw(subject):
    dual_picks = subject("ally.dual_picks")
    labeled, duals, pool, _ = scene(3, groups=1)
    first = [
        pool[
            dual_picks(
                pool, 1, labeled=labeled, model=priced(duals), diversity="draw",
                hidden=(), rng=np.random.default_rng(s),
            )[0],
            0,
        ]
        for s in range(60)
    ]  # fmt: skip
    # The linear head says about 0.9 at the right end, less than 0.2 together elsewhere
    # but for the soft maximum: it is drawn often, and not always.
    assert 30 <= np.sum(np.equal(first, 1.0)) <= 59
    # The largest prediction of a linear head is always at an end.
    assert not np.isin(first, [0.0, 1.0]).all()


@pytest.mark.prop("P14.13", "duals that are all zero prefer nothing")
@settings(max_examples=3)
@given(budget=st.integers(1, 4))
def test_zero_duals(subject, budget):
    dual_picks = subject("ally.dual_picks")
    labeled, duals, pool, group = scene(0)
    seen = set()
    for seed in range(12):
        picks = dual_picks(
            pool, budget, labeled=labeled, model=priced(0.0 * duals),
            rng=np.random.default_rng(seed),
        )  # fmt: skip
        assert len(set(picks.tolist())) == budget
        if budget == 4:
            assert sorted(group[picks].tolist()) == [0, 1, 2, 3]
        seen |= set(picks.tolist())
    assert len(seen) > 8, "the same samples each time: a preference without a reason"


@pytest.mark.prop("P14.1", "a strategy of chapter 11's loop, in both trainings")
def test_in_the_loop(subject):
    dual_picks = subject("ally.dual_picks")
    X, y = two_moons(0)
    bounded = BoundedMlp((2, 8, 2), epsilon=0.1, rounds=5, rng=np.random.default_rng(0))
    run = run_active_learning(
        X, lambda i: int(y[i]), dual_picks, bounded, budget=19, initial=5, batch=6,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert run.counts.tolist() == [5, 11, 17, 19]
    assert len(set(run.queried.tolist())) == 19

    def second_training(model, X, bought, labels, pool, budget, *, rng):
        return reference_ally(
            model, X[bought], labels, pool, budget, epsilon=0.1, rng=rng, **FAST
        )

    plain = Mlp((2, 8, 2), rng=np.random.default_rng(0), max_iter=5)
    run = run_active_learning(
        X, lambda i: int(y[i]), second_training, plain, budget=12, initial=5, batch=7,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert run.counts.tolist() == [5, 12]


def noise(seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((14, 2)), 2.0 * rng.standard_normal(14)


@pytest.mark.prop("P14.13", "a dual fades by the rate times the room, in every round")
def test_duals_fade(subject):
    plain_pdcl = subject("primal_dual.plain_pdcl")

    # θ counts the rounds; the loss falls by 0.2 in each to zero and stays there.
    def losses(theta):
        return np.maximum(2.4 - 0.2 * theta, 0.0)

    def dual_after(rounds):
        return plain_pdcl(
            losses, lambda theta, w: -np.ones(1), np.zeros(1), 0.2, primal_rate=1.0,
            dual_rate=0.05, rounds=rounds,
        )[1][0]  # fmt: skip

    np.testing.assert_allclose(dual_after(11), 0.55)
    np.testing.assert_allclose(dual_after(11 + 54), 0.01)
    np.testing.assert_allclose(dual_after(11 + 55), 0.0, atol=1e-12)
    assert dual_after(11 + 60) == 0.0


@pytest.mark.prop("P14.14", "a new bound costs at most its price times the excess")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_the_cost_of_a_new_bound(subject, seed):
    pdcl = subject("primal_dual.pdcl")
    X, y = noise(seed)
    model, j = LinearModel(reg=0.1), int(np.random.default_rng(seed).integers(14))
    free = pdcl(model, X, y, 1e6)
    losses = free.slacks + 1e6
    for share in (0.3, 0.7, 1.5):
        bounds = np.full(14, 1e6)
        bounds[j] = share * losses[j]
        tied = pdcl(model, X, y, bounds)
        cost = tied.objective - free.objective
        most = tied.duals[j] / 14 * max(losses[j] - bounds[j], 0.0)
        room = 1e-5 * free.objective
        assert -room <= cost <= most + room, (cost, most)
        if share < 1.0:
            assert cost > 0.1 * most > 0.0, "no bound that means anything"
        else:
            assert abs(cost) <= room


@pytest.mark.prop("P14.15", "one active bound: its price is a ratio of gradients")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_a_price_is_a_ratio_of_gradients(subject, seed):
    pdcl = subject("primal_dual.pdcl")
    X, y = noise(seed)
    j = int((np.abs(y) * (1.0 + np.linalg.norm(X, axis=1))).argmax())
    free = pdcl(LinearModel(), X, y, 1e6)
    bounds = np.full(14, 1e6)
    bounds[j] = 0.5 * (free.slacks[j] + 1e6)
    tied = pdcl(LinearModel(), X, y, bounds)
    gradients = (X @ tied.model.theta - y)[:, None] * X
    ratio = np.linalg.norm(gradients.sum(axis=0)) / np.linalg.norm(gradients[j])
    np.testing.assert_allclose(tied.duals[j], ratio, rtol=1e-4)
    assert ratio > 0.0


def test_bad_arguments_are_named():
    X, y = two_moons(0)
    rng, model = np.random.default_rng(0), model_for("classification")
    good = {
        "model": model,
        "X_labeled": X[:9],
        "y": y[:9],
        "X_pool": X[9:],
        "budget": 2,
    }
    for wrong, name in (
        ({"model": 3}, "model"),
        ({"X_pool": X[9:, :1]}, "X_pool"),
        ({"X_labeled": X[:9, :1]}, "X_labeled"),
        ({"y": y[:8]}, "y"),
        ({"budget": 52}, "budget"),
        ({"budget": 0}, "budget"),
        ({"budget": 52, "epsilon": 0.0}, "budget"),  # before the training
        ({"epsilon": 0.0}, "epsilon"),
        ({"clusters": 3}, "clusters"),
        ({"dual_cap": -1.0}, "dual_cap"),
        ({"diversity": "nothing"}, "diversity"),
        ({"rng": 0}, "rng"),
    ):
        with pytest.raises(ValueError, match=name):
            reference_ally(**good | {"epsilon": 0.1, "rng": rng, **FAST} | wrong)
    with pytest.raises(ValueError, match="model"):
        reference_picks(X, 2, labeled=X[:3], model=priced([1.0, 2.0]), rng=rng)
    masked = SimpleNamespace(duals=np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0]))
    with pytest.raises(ValueError, match="duals"):
        reference_picks(X, 2, labeled=X[:3], model=masked, rng=rng)
    unfitted = BoundedMlp((2, 8, 2), epsilon=0.1, rng=rng)
    with pytest.raises(ValueError, match="model"):
        reference_picks(X, 2, labeled=X[:3], model=unfitted, rng=rng)
