"""Properties of the loop: what is bought, when, from what, and with which model."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge

from reference.acquisition import Mlp
from reference.acquisition import run_active_learning as reference_run
from tests import strategies


def small(seed, n=12):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 2))
    return X, (X[:, 0] > 0).astype(int)


def net(seed=0):
    return Mlp((2, 4, 2), rng=np.random.default_rng(seed), max_iter=3)


class Oracle:
    """Sells labels, and keeps the bills."""

    def __init__(self, y):
        self.y, self.bills = y, []

    def __call__(self, i):
        self.bills.append(i)
        return self.y[i]


def leftmost(pool, budget):
    return pool[:, 0].argsort()[:budget]


def unsure(probabilities, budget):
    return np.abs(probabilities[:, 0] - 0.5).argsort()[:budget]


def anything(pool, budget, *, rng):
    return rng.choice(len(pool), budget, replace=False)


@pytest.mark.prop("P11.71", "each label is paid once, and no more than the budget")
@settings(max_examples=15)
@given(
    seed=strategies.seeds, budget=st.integers(1, 12), batch=st.integers(1, 6),
    initial=st.integers(1, 5), by=st.sampled_from([leftmost, unsure, anything]),
)  # fmt: skip
def test_accounting(subject, seed, budget, batch, initial, by):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(seed)
    initial = min(initial, budget)
    oracle, trained = Oracle(y), []
    run = run_active_learning(
        X, oracle, by, net(), budget=budget, batch=batch, initial=initial,
        rng=np.random.default_rng(seed),
        score=lambda m: trained.append(m) or len(trained),
    )  # fmt: skip
    assert oracle.bills == run.queried.tolist()
    assert len(set(oracle.bills)) == len(oracle.bills) == budget
    assert all(type(i) is int for i in oracle.bills)
    np.testing.assert_array_equal(run.labels, y[run.queried])
    expected = [*range(initial, budget, batch), budget]
    np.testing.assert_array_equal(run.counts, expected)
    np.testing.assert_array_equal(run.scores, np.arange(len(expected)) + 1)


@pytest.mark.prop("P11.72", "positions in the pool are turned into indices of the data")
@settings(max_examples=15)
@given(seed=strategies.seeds, batch=st.integers(1, 4))
def test_the_leftmost_are_bought_in_order(subject, seed, batch):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(seed)
    start = [7, 2]
    run = run_active_learning(
        X, lambda i: y[i], leftmost, net(), budget=11, batch=batch, initial=start,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    order = [i for i in X[:, 0].argsort() if i not in start][:9]
    assert run.queried.tolist() == [*start, *order]


@pytest.mark.prop("P11.73", "each model is trained from scratch on all that was bought")
@pytest.mark.parametrize("batch, budget", [(3, 9), (4, 11)])
def test_models_are_trained_anew(subject, batch, budget):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(5)
    model = net(3)
    before = model.theta.copy()
    models = []
    run = run_active_learning(
        X, lambda i: y[i], unsure, model, budget=budget, batch=batch, initial=[0, 1],
        rng=np.random.default_rng(0), score=lambda m: models.append(m) or 0.0,
    )  # fmt: skip
    np.testing.assert_array_equal(model.theta, before)
    for count, found in zip(run.counts, models, strict=True):
        bought = run.queried[:count]
        expected = copy.deepcopy(model).fit(X[bought], y[bought])
        np.testing.assert_array_equal(found.theta, expected.theta)
    np.testing.assert_array_equal(run.model.theta, models[-1].theta)


@pytest.mark.prop("P11.74", "a strategy sees the newest model, on the unlabelled alone")
def test_what_strategies_see(subject):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(8)
    seen = []

    def spy(
        X, model, bought, labels, indices, pool, probabilities, labeled_probabilities,
        embeddings, labeled, budget, *, rng, extra=3,
    ):  # fmt: skip
        assert extra == 3
        np.testing.assert_array_equal(pool, X[indices])
        np.testing.assert_array_equal(labels, y[bought])
        assert sorted([*bought, *indices]) == list(range(12))
        np.testing.assert_array_equal(probabilities, model.predict_proba(pool))
        np.testing.assert_array_equal(embeddings, model.embed(pool))
        np.testing.assert_array_equal(labeled, model.embed(X[bought]))
        np.testing.assert_array_equal(
            labeled_probabilities, model.predict_proba(X[bought])
        )
        expected = net().fit(X[bought], y[bought])
        np.testing.assert_array_equal(model.theta, expected.theta)
        seen.append((len(bought), budget))
        return rng.permutation(len(pool))[:budget]

    run_active_learning(
        X, lambda i: y[i], spy, net(), budget=12, batch=5, initial=3,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    assert seen == [(3, 5), (8, 4)]


@pytest.mark.prop("P11.75", "the same generator gives the same run, another another")
def test_runs_repeat(subject):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(1, n=40)

    def run(seed):
        return run_active_learning(
            X, lambda i: y[i], anything, net(), budget=20, batch=4, initial=4,
            rng=np.random.default_rng(seed), score=lambda m: m.theta.sum(),
        )  # fmt: skip

    first, again, other = run(0), run(0), run(1)
    np.testing.assert_array_equal(first.queried, again.queried)
    np.testing.assert_array_equal(first.scores, again.scores)
    assert set(first.queried[:4]) != set(other.queried[:4])
    # The start is uniform: over 200 seeds each sample comes 20 times, give or take.
    starts = [
        run_active_learning(
            X, lambda i: y[i], leftmost, net(), budget=4, initial=4,
            rng=np.random.default_rng(seed),
        ).queried
        for seed in range(200)
    ]  # fmt: skip
    counts = np.bincount(np.ravel(starts), minlength=40)
    assert counts.min() >= 5
    assert counts.max() <= 40


@pytest.mark.prop("P11.76", "a pool in another order gives the same samples")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_the_pool_s_order_does_not_matter(subject, seed):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(seed)
    order = np.random.default_rng(seed).permutation(12)
    place = np.argsort(order)

    def run(X, y, start):
        return run_active_learning(
            X, lambda i: y[i], unsure, net(), budget=8, batch=2, initial=start,
            rng=np.random.default_rng(0),
        ).queried  # fmt: skip

    found = run(X[order], y[order], place[[3, 9]])
    np.testing.assert_array_equal(order[found], run(X, y, [3, 9]))


@pytest.mark.prop("P11.77", "a start of one class is a start")
@pytest.mark.parametrize("kind", ["mlp", "logistic", "forest"])
def test_one_class_at_the_start(subject, kind):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(2)
    model = {
        "mlp": net(),
        "logistic": LogisticRegression(),
        "forest": RandomForestClassifier(5, random_state=0),
    }[kind]
    for start in ([0], np.flatnonzero(y == y[0])[:3]):
        seen = []

        def look(probabilities, labels, budget, seen=seen):
            if (labels == labels[0]).all() and kind != "mlp":
                assert (probabilities[:, labels[0]] == 1.0).all()
            seen.append(probabilities.shape[1])
            return np.arange(budget)

        run = run_active_learning(
            X, lambda i: y[i], look, model, budget=12, initial=start, batch=2,
            rng=np.random.default_rng(0), score=lambda m: (m.predict(X) == y).mean(),
        )  # fmt: skip
        assert set(seen) == {2}
        assert set(run.queried) == set(range(12))
        if kind != "mlp":
            assert run.scores[0] == (y == y[0]).mean()
        assert run.scores[-1] >= 0.5


@pytest.mark.prop("P11.78", "any scikit-learn classifier can be the model")
def test_scikit_learn_models(subject):
    run_active_learning = subject("acquisition.run_active_learning")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((30, 2)), np.repeat([2, 0, 3], 10)
    widths = []

    def spy(probabilities, labels, embeddings, pool, budget):
        np.testing.assert_array_equal(embeddings, pool)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
        unseen = [c for c in range(5) if c not in labels]
        assert not probabilities[:, unseen].any()
        widths.append(probabilities.shape[1])
        return np.arange(budget)

    for model in (LogisticRegression(), RandomForestClassifier(5, random_state=0)):
        run = run_active_learning(
            X, lambda i: y[i], spy, model, budget=25, initial=[29, 0, 1], batch=7,
            num_classes=5, rng=np.random.default_rng(0),
            score=lambda m: (m.predict(X) == y).mean(),
        )  # fmt: skip
        assert run.scores.shape == (5,)
        assert not hasattr(model, "classes_"), "the model given was trained"
    assert set(widths) == {5}


@pytest.mark.prop("P11.79", "a model of real targets buys real targets")
def test_regression(subject):
    run_active_learning = subject("acquisition.run_active_learning")
    X = np.linspace(0.0, 1.0, 10)[:, None]
    run = run_active_learning(
        X, lambda i: X[i, 0] ** 2, leftmost, Ridge(alpha=1e-6), budget=6, initial=2,
        rng=np.random.default_rng(0), score=lambda m: m.coef_[0],
    )  # fmt: skip
    np.testing.assert_allclose(run.labels, X[run.queried, 0] ** 2)
    slope = np.polyfit(X[run.queried, 0], run.labels, 1)[0]
    np.testing.assert_allclose(run.scores[-1], slope, rtol=1e-3)


class Frame:
    """What the loop needs of a pandas frame: rows by position, and arrays."""

    def __init__(self, values):
        self.values, self.shape, self.ndim = values, values.shape, 2

    @property
    def iloc(self):
        return type("Rows", (), {"__getitem__": lambda _, i: Frame(self.values[i])})()

    def to_numpy(self):
        return self.values

    def __array__(self, dtype=None, copy=None):
        return self.values


def same_picks(run_active_learning, pool, X, y):
    """Whether a pool in another container leads to the same samples."""
    bought = [
        run_active_learning(
            rows, lambda i: y[i], unsure, RandomForestClassifier(5, random_state=0),
            budget=20, initial=[0, 1, 2, 3], batch=3, rng=np.random.default_rng(0),
        ).queried
        for rows in (pool, X)
    ]  # fmt: skip
    np.testing.assert_array_equal(*bought)


@pytest.mark.prop("P11.80", "sparse pools and frames go to the model in rows")
@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "frame"])
def test_other_containers(subject, kind):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(4, n=30)
    pool = Frame(X) if kind == "frame" else getattr(sparse, f"{kind}_matrix")(X)
    same_picks(run_active_learning, pool, X, y)


def test_frames_of_pandas():
    frame = pytest.importorskip("pandas").DataFrame
    X, y = small(4, n=30)
    pool = frame(X, columns=["a", "b"], index=np.arange(30)[::-1] + 100)
    same_picks(reference_run, pool, X, y)


@pytest.mark.prop("I11.45", "budgets, starts and batches that cannot be are refused")
def test_bad_budgets(subject):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(0)

    def run(**changed):
        given = {"budget": 6, "initial": 2, "rng": np.random.default_rng(0)} | changed
        return run_active_learning(X, lambda i: y[i], leftmost, net(), **given)

    for name, values in {
        "budget": (13, 0, 2.5, 1),
        "initial": (
            0,
            7,
            -1,
            [1, 1],
            [12],
            [-1],
            [],
            [0.5],
            range(7),
            None,
            [[0], [1, 2]],
        ),
        "batch": (0, 1.5, None),
        "num_classes": (1, 2.5),
        "score": (3,),
        "callback": (3,),
        "rng": (0,),
    }.items():
        for value in values:
            words = "initial" if (name, value) == ("budget", 1) else name
            with pytest.raises(ValueError, match=words):
                run(**{name: value})


@pytest.mark.prop("I11.46", "what is no set of positions is refused, before it is paid")
def test_bad_strategies(subject):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(0)
    oracle = Oracle(y)

    def run(strategy):
        return run_active_learning(
            X, oracle, strategy, net(), budget=6, initial=2, batch=2,
            rng=np.random.default_rng(0),
        )  # fmt: skip

    for picks in (
        [0], [0, 0], [0, 10], [-1, 0], [0, 1, 2], [0.0, 1.0], [[0, 1]], None, 3,
        [True, False],
    ):  # fmt: skip
        with pytest.raises(ValueError, match="strategy must return 2 distinct"):
            run(lambda budget, picks=picks: picks)
    assert len(oracle.bills) == 2 * 10
    with pytest.raises(ValueError, match="strategy asks for 'wish'"):
        run(lambda wish, budget: [0, 1])
    with pytest.raises(ValueError, match="strategy"):
        run(3)


@pytest.mark.prop(
    "I11.47", "labels that are none, and models that are none, are refused"
)
def test_bad_labels_and_models(subject):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(0)

    def run(label=lambda i: y[i], model=None, by=leftmost, X=X):
        return run_active_learning(
            X, label, by, model or net(), budget=6, initial=2,
            rng=np.random.default_rng(0),
        )  # fmt: skip

    for answer in (2, -1, 0.5, np.nan, None, "cat"):
        with pytest.raises(ValueError, match="label"):
            run(lambda i, answer=answer: answer)
    with pytest.raises(ValueError, match="label"):
        run(label=y)
    with pytest.raises(ValueError, match="model"):
        run(model=object())
    with pytest.raises(ValueError, match="predict_proba"):
        run(model=Ridge(), by=unsure)
    with pytest.raises(ValueError, match="members"):
        run(model=LogisticRegression(), by=lambda members, budget: [0])
    for wrong in (np.zeros((0, 2)), np.zeros(3), "X", None, sparse.csr_matrix((0, 2))):
        with pytest.raises(ValueError, match="X"):
            run(X=wrong)


@pytest.mark.prop("P11.78", "any scikit-learn classifier can be the model")
def test_forests_and_dropout_have_members(subject):
    run_active_learning = subject("acquisition.run_active_learning")
    X, y = small(0)
    shapes = []

    def spy(members, budget):
        shapes.append(members.shape)
        np.testing.assert_allclose(members.sum(axis=2), 1.0)
        return np.arange(budget)

    for model in (
        RandomForestClassifier(5, random_state=0),
        Mlp((2, 4, 2), rng=np.random.default_rng(0), dropout=0.3, max_iter=2),
    ):
        run_active_learning(
            X, lambda i: y[i], spy, model, budget=6, initial=np.arange(5),
            rng=np.random.default_rng(0),
        )  # fmt: skip
    assert shapes == [(5, 7, 2), (20, 7, 2)]
    shapes.clear()  # one class so far: one member
    same = np.flatnonzero(y == y[0])[:2]
    run_active_learning(
        X, lambda i: y[i], spy, RandomForestClassifier(5, random_state=0), budget=4,
        initial=same, rng=np.random.default_rng(0),
    )  # fmt: skip
    assert shapes[0] == (1, 10, 2)
